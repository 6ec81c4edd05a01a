using FinanceChain.Cli.Scenario;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Tests.Scenario;

public sealed class YongkangPlanTests
{
    private static readonly YongkangPlan Plan = YongkangPlan.Write();

    private static IEnumerable<PlannedClaim> Financed => Plan.Claims.Where(claim => claim.Loan is not null);

    [Test]
    public void Loans_Summed_Are605MillionYuanToTheFen() =>
        Assert.That(Financed.Aggregate(0UL, (sum, claim) => sum + claim.Loan!.Principal.Value), Is.EqualTo(60_500_000_000));

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
            Assert.That(claim.RedeemStep ?? int.MaxValue, Is.GreaterThanOrEqualTo(loan.RepayStep ?? int.MaxValue), $"redemption of {claim.Index}");
        }
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
    public void Write_Twice_TellsTheSameStory() => Assert.That(YongkangPlan.Write().Claims, Is.EqualTo(Plan.Claims));
}
