using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;

namespace FinanceChain.FinanceGateway.Tests;

[TestFixture]
internal sealed class IdempotencyTests : TownFixture
{
    private const string Receivables = "api/v1/receivables";

    private Trade _trade = null!;
    private string _token = "";

    [Test]
    public async Task Key_Missing_IsRefusedWithTheHeadersName()
    {
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop)).ToJsonString();
        (await Gateway.Post(Receivables, body, _token)).AssertRefused(400, "idempotency_key_missing", "Idempotency-Key");
    }

    [TestCase("a key with spaces")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Key_Malformed_IsRefused(string key)
    {
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop)).ToJsonString();
        (await Gateway.Post(Receivables, body, _token, key)).AssertRefused(400, "idempotency_key_invalid", "Idempotency-Key");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task SameKeyAndOperation_GivesTheStoredAnswer_AlsoWhenFinal()
    {
        var key = Trade.Key();
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop)).ToJsonString();
        var first = await Gateway.Post(Receivables, body, _token, key);
        var second = await Gateway.Post(Receivables, body, _token, key);
        await _trade.Core.Api!.Wait([Guid.Parse(first.OperationId)], Stop);
        var third = await Gateway.Post(Receivables, body, _token, key);

        Assert.Multiple(() =>
        {
            Assert.That(first.Replayed, Is.False);
            Assert.That((second.Status, second.OperationId, second.Replayed), Is.EqualTo((202, first.OperationId, true)));
            Assert.That((third.Status, third.OperationId, third.Replayed), Is.EqualTo((202, first.OperationId, true)));
            Assert.That((string?)third.Body!["status"], Is.EqualTo("final"));
        });
    }

    [Test]
    public async Task SameKey_OtherOperation_IsRefused()
    {
        var key = Trade.Key();
        await Gateway.Post(Receivables, Http.Envelope(Town, await _trade.Issue(1_000, Stop)).ToJsonString(), _token, key);
        var other = await Gateway.Post(Receivables, Http.Envelope(Town, await _trade.Issue(2_000, Stop)).ToJsonString(), _token, key);
        other.AssertRefused(409, "idempotency_key_reused", "Idempotency-Key");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task SameKey_ManyAtOnce_GivesOneOperation()
    {
        var key = Trade.Key();
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop)).ToJsonString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Gateway.Post(Receivables, body, _token, key)));
        Assert.Multiple(() =>
        {
            Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(202));
            Assert.That(answers.Select(answer => answer.OperationId).Distinct().Count(), Is.EqualTo(1));
            Assert.That(answers.Count(answer => !answer.Replayed), Is.EqualTo(1));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task SameKey_WhoseOperationEndsWhileTheSecondIsChecked_GivesTheStoredAnswer()
    {
        await using var gate = await ChainGate.Start(Town.Chain.Endpoint);
        await using var slow = await RunningGateway.Start(Town, Stop, submits: false, $"--FinanceGateway:ChainUrl={gate.Url}");
        var key = Trade.Key();
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop)).ToJsonString();

        // The second looked for the key before the first came, and asks the ledger after the first has ended.
        var waits = gate.Close();
        var second = slow.Post(Receivables, body, _token, key);
        await waits.WaitAsync(Stop);
        var first = await Gateway.Post(Receivables, body, _token, key);
        await _trade.Core.Api!.Wait([Guid.Parse(first.OperationId)], Stop);
        gate.Open();

        var answer = await second;
        Assert.That((answer.Status, answer.OperationId, answer.Replayed), Is.EqualTo((202, first.OperationId, true)));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task SameOperation_ManyKeysAtOnce_IsStoredOnce()
    {
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop)).ToJsonString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Gateway.Post(Receivables, body, _token, Trade.Key())));
        Assert.Multiple(() =>
        {
            Assert.That(answers.Count(answer => answer.Status == 202), Is.EqualTo(1));
            Assert.That(
                answers.Where(answer => answer.Status != 202).Select(answer => answer.Code),
                Is.All.EqualTo("operation_duplicate").Or.EqualTo("fingerprint_taken"));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task SameKey_OfAnotherClient_IsAnotherOperation()
    {
        var key = Trade.Key();
        var first = await _trade.Core.Api!.Submit(await _trade.Issue(1_000, Stop), key, Stop);
        var second = await _trade.Supplier.Api!.Submit(await _trade.Issue(1_000, Stop), key, Stop);
        Assert.That((second.Replayed, second.OperationId == first.OperationId), Is.EqualTo((false, false)));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Bulk_Repeated_IsReplayedItemByItem()
    {
        BulkItem[] items = [new(Trade.Key(), await _trade.Issue(1_000, Stop)), new(Trade.Key(), await _trade.Issue(2_000, Stop))];
        var first = await _trade.Core.Api!.Submit(items, Stop);
        var second = await _trade.Core.Api.Submit([items[1], items[0]], Stop);
        Assert.Multiple(() =>
        {
            Assert.That(second.Select(item => item.OperationId), Is.EqualTo(new[] { first[1].OperationId, first[0].OperationId }));
            Assert.That(second.Select(item => item.Replayed), Is.All.True);
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Refusal_StoresNothing_SoTheKeyIsFree()
    {
        var key = Trade.Key();
        var body = Http.Envelope(Town, await _trade.Issue(1_000, Stop));
        var altered = body.DeepClone();
        altered["agreement"]!["operation"]!["amountFen"] = 999;
        Assert.That((await Gateway.Post(Receivables, altered.ToJsonString(), _token, key)).Status, Is.EqualTo(403));
        Assert.That((await Gateway.Post(Receivables, body.ToJsonString(), _token, key)).Status, Is.EqualTo(202));
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        _trade = await Trade.Open(Town, Gateway, cancellationToken);
        _token = await Gateway.Token(_trade.Core.Credentials.ClientId, _trade.Core.Credentials.ClientSecret);
    }

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }
}
