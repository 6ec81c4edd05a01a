using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

[TestFixture]
internal sealed class DisputeAndFreezeTests : TownFixture
{
    private Trade _trade = null!;
    private Actor _regulator = null!;

    [Test]
    [CancelAfter(60_000)]
    public async Task Dispute_HoldsOnlyThatPart_UntilBothResolveIt()
    {
        var receivable = await _trade.NewReceivable(100_000, Stop);
        var id = new ReceivableId(receivable);
        var disputed = await Trade.Complete(_trade.Core, Town.Ledger.SignAll(
            new DisputeReceivable(id, new Fen(30_000), Trade.Reference(), 1, await Town.Deadline(Stop)), _trade.Core.Trader), Stop);
        await _trade.Supplier.AssertRefused(await _trade.Redeem(receivable, 70_001, 2, Stop), 422, "amount_out_of_range", "agreement.operation.amountFen");
        await Trade.Complete(_trade.Supplier, await _trade.Redeem(receivable, 70_000, 2, Stop), Stop);
        var resolution = new ResolveDispute(id, new Fen(10_000), 3, await Town.Deadline(Stop));
        await _trade.Core.AssertRefused(
            Town.Ledger.SignAll(resolution, _trade.Core.Trader, _trade.Core.Trader), 403, "signer_unauthorised", "agreement.holderSignature");
        await _trade.Supplier.AssertRefused(
            Town.Ledger.SignAll(resolution, _trade.Supplier.Trader, _trade.Supplier.Trader), 403, "signer_unauthorised", "agreement.obligorSignature");
        var resolved = await Trade.Complete(_trade.Core, Town.Ledger.SignAll(resolution, _trade.Supplier.Trader, _trade.Core.Trader), Stop);

        Assert.Multiple(() =>
        {
            Assert.That(disputed.Number("disputedFen"), Is.EqualTo(30_000));
            Assert.That((resolved.Number("cancelledFen"), resolved.Number("remainderFen")), Is.EqualTo((10_000, 20_000)));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Freeze_ByTheRegulatorOnly_HoldsTheReceivableUntilAnotherOrder()
    {
        var receivable = await _trade.NewReceivable(100_000, Stop);
        var id = new ReceivableId(receivable);
        var order = new FreezeReceivable(id, Trade.Reference(), await Town.Deadline(Stop));
        foreach (var key in new[] { Town.Registrar, Town.Manager })
        {
            await _trade.Core.AssertRefused(Town.Ledger.SignAll(order, key), 403, "signer_unauthorised", "agreement.regulatorSignature");
        }

        var frozen = await Trade.Complete(_regulator, Town.Ledger.SignAll(order, Town.Regulator), Stop);
        await _trade.Supplier.AssertRefused(await _trade.Redeem(receivable, 100_000, 1, Stop), 409, "receivable_locked", "agreement.operation.receivable");
        await _trade.Supplier.AssertRefused(
            await _trade.Borrow(receivable, 50_000, 1, Stop), 409, "receivable_locked", "agreement.operation.application.receivable");
        await _regulator.AssertRefused(
            Town.Ledger.SignAll(new UnfreezeReceivable(id, order.CaseHash, await Town.Deadline(Stop)), Town.Regulator), 409, "case_used", "agreement.operation.caseHash");
        var unfrozen = await Trade.Complete(
            _regulator, Town.Ledger.SignAll(new UnfreezeReceivable(id, Trade.Reference(), await Town.Deadline(Stop)), Town.Regulator), Stop);
        var redeemed = await Trade.Complete(_trade.Supplier, await _trade.Redeem(receivable, 100_000, 1, Stop), Stop);

        Assert.Multiple(() =>
        {
            Assert.That((frozen.Number("receivable"), unfrozen.Number("receivable")), Is.EqualTo((receivable, receivable)));
            Assert.That(redeemed.Number("remainderFen"), Is.Zero);
        });
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        _trade = await Trade.Open(Town, Gateway, cancellationToken);
        _regulator = await Actor.Regulator(Town, Gateway, cancellationToken);
    }

    protected override Task Leave()
    {
        _trade?.Dispose();
        _regulator?.Dispose();
        return Task.CompletedTask;
    }
}
