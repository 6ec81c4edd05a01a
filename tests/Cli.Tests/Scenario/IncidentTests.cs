using FinanceChain.Cli.Scenario;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Tests.Scenario;

public sealed class IncidentTests
{
    private static readonly YongkangPlan Plan = YongkangPlan.Write(new byte[32]);

    private static IEnumerable<(PlannedClaim Claim, PlannedIncident Incident)> All =>
        Plan.Claims.SelectMany(claim => claim.Incidents.Select(incident => (claim, incident)));

    [Test]
    public void Incidents_OfEachKind_Happen()
    {
        var times = All.GroupBy(happened => happened.Incident.Kind).ToDictionary(group => group.Key, group => group.Count());

        Assert.That(times, Is.EquivalentTo(new Dictionary<IncidentKind, int>
        {
            [IncidentKind.Cancel] = 4,
            [IncidentKind.Dispute] = 7,
            [IncidentKind.Resolve] = 6,
            [IncidentKind.Freeze] = 1,
            [IncidentKind.Unfreeze] = 1,
            [IncidentKind.CancelLoan] = 3,
            [IncidentKind.Extend] = 5,
            [IncidentKind.Default] = 9,
            [IncidentKind.ClaimRecourse] = 5,
            [IncidentKind.WriteOff] = 1,
            [IncidentKind.Recover] = 1,
            [IncidentKind.StopList] = 1,
        }));
        Assert.That(times.Keys, Is.EquivalentTo(Enum.GetValues<IncidentKind>()));
    }

    [Test]
    public void Incidents_OfOneClaim_ComeInOrderAfterItsBirthAndWithinTheStory() => Assert.Multiple(() =>
    {
        foreach (PlannedClaim claim in Plan.Claims)
        {
            int[] steps = [claim.BornStep, .. claim.Incidents.Select(incident => incident.Step)];
            Assert.That(steps, Is.Ordered.And.Unique, $"claim {claim.Index}");
            Assert.That(steps[^1], Is.LessThan(StoryCalendar.Steps.Count), $"claim {claim.Index}");
        }
    });

    [Test]
    public void Default_ComesAfterTheDueDate_AndExtensionBeforeIt() => Assert.Multiple(() =>
    {
        foreach ((PlannedClaim claim, PlannedIncident incident) in All)
        {
            DateOnly day = StoryCalendar.Steps[incident.Step];
            bool fits = incident.Kind switch
            {
                IncidentKind.Default => day > claim.Maturity && (claim.Loan!.RepayStep ?? int.MaxValue) > incident.Step,
                IncidentKind.Extend => day <= claim.Maturity && (claim.Loan!.RepayStep ?? int.MaxValue) > incident.Step,
                _ => true,
            };
            Assert.That(fits, Is.True, $"{incident.Kind} of claim {claim.Index} on {day}");
        }
    });

    [Test]
    public void Recourse_IsClaimedOnlyWhereItWasAgreed() =>
        Assert.That(All.Where(happened => happened.Incident.Kind == IncidentKind.ClaimRecourse).Select(happened => happened.Claim.Loan!.WithRecourse), Is.All.True);

    [Test]
    public void WriteOff_IsOfAllThatIsOutstandingAndComesBackInPart()
    {
        PlannedClaim claim = All.Single(happened => happened.Incident.Kind == IncidentKind.WriteOff).Claim;
        Fen lost = claim.Incidents.Single(incident => incident.Kind == IncidentKind.WriteOff).Amount;
        Fen back = claim.Incidents.Single(incident => incident.Kind == IncidentKind.Recover).Amount;

        Assert.That(lost, Is.EqualTo(claim.Loan!.Disbursed));
        Assert.That(back, Is.GreaterThan(Fen.Zero).And.LessThan(lost));
    }

    [Test]
    public void StopList_Obligor_IssuesNothingAfterIt()
    {
        (PlannedClaim claim, PlannedIncident incident) = All.Single(happened => happened.Incident.Kind == IncidentKind.StopList);

        Assert.That(Plan.Claims.Where(other => other.Obligor == claim.Obligor && other.Parent is null).Max(other => other.BornStep), Is.LessThan(incident.Step));
    }

    [Test]
    public void Owed_AfterADisputeIsResolved_IsWithoutWhatWasGivenUp() => Assert.Multiple(() =>
    {
        foreach ((PlannedClaim claim, PlannedIncident resolved) in All.Where(happened => happened.Incident.Kind == IncidentKind.Resolve))
        {
            Fen disputed = claim.Incidents.Single(incident => incident.Kind == IncidentKind.Dispute).Amount;
            Assert.That(resolved.Amount, Is.LessThanOrEqualTo(disputed));
            Assert.That(claim.Owed, Is.EqualTo(claim.Remainder - resolved.Amount));
            Assert.That(claim.Loan is null || resolved.Amount == Fen.Zero, Is.True, "a bank's cover is not cut");
        }
    });
}
