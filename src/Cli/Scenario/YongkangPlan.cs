using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>A loan of the story, all steps being places in <see cref="StoryCalendar"/>.</summary>
/// <param name="Bank">Place of the bank in the cast.</param>
/// <param name="InstalmentStep">When half of the principal comes back early; null when it all comes at the end.</param>
/// <param name="RepayStep">When the (rest of the) principal comes back; null when that is after the story.</param>
internal sealed record PlannedLoan(int Bank, Fen Principal, Bps AnnualRate, int OpenStep, int? InstalmentStep, int? RepayStep, bool WithRecourse);

/// <summary>A receivable of the story, issued by an obligor or split off another one.</summary>
/// <param name="Index">Place in the plan.</param>
/// <param name="Parent">Place of the claim that it is split off; null when it is issued.</param>
/// <param name="Issued">The amount on the day it comes to be.</param>
/// <param name="BornStep">When it is issued or split off.</param>
/// <param name="RedeemStep">When the obligor pays what is left on it; null when that is after the story.</param>
internal sealed record PlannedClaim(int Index, int? Parent, int Obligor, int Holder, Fen Issued, DateOnly Maturity, int BornStep, int? RedeemStep)
{
    /// <summary>The amount after the split, if there is one.</summary>
    public Fen Remainder { get; init; } = Issued;

    public PlannedLoan? Loan { get; init; }
}

/// <summary>What happens in the Yongkang case, written down before it is played: the same on every machine, and lending exactly 605 million yuan.</summary>
internal sealed class YongkangPlan
{
    public const ulong CumulativeLendingFen = 60_500_000_000;

    private YongkangPlan(IReadOnlyList<PlannedClaim> claims) => Claims = claims;

    /// <summary>All claims; a parent stands before its child.</summary>
    public IReadOnlyList<PlannedClaim> Claims { get; }

    /// <summary>How many signed operations the whole story takes.</summary>
    public int Operations =>
        YongkangCast.Members.Count
        + Claims.Count
        + Claims.Count(claim => claim.RedeemStep is not null)
        + Claims.Sum(claim => claim.Loan is { } loan ? 2 + (loan.InstalmentStep is null ? 0 : 1) + (loan.RepayStep is null ? 0 : 1) : 0);

    /// <summary>Writes the plan.</summary>
    public static YongkangPlan Write()
    {
        List<ClaimDraft> drafts = new PlanDrafter().Draft();
        ShareOutLending(drafts);
        List<PlannedClaim> claims = [];
        foreach (ClaimDraft draft in drafts)
        {
            claims.Add(Settle(draft, drafts));
        }

        return new YongkangPlan(CreditDesk.PriceLoans(claims));
    }

    /// <summary>Shares the total out by weight in whole hundreds of yuan; what rounding leaves goes to the first loans, a hundred yuan each.</summary>
    private static void ShareOutLending(List<ClaimDraft> drafts)
    {
        const ulong HundredYuanFen = 10_000;
        const ulong Shares = CumulativeLendingFen / HundredYuanFen;
        List<ClaimDraft> borrowers = [.. drafts.Where(draft => draft.LoanWeight > 0)];
        ulong weights = borrowers.Aggregate(0UL, (sum, draft) => sum + (ulong)draft.LoanWeight);
        foreach (ClaimDraft draft in borrowers)
        {
            draft.PrincipalFen = Shares * (ulong)draft.LoanWeight / weights * HundredYuanFen;
        }

        ulong left = CumulativeLendingFen - borrowers.Aggregate(0UL, (sum, draft) => sum + draft.PrincipalFen);
        foreach (ClaimDraft draft in borrowers.Take((int)(left / HundredYuanFen)))
        {
            draft.PrincipalFen += HundredYuanFen;
        }
    }

    private static PlannedClaim Settle(ClaimDraft draft, List<ClaimDraft> drafts)
    {
        ulong own = draft.OwnAmountFen();
        ulong split = drafts.Where(other => other.Parent == draft.Index).Aggregate(0UL, (sum, child) => sum + child.OwnAmountFen());
        int? dueStep = StoryCalendar.StepOnOrAfter(draft.Maturity);
        int? redeemStep = dueStep + draft.LateSteps < StoryCalendar.Steps.Count ? dueStep + draft.LateSteps : null;
        var claim = new PlannedClaim(draft.Index, draft.Parent, draft.Obligor, draft.Holder, new Fen(own + split), draft.Maturity, draft.BornStep, redeemStep)
        {
            Remainder = new Fen(own),
        };
        if (draft.PrincipalFen == 0)
        {
            return claim;
        }

        int instalmentStep = draft.LoanStep + draft.InstalmentAfter;
        bool instalment = draft.InstalmentAfter > 0 && instalmentStep < (dueStep ?? StoryCalendar.Steps.Count);
        return claim with
        {
            Loan = new PlannedLoan(draft.Bank, new Fen(draft.PrincipalFen), default, draft.LoanStep, instalment ? instalmentStep : null, dueStep, draft.WithRecourse),
        };
    }
}
