using FinanceChain.Cli.Platform;
using FinanceChain.Cli.Scenario;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Tests.Scenario;

public sealed class YongkangPlanTests
{
    private static readonly YongkangPlan Plan = YongkangPlan.Write(new byte[32]);

    private static IEnumerable<PlannedClaim> Financed => Plan.Claims.Where(claim => claim.Loan is not null);

    [Test]
    public void Loans_Summed_Are605MillionYuanToTheFen() =>
        Assert.That(Financed.Aggregate(0UL, (sum, claim) => sum + claim.Loan!.Disbursed.Value), Is.EqualTo(60_500_000_000));

    [Test]
    public void Cast_Members_Are429EnterprisesAndBanksWithDistinctNamesAndCodes()
    {
        IReadOnlyList<CastMember> members = YongkangCast.Members;
        Assert.Multiple(() =>
        {
            Assert.That(members.Count(member => member.Kind == PartyKind.Enterprise), Is.EqualTo(429));
            Assert.That(members.Count(member => member.Kind == PartyKind.Bank), Is.EqualTo(6));
            Assert.That(members.Select(member => member.Name), Is.Unique);
            Assert.That(members.Select(member => member.Uscc), Is.Unique);
        });
    }

    [Test]
    public void Loans_EachOne_IsCoveredAndFitsIntoTheStory() => Assert.Multiple(() =>
    {
        foreach (PlannedClaim claim in Financed)
        {
            PlannedLoan loan = claim.Loan!;
            Assert.That(loan.Principal.Value, Is.InRange(1UL, claim.Remainder.Value), $"principal of {claim.Index}");
            Assert.That(loan.OpenStep, Is.GreaterThan(claim.BornStep).And.LessThan(StoryCalendar.Steps.Count), $"opening of {claim.Index}");
            Assert.That(claim.Maturity, Is.GreaterThan(StoryCalendar.Steps[loan.OpenStep]), $"maturity of {claim.Index}");
            Assert.That(loan.AnnualRate.Value, Is.LessThanOrEqualTo(CreditDesk.HighestRate.Value), $"rate of {claim.Index}");
            Assert.That(loan.DecisionDigest.IsZero, Is.False, $"decision on {claim.Index}");
            int? freed = loan.RepayStep ?? claim.Incidents.FirstOrDefault(incident => incident.Kind == IncidentKind.CancelLoan)?.Step;
            Assert.That(claim.RedeemStep ?? int.MaxValue, Is.GreaterThanOrEqualTo(freed ?? int.MaxValue), $"redemption of {claim.Index}");
        }
    });

    [Test]
    public void Loans_PaidInParts_AddUpToWhatIsLent() => Assert.Multiple(() =>
    {
        Assert.That(Financed.Count(claim => claim.Loan!.LaterTranche > Fen.Zero), Is.EqualTo(6));
        Assert.That(Financed.Count(claim => claim.Loan!.Lapsing > Fen.Zero && claim.Loan.Disbursed > Fen.Zero), Is.EqualTo(3));
        foreach (PlannedLoan loan in Financed.Select(claim => claim.Loan!).Where(loan => loan.Disbursed > Fen.Zero))
        {
            Assert.That(loan.FirstTranche + loan.LaterTranche + loan.Lapsing, Is.EqualTo(loan.Principal));
            Assert.That(loan.FirstTranche, Is.GreaterThan(Fen.Zero));
            Assert.That(loan.LaterTranche == Fen.Zero || loan.TrancheStep < (loan.RepayStep ?? int.MaxValue), Is.True);
        }
    });

    [Test]
    public void Loans_AboveTheBanksAmount_AreSome() =>
        Assert.That(Financed.Count(claim => claim.Loan!.Principal > BankPolicies.All[claim.Loan.Bank].DualApproval), Is.InRange(20, 200));

    /// <summary>Counted here once more, from the days on which loans begin and end.</summary>
    [Test]
    public void Loans_OfOneBankToOneParty_StayWithinItsLimit() => Assert.Multiple(() =>
    {
        foreach (ExposureSide side in new[] { ExposureSide.Obligor, ExposureSide.Borrower })
        {
            foreach (var line in Financed.GroupBy(claim => (claim.Loan!.Bank, Party: side == ExposureSide.Obligor ? claim.Obligor : claim.Holder)))
            {
                RequireWithin(line.Key.Bank, line.Key.Party, side, [.. line]);
            }
        }
    });

    [Test]
    public void Limits_OfSingleParties_AreSetOnceAfterBothRegisteredAndAboveThePolicy() => Assert.Multiple(() =>
    {
        Assert.That(Plan.Limits, Has.Count.InRange(10, 60));
        Assert.That(Plan.Limits.Select(limit => (limit.Bank, limit.Party, limit.Side)), Is.Unique);
        foreach (PlannedLimit limit in Plan.Limits)
        {
            Assert.That(limit.Limit, Is.GreaterThan(Usual(limit.Bank, limit.Side)));
            Assert.That(limit.Step, Is.GreaterThanOrEqualTo(YongkangCast.Members[limit.Party].JoinStep));
        }
    });

    [Test]
    public void Claims_Tenor_NeedsAReviewAboveSixMonthsAndIsNeverAboveAYear() => Assert.Multiple(() =>
    {
        Assert.That(Financed.Count(claim => claim.NeedsReview), Is.InRange(5, 100));
        foreach (PlannedClaim claim in Plan.Claims)
        {
            int issueStep = claim.Parent is { } parent ? Plan.Claims[parent].BornStep : claim.BornStep;
            int tenorDays = claim.Maturity.DayNumber - StoryCalendar.Steps[issueStep].DayNumber;
            Assert.That(claim.NeedsReview, Is.EqualTo(tenorDays > YongkangLedger.Rules.MaxTenorDays), $"claim {claim.Index}");
            Assert.That(tenorDays, Is.LessThanOrEqualTo(YongkangLedger.Rules.MaxReviewedTenorDays), $"claim {claim.Index}");
        }
    });

    [Test]
    public void Claims_Invoices_AreSometimesSeveralAndNeverTooMany() => Assert.Multiple(() =>
    {
        Assert.That(Plan.Claims.Count(claim => claim.Invoices > 1), Is.GreaterThan(100));
        Assert.That(Plan.Claims.Max(claim => claim.Invoices), Is.LessThanOrEqualTo(YongkangLedger.Rules.MaxInvoices));
    });

    [Test]
    public void Claims_Splits_LeaveParentAndChildWhole() => Assert.Multiple(() =>
    {
        foreach (PlannedClaim parent in Plan.Claims)
        {
            ulong children = Plan.Claims.Where(claim => claim.Parent == parent.Index).Aggregate(0UL, (sum, child) => sum + child.Issued.Value);
            Assert.That(parent.Remainder.Value + children, Is.EqualTo(parent.Issued.Value), $"claim {parent.Index}");
        }
    });

    [Test]
    public void Claims_Parties_TradeOnlyAfterTheyRegistered() => Assert.Multiple(() =>
    {
        foreach (PlannedClaim claim in Plan.Claims)
        {
            Assert.That(YongkangCast.Members[claim.Obligor].JoinStep, Is.LessThan(claim.BornStep), $"obligor of {claim.Index}");
            Assert.That(YongkangCast.Members[claim.Holder].JoinStep, Is.LessThan(claim.BornStep), $"holder of {claim.Index}");
        }
    });

    [Test]
    public void Calendar_Steps_EndOn30June2025() => Assert.Multiple(() =>
    {
        Assert.That(StoryCalendar.Steps, Has.Count.EqualTo(48).And.Ordered);
        Assert.That(StoryCalendar.Steps[0], Is.EqualTo(new DateOnly(2023, 7, 10)));
        Assert.That(StoryCalendar.Steps[^1], Is.EqualTo(new DateOnly(2025, 6, 30)));
    });

    [Test]
    public void Write_Twice_TellsTheSameStory() => Assert.Multiple(() =>
    {
        YongkangPlan again = YongkangPlan.Write(new byte[32]);
        Assert.That(again.Claims, Is.EqualTo(Plan.Claims));
        Assert.That(again.Limits, Is.EqualTo(Plan.Limits));
    });

    private static Fen Usual(int bank, ExposureSide side) =>
        side == ExposureSide.Obligor ? BankPolicies.All[bank].ObligorLimit : BankPolicies.All[bank].BorrowerLimit;

    private static void RequireWithin(int bank, int party, ExposureSide side, IReadOnlyList<PlannedClaim> claims)
    {
        PlannedLimit? own = Plan.Limits.SingleOrDefault(limit => limit.Bank == bank && limit.Party == party && limit.Side == side);
        for (int step = 0; step < StoryCalendar.Steps.Count; step++)
        {
            ulong used = 0;
            foreach (PlannedClaim claim in claims)
            {
                used += UsedAfterOpening(claim, step);
            }

            Fen limit = own is not null && own.Step < step ? own.Limit : Usual(bank, side);
            Assert.That(used, Is.LessThanOrEqualTo(limit.Value), $"bank {bank}, {side} {party}, step {step}");
        }
    }

    /// <summary>At the moment of a step when all its loans have opened and none of its payments has come.</summary>
    private static ulong UsedAfterOpening(PlannedClaim claim, int step)
    {
        PlannedLoan loan = claim.Loan!;
        bool ended = loan.RepayStep < step
            || claim.Incidents.Any(incident => incident.Kind is IncidentKind.WriteOff or IncidentKind.CancelLoan && incident.Step < step);
        if (loan.OpenStep > step || ended)
        {
            return 0;
        }

        return loan.InstalmentStep < step ? loan.Principal.Value - (loan.Disbursed.Value / 2) : loan.Principal.Value;
    }
}
