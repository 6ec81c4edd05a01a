using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.FinanceGateway.Webhooks;
using Npgsql;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Deliverers of several gateways at one outbox. No gateway runs here that would take part.</summary>
[TestFixture]
internal sealed class WebhookOutboxTests : FreshTown
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private WebhookOutbox _outbox = null!;

    [SetUp]
    public void OpenTheOutbox() => _outbox = new WebhookOutbox(Database, new ChainIdentity());

    [Test]
    [CancelAfter(120_000)]
    public async Task Webhooks_ClaimedByManyAtOnce_BelongToOneEach()
    {
        const int Webhooks = 300;
        await HaveWaiting(Webhooks);
        var count = 0;
        var claimed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var own = new List<Guid>();
            while (Volatile.Read(ref count) < Webhooks)
            {
                var more = await _outbox.Claim(5, Long, Stop);
                Interlocked.Add(ref count, more.Count);
                own.AddRange(more.Select(webhook => webhook.WebhookId));
            }

            return own;
        })));
        Assert.That(claimed.SelectMany(own => own), Is.Unique.And.Exactly(Webhooks).Items);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Webhook_ThatAnotherIsClaiming_IsPassedOver_AndNobodyWaitsForIt()
    {
        await HaveWaiting(3);
        await using var another = await Database.OpenConnectionAsync(Stop);
        await using var claiming = await another.BeginTransactionAsync(Stop);
        await using var claim = new NpgsqlCommand("select webhook_id from gateway.webhook order by next_attempt_at limit 1 for update", another);
        var held = (Guid)(await claim.ExecuteScalarAsync(Stop))!;
        var claimed = await _outbox.Claim(3, Long, Stop).WaitAsync(TimeSpan.FromSeconds(5), Stop);
        Assert.That(claimed.Select(webhook => webhook.WebhookId).ToList(), Has.Count.EqualTo(2).And.No.Member(held));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Webhook_OfADeadGateway_IsClaimedWhenItsLeaseHasRunOut_AndNotGivenBackByTheDead()
    {
        await HaveWaiting(1);
        var dead = (await _outbox.Claim(1, TimeSpan.FromMilliseconds(500), Stop)).Single();
        Assert.That(await _outbox.Claim(1, Long, Stop), Is.Empty);
        await Task.Delay(600, Stop);
        var heir = (await _outbox.Claim(1, Long, Stop)).Single();
        await _outbox.Release(dead, Stop);
        Assert.That(await _outbox.Claim(1, Long, Stop), Is.Empty, "it is the heir's");
        await _outbox.Release(heir, Stop);
        Assert.That(await _outbox.Claim(1, Long, Stop), Has.Count.EqualTo(1));
    }

    /// <summary>A chain that lost its tail may give an operation another end; the same end in another block is no news.</summary>
    [Test]
    [CancelAfter(120_000)]
    public async Task Operation_ThatEndsOtherwiseThanBefore_IsAnnouncedAgain_AndOneThatOnlyMovesIsNot()
    {
        await Execute("""
            insert into gateway.webhook (webhook_id, client_id, url)
            select gen_random_uuid(), client_id, 'https://receiver.example/hook' from gateway.operation_outcome order by end_sequence limit 1
            """);
        const string First = "operation_id = (select operation_id from gateway.operation_outcome order by end_sequence limit 1)";
        await Execute($"update gateway.operation_outcome set block_number = block_number + 1 where {First}");
        Assert.That(await Scalar("select count(*) from gateway.webhook_delivery"), Is.Zero);
        await Execute($"update gateway.operation_outcome set status = 4 where {First}");
        Assert.That(await Scalar($"select count(*) from gateway.webhook_delivery where {First}"), Is.EqualTo(1));
        await Execute($"update gateway.operation_outcome set topics = topics || '\\x01' where {First}");
        Assert.That(await Scalar($"select count(*) from gateway.webhook_delivery where {First}"), Is.EqualTo(2), "the receivable got another number");
    }

    private Task HaveWaiting(int webhooks) => Execute($"""
        with receivers as (
            insert into gateway.webhook (webhook_id, client_id, url)
            select gen_random_uuid(), (select min(client_id) from gateway.client), 'https://receiver.example/hook' from generate_series(1, {webhooks})
            returning webhook_id)
        insert into gateway.webhook_delivery (webhook_id, operation_id)
        select webhook_id, (select operation_id from gateway.operation limit 1) from receivers
        """);
}
