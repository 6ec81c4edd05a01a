using System.Text.Json.Nodes;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;
using Npgsql;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Webhooks from the ledger's event to a real receiver: signed, in order, tried again, parked, replayed.</summary>
[TestFixture]
internal sealed class WebhookTests : TownFixture
{
    private static readonly string[] Local =
        ["--FinanceGateway:WebhooksToLoopback=true", "--FinanceGateway:WebhookRetryMilliseconds=20", "--FinanceGateway:WebhookMaxAttempts=4"];

    protected override string[] Options => Local;

    private Trade _trade = null!;
    private string _token = "";
    private string _stranger = "";

    private GatewayClient Api => _trade.Core.Api!;

    [Test]
    [CancelAfter(60_000)]
    public async Task Operations_ThatEnd_AreDeliveredSignedAndInOrder()
    {
        await using var receiver = await WebhookReceiver.Start();
        var (id, secret) = await Register(receiver.Url);
        var first = await Trade.Complete(_trade.Core, await _trade.Issue(1_000, Stop), Stop);
        var second = await Trade.Complete(_trade.Core, await _trade.Issue(2_000, Stop), Stop);
        var deliveries = await receiver.Wait(2, Stop);

        Assert.Multiple(() =>
        {
            Assert.That(deliveries.Select(d => (string?)d.Json["operation"]!["operationId"]), Is.EqualTo(new[] { first.OperationId.ToString(), second.OperationId.ToString() }));
            Assert.That(deliveries.Select(d => d.Sequence), Is.Ordered.Ascending.And.Unique);
            foreach (var delivery in deliveries)
            {
                Assert.That((string?)delivery.Json["event"], Is.EqualTo("operation_final"));
                Assert.That((long?)delivery.Json["sequence"], Is.EqualTo(delivery.Sequence));
                Assert.That((string?)delivery.Json["operation"]!["result"]!["event"], Is.EqualTo("receivable_issued"));
                Assert.That(IsSigned(delivery, secret), Is.True);
                Assert.That(IsSigned(delivery, new string('0', 64)), Is.False);
                Assert.That(IsSigned(delivery with { Timestamp = "1" + delivery.Timestamp[1..^1] + (char)(delivery.Timestamp[^1] ^ 1) }, secret), Is.False);
                Assert.That(IsSigned(delivery with { Body = [.. delivery.Body, (byte)' '] }, secret), Is.False);
            }
        });
        await Remove(id);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Delivery_ThatFails_IsTriedAgain_BeforeThoseBehindIt()
    {
        await using var receiver = await WebhookReceiver.Start();
        var refusals = 2;
        receiver.Answer = (_, _) => Interlocked.Decrement(ref refusals) >= 0 ? 503 : 200;
        var (id, _) = await Register(receiver.Url);
        await Trade.Complete(_trade.Core, await _trade.Issue(1_000, Stop), Stop);
        await Trade.Complete(_trade.Core, await _trade.Issue(1_001, Stop), Stop);
        var sequences = (await receiver.Wait(4, Stop)).Select(d => d.Sequence).ToArray();
        Assert.That(sequences, Is.EqualTo(new[] { sequences[0], sequences[0], sequences[0], sequences[3] }));
        Assert.That(sequences[3], Is.GreaterThan(sequences[0]));
        await Remove(id);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Delivery_RefusedForGood_IsParkedAlone_AndReplayedUnderItsNumber()
    {
        await using var receiver = await WebhookReceiver.Start();
        var poison = 0L;
        receiver.Answer = (_, delivery) => delivery.Sequence == (poison == 0 ? poison = delivery.Sequence : poison) ? 422 : 200;
        var (id, _) = await Register(receiver.Url);
        await Trade.Complete(_trade.Core, await _trade.Issue(1_000, Stop), Stop);
        await Trade.Complete(_trade.Core, await _trade.Issue(1_001, Stop), Stop);
        var came = (await receiver.Wait(5, Stop)).Select(d => d.Sequence).ToArray();
        Assert.That(came.Count(sequence => sequence == poison), Is.EqualTo(4));
        await Until(id, "parked", "delivered");

        receiver.Answer = (_, _) => 200;
        receiver.Deliveries.Clear();
        Assert.That((await Api.ReplayDeliveries(id, came[0], Stop)).Deliveries, Is.EqualTo(2));
        Assert.That((await receiver.Wait(2, Stop)).Select(d => d.Sequence), Is.EqualTo(new[] { poison, came[4] }));
        await Remove(id);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Receiver_ThatIsAway_GetsEverythingOnceItIsBackAndAsks()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer = (_, _) => 500;
        var (id, _) = await Register(receiver.Url);
        var operations = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            operations.Add((await Trade.Complete(_trade.Core, await _trade.Issue(1_000, Stop), Stop)).OperationId.ToString());
        }

        await Until(id, "parked", "parked", "parked");

        receiver.Answer = (_, _) => 200;
        receiver.Deliveries.Clear();
        await Api.ReplayDeliveries(id, 0, Stop);
        Assert.That((await receiver.Wait(3, Stop)).Select(d => (string?)d.Json["operation"]!["operationId"]), Is.EqualTo(operations));
        await Remove(id);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Webhooks_OfAClient_ShowWhatWaitsAndWhatWasGivenUp_PageByPage()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer = (_, _) => 500;
        var (id, _) = await Register(receiver.Url);
        var (other, _) = await Register(receiver.Url);
        for (var i = 0; i < 3; i++)
        {
            await Trade.Complete(_trade.Core, await _trade.Issue(1_000, Stop), Stop);
        }

        await Until(id, "parked", "parked", "parked");
        await Until(other, "parked", "parked", "parked");
        var first = await Api.Deliveries(id, null, 2, Stop);
        var second = await Api.Deliveries(id, first.Next, 2, Stop);
        var shown = await Api.Webhooks(Stop);
        Assert.Multiple(() =>
        {
            Assert.That(shown.Select(w => (w.WebhookId, w.Url, w.Waiting, w.Parked)), Is.EqualTo(new[] { id, other }.Select(w => (w, receiver.Url.ToString(), 0L, 3L))));
            Assert.That((first.Items.Count, second.Items.Count, second.Next), Is.EqualTo((2, 1, (long?)null)));
            Assert.That(first.Items.Concat(second.Items).Select(d => d.Sequence), Is.Ordered.Ascending.And.Unique);
            Assert.That(first.Items.Concat(second.Items).Select(d => d.LastAnswer), Is.All.EqualTo("status 500"));
        });
        await Remove(id);
        Assert.That((await Api.Webhooks(Stop)).Select(w => w.WebhookId), Is.EqualTo(new[] { other }));
        Assert.That(async () => await Api.ReplayDeliveries(id, 0, Stop), Throws.InstanceOf<GatewayProblemException>());
        await Remove(other);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Secret_Rotated_SignsBesideTheOldOne()
    {
        await using var receiver = await WebhookReceiver.Start();
        var (id, first) = await Register(receiver.Url);
        var second = (await Api.RotateWebhookSecret(id, Stop)).Secret;
        Assert.That(second, Is.Not.EqualTo(first));
        await Trade.Complete(_trade.Core, await _trade.Issue(1_000, Stop), Stop);
        var delivery = (await receiver.Wait(1, Stop))[0];
        Assert.That((IsSigned(delivery, first), IsSigned(delivery, second)), Is.EqualTo((true, true)));
        await Remove(id);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task SeveralGateways_ShareTheOutbox_AndDeliverOnce()
    {
        await using var receiver = await WebhookReceiver.Start();
        var (id, _) = await Register(receiver.Url);
        await using var second = await RunningGateway.Start(Town, Stop, submits: false, Local);
        await using var third = await RunningGateway.Start(Town, Stop, submits: false, Local);
        var items = new List<BulkItem>();
        for (var i = 0; i < 60; i++)
        {
            items.Add(new BulkItem(Trade.Key(), await _trade.Issue(1_000, Stop)));
        }

        var results = await _trade.Core.Api!.Submit(items, Stop);
        await _trade.Core.Api.Wait([.. results.Select(r => r.OperationId!.Value)], Stop);
        await receiver.Wait(60, Stop);
        await Task.Delay(500, Stop);
        var sequences = receiver.Deliveries.Select(d => d.Sequence).ToArray();
        Assert.That(sequences, Has.Length.EqualTo(60).And.Ordered.Ascending.And.Unique);
        await Remove(id);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Redirect_IsNotFollowed()
    {
        await using var inner = await WebhookReceiver.Start();
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer = (context, _) =>
        {
            context.Response.Headers.Location = inner.Url.ToString();
            return 307;
        };
        var (id, _) = await Register(receiver.Url);
        await Trade.Complete(_trade.Core, await _trade.Issue(1_000, Stop), Stop);
        await receiver.Wait(4, Stop);
        Assert.That(inner.Deliveries, Is.Empty);
        await Remove(id);
    }

    [Test]
    public async Task Webhook_OfAnotherClient_IsNotFound()
    {
        await using var receiver = await WebhookReceiver.Start();
        var (id, _) = await Register(receiver.Url);
        (await Gateway.Get($"api/v1/webhooks/{id}/deliveries", _stranger)).AssertRefused(404, "webhook_not_found", "webhookId");
        (await Gateway.Post($"api/v1/webhooks/{id}/replay?from=0", "", _stranger)).AssertRefused(404, "webhook_not_found", "webhookId");
        (await Gateway.Post($"api/v1/webhooks/{id}/secrets", "", _stranger)).AssertRefused(404, "webhook_not_found", "webhookId");
        (await Gateway.Delete($"api/v1/webhooks/{id}", _stranger)).AssertRefused(404, "webhook_not_found", "webhookId");
        Assert.That(await _trade.Supplier.Api!.Webhooks(Stop), Is.Empty);
        await Remove(id);
    }

    [Test]
    public async Task Webhooks_HaveALimit()
    {
        await using var receiver = await WebhookReceiver.Start();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await Register(receiver.Url)).Id);
        }

        var body = new JsonObject { ["url"] = receiver.Url.ToString() }.ToJsonString();
        (await Gateway.Post("api/v1/webhooks", body, _token)).AssertRefused(409, "webhooks_exhausted", null);
        foreach (var id in ids)
        {
            await Remove(id);
        }
    }

    [Test]
    public async Task Secret_IsNowhereInTheDatabase()
    {
        await using var receiver = await WebhookReceiver.Start();
        var (id, secret) = await Register(receiver.Url);
        await using var database = NpgsqlDataSource.Create(Town.Database);
        await using var command = database.CreateCommand(
            "select (select string_agg(w::text, '') from gateway.webhook w) || (select string_agg(a::text, '') from gateway.audit a)");
        Assert.That((string)(await command.ExecuteScalarAsync(Stop))!, Does.Contain(id.ToString()).And.Not.Contain(secret));
        await Remove(id);
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        _trade = await Trade.Open(Town, Gateway, cancellationToken);
        _token = await Gateway.Token(_trade.Core.Credentials.ClientId, _trade.Core.Credentials.ClientSecret);
        _stranger = await Gateway.Token(_trade.Supplier.Credentials.ClientId, _trade.Supplier.Credentials.ClientSecret);
    }

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }

    private static bool IsSigned(Received delivery, string secret) =>
        WebhookSignature.Verify(secret, delivery.Timestamp, delivery.Signature, delivery.Body, DateTimeOffset.UtcNow);

    private async Task<(Guid Id, string Secret)> Register(Uri url)
    {
        var registered = await Api.RegisterWebhook(url, Stop);
        return (registered.WebhookId, registered.Secret);
    }

    // The receiver has a delivery before the gateway has written down that it does.
    private async Task Until(Guid id, params string[] states)
    {
        while (!(await Api.Deliveries(id, null, 50, Stop)).Items.Select(delivery => delivery.Status).SequenceEqual(states))
        {
            await Task.Delay(20, Stop);
        }
    }

    private Task Remove(Guid id) => Api.RemoveWebhook(id, Stop);
}
