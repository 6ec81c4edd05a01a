using FinanceChain.CreditScoring;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>The banks' credit desk: prices each loan by what the ledger shows of the borrower and the obligor on the day of the approval.</summary>
internal static class CreditDesk
{
    private const int StepsPerMonth = 2;

    // The one-year loan prime rate of the second half of 2023, to which each bank adds the spread of the grade.
    private const ushort BaseRateBps = 345;

    /// <summary>The highest rate that a borrower of the story accepts: the base rate with the spread of the worst grade.</summary>
    public static Bps HighestRate { get; } = new((ushort)(BaseRateBps + Grades.SpreadBps(Grade.D)));

    /// <summary>Gives every loan its rate and the digest of the decision behind it.</summary>
    public static IReadOnlyList<PlannedClaim> PriceLoans(IReadOnlyList<PlannedClaim> claims)
    {
        var holders = claims.ToLookup(claim => claim.Holder);
        var obligors = claims.ToLookup(claim => claim.Obligor);
        return
        [
            .. claims.Select(claim => claim.Loan is { } loan
                ? claim with { Loan = Decide(loan, FactsOf(claim, loan.OpenStep, holders, obligors)) }
                : claim),
        ];
    }

    private static PlannedLoan Decide(PlannedLoan loan, CreditFacts facts)
    {
        CreditDecision decision = Scorecard.Expert.Evaluate(facts);
        var rate = new Bps((ushort)(BaseRateBps + Grades.SpreadBps(decision.Grade)));
        return loan with { AnnualRate = rate, DecisionDigest = DecisionDigest.Of(facts, decision, rate) };
    }

    private static CreditFacts FactsOf(PlannedClaim claim, int step, ILookup<int, PlannedClaim> holders, ILookup<int, PlannedClaim> obligors)
    {
        List<PlannedClaim> held = [.. holders[claim.Holder].Where(other => other.BornStep < step)];
        ulong total = held.Aggregate(0UL, (sum, other) => sum + other.Issued.Value);
        ulong largest = held.GroupBy(other => other.Obligor).Max(group => group.Aggregate(0UL, (sum, other) => sum + other.Issued.Value));
        return new CreditFacts(
            MonthsOnLedger: (step - YongkangCast.Members[claim.Holder].JoinStep) / StepsPerMonth,
            ReceivablesRedeemed: held.Count(other => other.RedeemStep < step),
            LoansRepaid: held.Count(other => other.Loan?.RepayStep < step),
            LargestObligorShareBps: (int)(largest * 10_000 / total),
            ObligorReceivablesRedeemed: obligors[claim.Obligor].Count(other => other.RedeemStep < step));
    }
}
