using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>A loan that nobody repays in time, from its default to the last fen that came back.</summary>
[TestFixture]
internal sealed class LifeOfABadLoanTests : TownFixture
{
    private Trade _trade = null!;

    [Test]
    [CancelAfter(120_000)]
    public async Task Loan_DefaultedClaimedWrittenOffAndRecovered_FreesItsReceivable()
    {
        var receivable = await _trade.NewReceivable(100_000, Stop);
        var id = new LoanId((await Trade.Complete(_trade.Bank, await _trade.Borrow(receivable, 60_000, 1, Stop), Stop)).Number("loan"));
        await Trade.Complete(_trade.Bank, await _trade.Disburse(id.Value, 60_000, Stop), Stop);
        await AssertRefused(await Default(id, 1), 409, "loan_not_overdue", "agreement.operation.loan");
        await Town.Chain.IncreaseTime(TimeSpan.FromDays(91), Stop);
        await Town.Chain.Mine(1, Stop);

        var defaulted = await Complete(await Default(id, 1), "loan_defaulted");
        var repaid = await Complete(await _trade.Repay(id.Value, 10_000, 0, 2, Stop), "loan_repaid");
        var writtenOff = await Complete(await WriteOff(id, 50_000, 3), "loan_written_off");
        await AssertRefused(await Recover(id, 20_000, RecoverySource.Borrower, 4), 409, "recourse_unclaimed", "agreement.operation.source");
        var claimed = await Complete(await Claim(id, 4), "recourse_claimed");
        await AssertRefused(await Claim(id, 5), 409, "recourse_used", "agreement.operation.loan");
        var recovered = await Complete(await Recover(id, 20_000, RecoverySource.Borrower, 5), "loan_recovered");
        await AssertRefused(await _trade.Redeem(receivable, 100_000, 2, Stop), 409, "receivable_status_wrong", "agreement.operation.receivable");
        var last = await Complete(await Recover(id, 30_000, RecoverySource.Obligor, 6), "loan_recovered");
        var redeemed = await Complete(await _trade.Redeem(receivable, 100_000, 3, Stop), "receivable_redeemed");

        Assert.Multiple(async () =>
        {
            Assert.That(defaulted.Number("outstandingFen"), Is.EqualTo(60_000));
            Assert.That(repaid.Number("outstandingFen"), Is.EqualTo(50_000));
            Assert.That(writtenOff.Number("outstandingFen"), Is.Zero);
            Assert.That(claimed.Number("claimedFen"), Is.EqualTo(50_000));
            Assert.That(recovered.Number("unrecoveredFen"), Is.EqualTo(30_000));
            Assert.That(last.Result!.Value.GetProperty("source").GetString(), Is.EqualTo("obligor"));
            Assert.That(last.Number("unrecoveredFen"), Is.Zero);
            Assert.That(redeemed.Number("remainderFen"), Is.Zero);
            Assert.That((await _trade.Bank.Api!.Summary(Stop)).LedgerTotalsMatch, Is.True);
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task WriteOff_ByOneOfTheTwo_IsRefused()
    {
        var receivable = await _trade.NewReceivable(100_000, Stop);
        var id = new LoanId((await Trade.Complete(_trade.Bank, await _trade.Borrow(receivable, 60_000, 1, Stop), Stop)).Number("loan"));
        await Trade.Complete(_trade.Bank, await _trade.Disburse(id.Value, 60_000, Stop), Stop);
        await Town.Chain.IncreaseTime(TimeSpan.FromDays(91), Stop);
        await Town.Chain.Mine(1, Stop);
        await Complete(await Default(id, 1), "loan_defaulted");
        var terms = (WriteOffLoan)(await WriteOff(id, 60_000, 2)).Operation;

        await AssertRefused(Town.Ledger.SignAll(terms, _trade.Bank.Approver, _trade.Bank.SecondApprover), 403, "signer_unauthorised", "agreement.checkerSignature");
        await AssertRefused(Town.Ledger.SignAll(terms, _trade.Bank.Disburser, _trade.Bank.Disburser), 403, "signer_unauthorised", "agreement.approverSignature");
    }

    protected override async Task Settle(CancellationToken cancellationToken) => _trade = await Trade.Open(Town, Gateway, cancellationToken);

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }

    private async Task<SignedOperation> Default(LoanId loan, ushort revision) => Town.Ledger.SignAll(
        new DefaultLoan(loan, Trade.Reference(), revision, await Town.Deadline(Stop)), _trade.Bank.Approver);

    private async Task<SignedOperation> Claim(LoanId loan, ushort revision) => Town.Ledger.SignAll(
        new ClaimRecourse(loan, Trade.Reference(), revision, await Town.Deadline(Stop)), _trade.Bank.Approver);

    private async Task<SignedOperation> WriteOff(LoanId loan, ulong fen, ushort revision) => Town.Ledger.SignAll(
        new WriteOffLoan(loan, new Fen(fen), Trade.Reference(), revision, await Town.Deadline(Stop)), _trade.Bank.Approver, _trade.Bank.Disburser);

    private async Task<SignedOperation> Recover(LoanId loan, ulong fen, RecoverySource source, ushort revision) => Town.Ledger.SignAll(
        new RecoverLoan(loan, new Fen(fen), source, Trade.Reference(), revision, await Town.Deadline(Stop)), _trade.Bank.Disburser);

    private async Task<OperationState> Complete(SignedOperation agreement, string ended)
    {
        var state = await Trade.Complete(_trade.Bank, agreement, Stop);
        Assert.That(state.Result?.GetProperty("event").GetString(), Is.EqualTo(ended), state.Refusal?.Title);
        return state;
    }

    private Task AssertRefused(SignedOperation agreement, int status, string code, string field) =>
        _trade.Bank.AssertRefused(agreement, status, code, field);
}
