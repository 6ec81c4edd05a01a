using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

[TestFixture]
internal sealed class HappyPathTests : TownFixture
{
    private Trade _trade = null!;

    [Test]
    [CancelAfter(60_000)]
    public async Task EveryKindOfOperation_SubmittedSingly_EndsFinalWithItsNumbers()
    {
        var receivable = await _trade.NewReceivable(100_000, Stop);
        var split = await Trade.Complete(_trade.Supplier, await _trade.Assign(receivable, 40_000, 1, Stop), Stop);
        var opened = await Trade.Complete(_trade.Supplier, await _trade.Borrow(receivable, 50_000, 2, Stop), Stop);
        var loan = opened.Number("loan");
        var disbursed = await Trade.Complete(_trade.Bank, await _trade.Disburse(loan, 50_000, Stop), Stop);
        var repaid = await Trade.Complete(_trade.Bank, await _trade.Repay(loan, 50_000, 200, 1, Stop), Stop);
        var redeemed = await Trade.Complete(_trade.Supplier, await _trade.Redeem(receivable, 60_000, 4, Stop), Stop);

        Assert.Multiple(() =>
        {
            Assert.That(split.Result!.Value.GetProperty("event").GetString(), Is.EqualTo("receivable_split"));
            Assert.That(split.Number("child"), Is.GreaterThan(receivable));
            Assert.That(disbursed.Status, Is.EqualTo(OperationStatus.Final));
            Assert.That(repaid.Number("outstandingFen"), Is.Zero);
            Assert.That(redeemed.Number("remainderFen"), Is.Zero);
            Assert.That(redeemed.Block, Is.GreaterThan(0));
            Assert.That(redeemed.Transaction, Does.StartWith("0x"));
            Assert.That(redeemed.EndedAt, Is.GreaterThanOrEqualTo(redeemed.ReceivedAt));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Signer_AddedAndRemoved_EndsFinal()
    {
        var key = P256Key.Create(Town.P256Verifier);
        var party = _trade.Core.Party;
        var add = Town.Ledger.SignAll(
            new AddSigner(party, new ByteString(key.SignerBytes.Span), Rights.Trade, await Town.Deadline(Stop)), _trade.Core.Trader, key);
        var remove = Town.Ledger.SignAll(new RemoveSigner(party, SignerId.Of(key), await Town.Deadline(Stop)), _trade.Core.Trader);

        var added = await Trade.Complete(_trade.Core, add, Stop);
        var removed = await Trade.Complete(_trade.Core, remove, Stop);

        Assert.That(new[] { added.Status, removed.Status }, Is.All.EqualTo(OperationStatus.Final));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Bulk_WithOneRefused_StoresTheOthersAndNamesTheRefusal()
    {
        var good = await _trade.Issue(1_000, Stop);
        var bad = Town.Ledger.SignAll(
            (await _trade.IssueTerms(1_000, Stop)) with { Holder = new PartyId(9_999) }, _trade.Core.Trader, _trade.Supplier.Trader);
        var other = await _trade.Issue(2_000, Stop);

        var results = await _trade.Core.Api!.Submit(
            [new(Trade.Key(), good), new(Trade.Key(), bad), new(Trade.Key(), other)], Stop);
        var ended = await _trade.Core.Api.Wait([results[0].OperationId!.Value, results[2].OperationId!.Value], Stop);

        Assert.Multiple(() =>
        {
            Assert.That(results[1].Status, Is.EqualTo(OperationStatus.Refused));
            Assert.That(results[1].Problem!.Code, Is.EqualTo("party_unknown"));
            Assert.That(results[1].Problem!.Field, Is.EqualTo("items[1].agreement.operation.holder"));
            Assert.That(ended.Select(state => state.Status), Is.All.EqualTo(OperationStatus.Final));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Bulk_WhereOneBuildsOnTheOneBefore_IsExecutedInOrder()
    {
        var reader = new LedgerReader(Town.Node, Town.LedgerAddress);
        var next = (await reader.Totals(BlockTag.Latest, Stop)).Receivables + 1;
        var issue = await _trade.Issue(5_000, Stop);
        var assign = await _trade.Assign(next, 5_000, 1, Stop);

        var results = await _trade.Supplier.Api!.Submit([new(Trade.Key(), issue), new(Trade.Key(), assign)], Stop);
        var ended = await _trade.Supplier.Api.Wait([.. results.Select(result => result.OperationId!.Value)], Stop);

        Assert.That(ended.Select(state => state.Status), Is.All.EqualTo(OperationStatus.Final));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Registration_WhenFinal_IsCountedByTheReport()
    {
        var before = await _trade.Core.Api!.Summary(Stop);
        using var newcomer = await Actor.Enterprise(Town, Gateway, Stop);
        var after = await _trade.Core.Api.Summary(Stop);

        Assert.Multiple(() =>
        {
            Assert.That(after.Enterprises, Is.EqualTo(before.Enterprises + 1));
            Assert.That(after.LedgerTotalsMatch, Is.True);
        });
    }

    protected override async Task Settle(CancellationToken cancellationToken) => _trade = await Trade.Open(Town, Gateway, cancellationToken);

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }
}
