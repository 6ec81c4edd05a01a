using FinanceChain.CreditScoring.Models;

namespace FinanceChain.CreditScoring.Limits;

/// <summary>What bounds a limit; the first in this order is named when several are equal. Append only.</summary>
public enum LimitConstraint
{
    AdvanceOnReceivables = 1,
    SalesMultiple,
    ObligorHeadroom,
    ExpectedLossBudget,
    PolicyCap,
}

/// <summary>Facts for a limit. Amounts are fen.</summary>
/// <param name="EligibleReceivablesFen">Confirmed, undisputed, not overdue, not financed.</param>
/// <param name="DilutionBps">Part of what is invoiced that is not paid in the end.</param>
/// <param name="ConcentrationBps">Excess share of the largest obligor over what the bank tolerates.</param>
/// <param name="MedianMonthlySalesFen">Of the last twelve months.</param>
/// <param name="ObligorLimitFen">Limit of the obligor.</param>
/// <param name="ObligorExposureFen">What is used of it, disputed and overdue included.</param>
/// <param name="PdPpb">Conservative PD of the loan.</param>
public sealed record LimitFacts(
    ulong EligibleReceivablesFen,
    int DilutionBps,
    int ConcentrationBps,
    ulong MedianMonthlySalesFen,
    ulong ObligorLimitFen,
    ulong ObligorExposureFen,
    int PdPpb);

/// <summary>The bank's policy. Amounts are fen.</summary>
/// <param name="SalesMultiplePercent">Months of median sales, times 100.</param>
/// <param name="LossGivenDefaultBps">Above zero.</param>
/// <param name="ExpectedLossBudgetFen">Greatest expected loss of one borrower in a year.</param>
public sealed record LimitPolicy(int AdvanceRateBps, int SalesMultiplePercent, int LossGivenDefaultBps, ulong ExpectedLossBudgetFen, ulong CapFen)
{
    /// <summary>80 % advance, three months of sales, 45 % loss given default, 50,000 yuan of expected loss, 10 million yuan.</summary>
    public static LimitPolicy Standard { get; } = new(8_000, 300, 4_500, 5_000_000, 1_000_000_000);
}

/// <summary>One bound and its amount.</summary>
public readonly record struct LimitBound(LimitConstraint Constraint, ulong AmountFen);

/// <summary>A limit: the least of its bounds, which are all shown.</summary>
public sealed record CreditLimit(ulong AmountFen, LimitConstraint Binding, IReadOnlyList<LimitBound> Bounds)
{
    private const uint One = 10_000;

    /// <summary>Computes the limit in integers, every division rounded down. It never rises with PD, dilution or concentration.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A share or a PD is outside its range.</exception>
    public static CreditLimit Of(LimitFacts facts, LimitPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(policy);
        Require(facts.DilutionBps, 0, (int)One, "dilution");
        Require(facts.ConcentrationBps, 0, (int)One, "concentration");
        Require(facts.PdPpb, 0, PdTable.One, "PD");
        Require(policy.AdvanceRateBps, 0, (int)One, "advance rate");
        Require(policy.SalesMultiplePercent, 0, 10_000, "sales multiple");
        Require(policy.LossGivenDefaultBps, 1, (int)One, "loss given default");
        LimitBound[] bounds =
        [
            new(LimitConstraint.AdvanceOnReceivables, Advance(facts, policy)),
            new(LimitConstraint.SalesMultiple, Capped((UInt128)facts.MedianMonthlySalesFen * (uint)policy.SalesMultiplePercent / 100)),
            new(LimitConstraint.ObligorHeadroom, facts.ObligorLimitFen > facts.ObligorExposureFen ? facts.ObligorLimitFen - facts.ObligorExposureFen : 0),
            new(LimitConstraint.ExpectedLossBudget, Budget(facts, policy)),
            new(LimitConstraint.PolicyCap, policy.CapFen),
        ];
        LimitBound least = bounds.MinBy(bound => bound.AmountFen);
        return new CreditLimit(least.AmountFen, least.Constraint, bounds);
    }

    private static ulong Advance(LimitFacts facts, LimitPolicy policy)
    {
        UInt128 amount = facts.EligibleReceivablesFen;
        foreach (int share in new[] { policy.AdvanceRateBps, (int)One - facts.DilutionBps, (int)One - facts.ConcentrationBps })
        {
            amount = amount * (uint)share / One;
        }

        return Capped(amount);
    }

    // Budget / (PD × loss given default). At a PD of zero the budget does not bind.
    private static ulong Budget(LimitFacts facts, LimitPolicy policy) => facts.PdPpb == 0
        ? ulong.MaxValue
        : Capped((UInt128)policy.ExpectedLossBudgetFen * One * PdTable.One / ((UInt128)(uint)facts.PdPpb * (uint)policy.LossGivenDefaultBps));

    private static ulong Capped(UInt128 amount) => amount > ulong.MaxValue ? ulong.MaxValue : (ulong)amount;

    private static void Require(int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"The {name} is between {least} and {most}.");
        }
    }
}
