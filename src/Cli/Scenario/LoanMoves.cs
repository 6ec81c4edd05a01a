using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>What happens to loans as agreed: open, disburse, repay.</summary>
internal sealed class LoanMoves(StoryPen pen)
{
    public StoryMove Open(PlannedClaim claim, PlannedLoan loan, int step) => pen.Move(
        loan.Bank,
        $"open-{claim.Index}",
        () =>
        {
            var application = new LoanApplication(
                pen.On(claim).Receivable, pen.On(claim).Revision, Invited(claim, loan), new Fen(loan.Principal.Value / 2), claim.Remainder, CreditDesk.HighestRate, claim.Maturity, loan.WithRecourse, StoryPen.Deadline(step));
            Hash256 review = claim.NeedsReview ? StoryPen.Reference("review", claim.Index, step) : Hash256.Zero;
            return new OpenLoan(
                application, pen.Party(loan.Bank), loan.Principal, loan.AnnualRate, review, loan.DecisionDigest, StoryPen.Deadline(step));
        },
        loan.Principal > BankPolicies.All[loan.Bank].DualApproval
            ? [pen.Keys.Trader(claim.Holder), pen.Keys.Approver(loan.Bank), pen.Keys.SecondApprover(loan.Bank)]
            : [pen.Keys.Trader(claim.Holder), pen.Keys.Approver(loan.Bank)],
        ended =>
        {
            pen.On(claim).Loan = new LoanId(ended.Number("loan"));
            pen.On(claim).Revision++;
        });

    public StoryMove Disburse(PlannedClaim claim, PlannedLoan loan, int step) => pen.Move(
        loan.Bank,
        $"disburse-{claim.Index}-{step}",
        () => new DisburseLoan(
            pen.On(claim).Loan,
            step == loan.OpenStep ? loan.FirstTranche : loan.LaterTranche,
            StoryPen.Reference("registration", claim.Index, loan.OpenStep),
            StoryPen.Reference("disbursement", claim.Index, step),
            pen.On(claim).LoanRevision,
            StoryPen.Deadline(step)),
        [pen.Keys.Cashier(loan.Bank)],
        _ => pen.On(claim).LoanRevision++);

    public StoryMove Repay(PlannedClaim claim, PlannedLoan loan, int step)
    {
        bool last = loan.RepayStep == step;
        Fen principal = last ? loan.Disbursed - loan.Instalment : loan.Instalment;
        return pen.Move(
            loan.Bank,
            $"repay-{claim.Index}-{step}",
            () => new RepayLoan(
                pen.On(claim).Loan,
                principal,
                InterestOf(loan, step),
                last ? loan.Fee : Fen.Zero,
                StoryPen.Reference("repayment", claim.Index, step),
                pen.On(claim).LoanRevision,
                StoryPen.Deadline(step)),
            [pen.Keys.Cashier(loan.Bank)],
            _ =>
            {
                pen.On(claim).LoanRevision++;
                if (last)
                {
                    pen.On(claim).Revision++;
                }
            });
    }

    /// <summary>Every third application invites all banks, where the first approval wins; the others name one bank or two.</summary>
    private ValueList<PartyId> Invited(PlannedClaim claim, PlannedLoan loan) => (claim.Index % 3) switch
    {
        0 => [],
        1 => [pen.Party(loan.Bank)],
        _ => [pen.Party(loan.Bank), pen.Party((loan.Bank + 1) % BankPolicies.All.Count)],
    };

    /// <summary>On what was outstanding since the last payment, from the day on which each part was paid out.</summary>
    private static Fen InterestOf(PlannedLoan loan, int step)
    {
        if (loan.RepayStep == step && loan.InstalmentStep is { } instalment)
        {
            return Interest.Down(loan.Disbursed - loan.Instalment, loan.AnnualRate, Days(instalment, step));
        }

        Fen interest = Interest.Down(loan.FirstTranche, loan.AnnualRate, Days(loan.OpenStep, step));
        return loan.LaterTranche == Fen.Zero
            ? interest
            : interest + Interest.Down(loan.LaterTranche, loan.AnnualRate, Days(loan.TrancheStep, step));
    }

    private static ushort Days(int fromStep, int untilStep) =>
        (ushort)(StoryCalendar.Steps[untilStep].DayNumber - StoryCalendar.Steps[fromStep].DayNumber);
}
