using FinanceChain.Cli.Credit;
using FinanceChain.Cli.Scenario;
using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Lending;
using FinanceChain.Ethereum;

namespace FinanceChain.Cli.Tests.Scenario;

/// <summary>The banks of the story decide every loan by the model that they made active, and every decision can be made again.</summary>
public sealed class CreditDecisionTests
{
    private static readonly YongkangPlan Plan = YongkangPlan.Write(new byte[32]);

    private static IEnumerable<PlannedClaim> Financed => Plan.Claims.Where(claim => claim.Loan is not null);

    [Test]
    public void Loans_Each_HasADecisionWhoseDigestAndRateAreTheLoans() => Assert.Multiple(() =>
    {
        Assert.That(Plan.Decisions.Keys, Is.EqualTo(Financed.Select(claim => claim.Index)));
        foreach (PlannedClaim claim in Financed)
        {
            LoanDecision decision = Plan.Decisions[claim.Index];
            Assert.That(claim.Loan!.DecisionDigest, Is.EqualTo(Hash256.FromBytes(LoanDecision.BytesOf(decision.Digest()))), $"claim {claim.Index}");
            Assert.That((int)claim.Loan.AnnualRate.Value, Is.EqualTo(decision.AnnualRateBps), $"claim {claim.Index}");
            Assert.That(decision.Final, Is.EqualTo(LoanOutcome.Approved), $"claim {claim.Index}");
            Assert.That(decision.ModelHash, Is.EqualTo(DefaultModel.File.Hash()), $"claim {claim.Index}");
            Assert.That(decision.Request.AmountFen, Is.EqualTo(claim.Loan.Principal.Value), $"claim {claim.Index}");
        }
    });

    /// <summary>From the stored lines alone, as 'credit replay' does it.</summary>
    [Test]
    public void Decisions_Replayed_AreTheSameToTheLastBit()
    {
        var replay = new LoanReplay(DefaultModel.File);

        Replayed[] again = [.. Plan.Decisions.Select(item => replay.Replay(item.Value.ToLogLine($"claim {item.Key}")))];

        Assert.That(again.Where(item => item.Difference is not null), Is.Empty);
        Assert.That(again.Select(item => item.Digest), Is.Unique.And.EqualTo(Plan.Decisions.Values.Select(decision => decision.Digest())));
    }

    [Test]
    public void Decisions_OneFactChangedInTheLog_IsFound()
    {
        LoanDecision decision = Plan.Decisions.Values.Last();
        string line = decision.ToLogLine("x");
        string months = $"\"ledger_months\":\"{decision.Request.Borrower["ledger_months"]}\"";

        Replayed again = new LoanReplay(DefaultModel.File).Replay(line.Replace(months, "\"ledger_months\":\"1\"", StringComparison.Ordinal));

        Assert.That(again.Difference, Does.Contain("came out as"));
    }

    /// <summary>Both come about, and people override some but few: more would mean that nobody believes the model.</summary>
    [Test]
    public void Decisions_OfTheStory_DifferAndAreSeldomOverridden()
    {
        int overridden = Plan.Decisions.Values.Count(decision => decision.Override is not null);
        Assert.Multiple(() =>
        {
            Assert.That(overridden, Is.InRange(1, Plan.Decisions.Count / 20));
            Assert.That(Plan.Decisions.Values.Where(decision => decision.Override is not null), Is.All.Property(nameof(LoanDecision.Outcome)).EqualTo(LoanOutcome.Referred));
            Assert.That(Plan.Decisions.Values.Select(decision => decision.Grade).Distinct().Count(), Is.GreaterThan(3));
            Assert.That(Plan.Decisions.Values.Select(decision => decision.Limit.Binding).Distinct().Count(), Is.GreaterThan(1));
        });
    }

    [Test]
    public void Write_OtherSalts_OtherDigestsAndTheSameTerms()
    {
        YongkangPlan other = YongkangPlan.Write([.. Enumerable.Repeat((byte)1, 32)]);

        Assert.That(other.Decisions.Values.Select(decision => decision.Digest()), Has.None.AnyOf(Plan.Decisions.Values.Take(50).Select(decision => decision.Digest())));
        Assert.That(
            other.Claims.Select(claim => claim.Loan is { } loan ? claim with { Loan = loan with { DecisionDigest = default } } : claim),
            Is.EqualTo(Plan.Claims.Select(claim => claim.Loan is { } loan ? claim with { Loan = loan with { DecisionDigest = default } } : claim)));
    }

    /// <summary>What a decision knows is what was on the ledger before that morning: cutting off the future changes nothing.</summary>
    [Test]
    public void Facts_OfADecision_AreThoseOfTheLedgerBeforeIt()
    {
        PlannedClaim claim = Financed.Last();
        DateTimeOffset instant = StoryFacts.InstantOf(claim.Loan!.OpenStep);
        IReadOnlyList<LedgerFact> all = StoryFacts.Of(Plan.Claims);
        (LedgerHistory history, var refusals) = LedgerHistory.AsOf(all, instant);
        uint borrower = StoryFacts.Party(claim.Holder);

        Assert.Multiple(() =>
        {
            Assert.That(refusals, Has.Count.EqualTo(all.Count(fact => fact.At > instant)).And.Count.GreaterThan(0));
            Assert.That(
                Plan.Decisions[claim.Index].Request.Borrower["ledger_months"],
                Is.EqualTo(history.FeaturesOf(borrower)[0].ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        });
    }

    /// <summary>Read here by hand, fact by fact, and compared with what stands in the signed decisions.</summary>
    [Test]
    public void Facts_OfPublicProgrammes_CountFromTheDayOnWhichTheyAreKnown()
    {
        int known = 0, waiting = 0;
        foreach (PlannedClaim claim in Financed)
        {
            DateOnly day = StoryCalendar.Steps[claim.Loan!.OpenStep];
            foreach ((int member, IReadOnlyDictionary<string, string?> facts) in new[] { (claim.Holder, Plan.Decisions[claim.Index].Request.Borrower), (claim.Obligor, Plan.Decisions[claim.Index].Request.Obligor) })
            {
                DatedFact? latest = StoryProgrammes.Facts[member].Where(fact => fact.Name == "quality_marks" && fact.KnownOn <= day).MaxBy(fact => fact.KnownOn);
                Assert.That(facts["quality_marks"], Is.EqualTo(latest?.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? ""), $"claim {claim.Index}, member {member}");
                known += latest is null ? 0 : 1;
                waiting += StoryProgrammes.Facts[member].Any(fact => fact.KnownOn > day) ? 1 : 0;
            }
        }

        Assert.That(known, Is.GreaterThan(100));
        Assert.That(waiting, Is.GreaterThan(100));
    }
}
