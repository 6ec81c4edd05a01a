using FinanceChain.CreditScoring.Lending;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>What happens in the Yongkang case, written down before it is played: the same on every machine but for the salts of its credit decisions, and lending exactly 605 million yuan.</summary>
internal sealed class YongkangPlan
{
    public const ulong CumulativeLendingFen = 60_500_000_000;

    // Now and then a bank charges a handling fee of five basis points.
    private const int LoansPerFee = 9;
    private const ulong FeeDivisor = 2_000;

    private YongkangPlan(IReadOnlyList<PlannedClaim> claims, IReadOnlyDictionary<int, LoanDecision> decisions)
    {
        Claims = claims;
        Decisions = decisions;
        Limits = BankPolicies.OwnLimits(claims);
    }

    /// <summary>All claims; a parent stands before its child.</summary>
    public IReadOnlyList<PlannedClaim> Claims { get; }

    /// <summary>The credit decision behind each loan, by the place of its claim.</summary>
    public IReadOnlyDictionary<int, LoanDecision> Decisions { get; }

    /// <summary>The credit limits that banks set for single parties.</summary>
    public IReadOnlyList<PlannedLimit> Limits { get; }

    /// <summary>Writes the plan.</summary>
    /// <param name="saltSeed">Secret of this installation, from which the salts of the credit decisions come; nothing else depends on it.</param>
    public static YongkangPlan Write(byte[] saltSeed)
    {
        List<ClaimDraft> drafts = new PlanDrafter().Draft();
        ShareOutLending(drafts);
        List<PlannedClaim> claims = [];
        foreach (ClaimDraft draft in drafts)
        {
            claims.Add(Settle(draft, drafts));
        }

        new IncidentWriter(claims).Write();
        (IReadOnlyList<PlannedClaim> decided, IReadOnlyDictionary<int, LoanDecision> decisions) = new CreditDesk(saltSeed).Decide(claims);
        return new YongkangPlan(decided, decisions);
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
            Invoices = draft.Invoices,
            NeedsReview = draft.NeedsReview,
        };
        if (draft.PrincipalFen == 0)
        {
            return claim;
        }

        int instalmentStep = draft.LoanStep + draft.InstalmentAfter;
        bool instalment = draft.InstalmentAfter > 0 && instalmentStep < (dueStep ?? StoryCalendar.Steps.Count);
        return claim with
        {
            Loan = new PlannedLoan(draft.Bank, new Fen(draft.PrincipalFen), default, draft.LoanStep, instalment ? instalmentStep : null, dueStep, draft.WithRecourse)
            {
                Fee = draft.Index % LoansPerFee == 0 ? new Fen(draft.PrincipalFen / FeeDivisor) : Fen.Zero,
            },
        };
    }
}
