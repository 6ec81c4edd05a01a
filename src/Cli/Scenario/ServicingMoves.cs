using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>What happens to loans when things do not go as agreed.</summary>
internal sealed class ServicingMoves(StoryPen pen)
{
    public StoryMove CancelLoan(PlannedClaim claim, PlannedLoan loan, int step) => OfBank(
        claim,
        loan,
        $"cancel-loan-{claim.Index}",
        (number, revision) => new CancelLoan(number, false, revision, StoryPen.Deadline(step)),
        [pen.Keys.Approver(loan.Bank)],
        releases: true);

    public StoryMove Extend(PlannedClaim claim, PlannedLoan loan, int step) => OfBank(
        claim,
        loan,
        $"extend-{claim.Index}",
        (number, revision) => new ExtendLoan(number, claim.Maturity.AddDays(IncidentWriter.ExtensionDays), revision, StoryPen.Deadline(step)),
        [pen.Keys.Trader(claim.Holder), pen.Keys.Approver(loan.Bank)]);

    public StoryMove Default(PlannedClaim claim, PlannedLoan loan, int step) => OfBank(
        claim,
        loan,
        $"default-{claim.Index}",
        (number, revision) => new DefaultLoan(number, StoryPen.Reference("default", claim.Index, step), revision, StoryPen.Deadline(step)),
        [pen.Keys.Approver(loan.Bank)]);

    public StoryMove ClaimRecourse(PlannedClaim claim, PlannedLoan loan, int step) => OfBank(
        claim,
        loan,
        $"claim-recourse-{claim.Index}",
        (number, revision) => new ClaimRecourse(number, StoryPen.Reference("demand", claim.Index, step), revision, StoryPen.Deadline(step)),
        [pen.Keys.Approver(loan.Bank)]);

    public StoryMove WriteOff(PlannedClaim claim, PlannedLoan loan, Fen amount, int step) => OfBank(
        claim,
        loan,
        $"write-off-{claim.Index}",
        (number, revision) => new WriteOffLoan(number, amount, StoryPen.Reference("write-off", claim.Index, step), revision, StoryPen.Deadline(step)),
        [pen.Keys.Approver(loan.Bank), pen.Keys.Cashier(loan.Bank)]);

    public StoryMove Recover(PlannedClaim claim, PlannedLoan loan, Fen amount, int step) => OfBank(
        claim,
        loan,
        $"recover-{claim.Index}",
        (number, revision) => new RecoverLoan(
            number, amount, RecoverySource.Borrower, StoryPen.Reference("recovery", claim.Index, step), revision, StoryPen.Deadline(step)),
        [pen.Keys.Cashier(loan.Bank)]);

    private StoryMove OfBank(
        PlannedClaim claim,
        PlannedLoan loan,
        FormattableString key,
        Func<LoanId, ushort, ILedgerOperation> write,
        IReadOnlyList<ISigner> signers,
        bool releases = false) => pen.Move(
        loan.Bank,
        key,
        () => write(pen.On(claim).Loan, pen.On(claim).LoanRevision),
        signers,
        _ =>
        {
            pen.On(claim).LoanRevision++;
            if (releases)
            {
                pen.On(claim).Revision++;
            }
        });
}
