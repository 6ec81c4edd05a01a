using System.Globalization;
using System.Text;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>One signed operation of the story.</summary>
/// <param name="Member">Whose system submits it.</param>
/// <param name="Key">Idempotency key: the same on every attempt, so that an interrupted story can be played again from the start.</param>
/// <param name="Write">Signs it with the numbers known by then.</param>
/// <param name="Note">Takes in the numbers that the ledger gave out.</param>
internal sealed record StoryMove(int Member, string Key, Func<SignedOperation> Write, Action<OperationState> Note);

/// <summary>
/// Turns the plan into signed operations, step by step. Moves of one wave do not depend on each other: what needs a number that the ledger
/// has yet to give out comes in the second wave or a later step.
/// </summary>
internal sealed class StoryScript(YongkangPlan plan, StoryState state, StoryKeys keys, LedgerDomain domain)
{
    // Generous against the clock of the machine that runs while a step is played.
    private static readonly TimeSpan ValidFor = TimeSpan.FromDays(14);

    /// <summary>Until when what is signed on a step may be submitted; unix seconds.</summary>
    public static ulong Deadline(int step) => (ulong)(StoryCalendar.Morning(step) + ValidFor).ToUnixTimeSeconds();

    /// <summary>Issues, splits, approvals and receipts of repayments.</summary>
    public IEnumerable<StoryMove> FirstWave(int step)
    {
        foreach (PlannedClaim claim in plan.Claims)
        {
            if (claim.BornStep == step)
            {
                yield return claim.Parent is { } parent ? Split(claim, plan.Claims[parent], step) : Issue(claim, step);
            }

            if (claim.Loan is { } loan)
            {
                if (loan.OpenStep == step)
                {
                    yield return Open(claim, loan, step);
                }

                if (loan.InstalmentStep == step || loan.RepayStep == step)
                {
                    yield return Repay(claim, loan, step);
                }
            }
        }
    }

    /// <summary>Disbursements of the loans that were opened today, and redemptions, which wait until a pledge is released.</summary>
    public IEnumerable<StoryMove> SecondWave(int step)
    {
        foreach (PlannedClaim claim in plan.Claims)
        {
            if (claim.Loan is { } loan && loan.OpenStep == step)
            {
                yield return Disburse(claim, loan, step);
            }

            if (claim.RedeemStep == step)
            {
                yield return Redeem(claim, step);
            }
        }
    }

    private StoryMove Issue(PlannedClaim claim, int step) => Move(
        claim.Obligor,
        $"issue-{claim.Index}",
        () => domain.SignAll(
            new IssueReceivable(Party(claim.Obligor), Party(claim.Holder), claim.Issued, claim.Maturity, Fingerprint(claim, step), Deadline(step)),
            keys.Trader(claim.Obligor),
            keys.Trader(claim.Holder)),
        ended => Born(claim, ended.Number("receivable")));

    private StoryMove Split(PlannedClaim child, PlannedClaim parent, int step) => Move(
        parent.Holder,
        $"split-{child.Index}",
        () => domain.SignAll(
            new AssignReceivable(On(parent).Receivable, Party(child.Holder), child.Issued, On(parent).Revision, Deadline(step)),
            keys.Trader(parent.Holder),
            keys.Trader(child.Holder)),
        ended =>
        {
            On(parent).Revision++;
            Born(child, ended.Number("child"));
        });

    private StoryMove Open(PlannedClaim claim, PlannedLoan loan, int step) => Move(
        loan.Bank,
        $"open-{claim.Index}",
        () =>
        {
            // Every third application invites all banks; the first approval wins.
            PartyId invited = claim.Index % 3 == 0 ? default : Party(loan.Bank);
            var application = new LoanApplication(
                On(claim).Receivable, On(claim).Revision, invited, new Fen(loan.Principal.Value / 2), claim.Remainder, CreditDesk.HighestRate, claim.Maturity, loan.WithRecourse, Deadline(step));
            var approval = new OpenLoan(application, Party(loan.Bank), loan.Principal, loan.AnnualRate, Deadline(step));
            return domain.SignAll(approval, keys.Trader(claim.Holder), keys.Approver(loan.Bank));
        },
        ended =>
        {
            On(claim).Loan = new LoanId(ended.Number("loan"));
            On(claim).LoanRevision = 1;
            On(claim).Revision++;
        });

    private StoryMove Disburse(PlannedClaim claim, PlannedLoan loan, int step) => Move(
        loan.Bank,
        $"disburse-{claim.Index}",
        () => domain.SignAll(
            new DisburseLoan(On(claim).Loan, loan.Principal, Reference("registration", claim.Index, step), Reference("disbursement", claim.Index, step), Deadline(step)),
            keys.Cashier(loan.Bank)),
        _ => On(claim).LoanRevision++);

    private StoryMove Repay(PlannedClaim claim, PlannedLoan loan, int step)
    {
        bool last = loan.RepayStep == step;
        Fen early = loan.InstalmentStep is null ? Fen.Zero : new Fen(loan.Principal.Value / 2);
        Fen principal = last ? loan.Principal - early : early;
        int since = last && loan.InstalmentStep is { } instalment ? instalment : loan.OpenStep;
        var days = (ushort)(StoryCalendar.Steps[step].DayNumber - StoryCalendar.Steps[since].DayNumber);
        Fen interest = Interest.Down(last ? principal : loan.Principal, loan.AnnualRate, days);
        return Move(
            loan.Bank,
            $"repay-{claim.Index}-{step}",
            () => domain.SignAll(
                new RepayLoan(On(claim).Loan, principal, interest, Reference("repayment", claim.Index, step), On(claim).LoanRevision, Deadline(step)),
                keys.Cashier(loan.Bank)),
            _ =>
            {
                On(claim).LoanRevision++;
                if (last)
                {
                    On(claim).Revision++;
                }
            });
    }

    private StoryMove Redeem(PlannedClaim claim, int step) => Move(
        claim.Holder,
        $"redeem-{claim.Index}",
        () => domain.SignAll(
            new RedeemReceivable(On(claim).Receivable, claim.Remainder, Reference("redemption", claim.Index, step), On(claim).Revision, Deadline(step)),
            keys.Trader(claim.Holder)),
        _ => On(claim).Revision++);

    private static StoryMove Move(int member, FormattableString key, Func<SignedOperation> write, Action<OperationState> note) =>
        new(member, key.ToString(CultureInfo.InvariantCulture), write, note);

    private void Born(PlannedClaim claim, ulong number)
    {
        On(claim).Receivable = new ReceivableId(number);
        On(claim).Revision = 1;
    }

    private ClaimState On(PlannedClaim claim) => state.Claims[claim.Index];

    private PartyId Party(int member) => state.Parties[member];

    /// <summary>A digital invoice of the supplier: year, region 33, channel 0, running number.</summary>
    private static Hash256 Fingerprint(PlannedClaim claim, int step) => InvoiceFingerprint.Of(
        YongkangCast.Members[claim.Holder].Uscc,
        null,
        string.Create(CultureInfo.InvariantCulture, $"{StoryCalendar.Steps[step]:yy}330{claim.Index:D15}"));

    /// <summary>Stands for the hash of a number that a bank or the movable-finance register would give.</summary>
    private static Hash256 Reference(string what, int claim, int step) =>
        Keccak256.Hash(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"yongkang/{what}/{claim}/{step}")));
}
