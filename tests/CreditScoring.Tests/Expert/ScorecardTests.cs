using FinanceChain.CreditScoring;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Tests.CreditScoring;

public sealed class ScorecardTests
{
    private static readonly CreditFacts Best = new(24, 20, 10, 2_000, 50);

    [Test]
    public void Evaluate_BestFacts_GradeAWithoutReasons()
    {
        CreditDecision decision = Scorecard.Expert.Evaluate(Best);

        Assert.Multiple(() =>
        {
            Assert.That(decision.Score, Is.EqualTo(770));
            Assert.That(decision.Grade, Is.EqualTo(Grade.A));
            Assert.That(decision.Reasons, Is.Empty);
        });
    }

    [Test]
    public void Evaluate_NothingKnown_WorstGradeWithFourLargestLosses()
    {
        CreditDecision decision = Scorecard.Expert.Evaluate(new CreditFacts(null, null, null, null, null));

        Assert.Multiple(() =>
        {
            Assert.That(decision.Score, Is.EqualTo(400));
            Assert.That(decision.Grade, Is.EqualTo(Grade.D));
            // Largest loss first; ShortHistory and FewLoansRepaid lose the same and keep the order of the card.
            Assert.That(decision.Reasons, Is.EqualTo(new[]
            {
                ReasonCode.ObligorUnproven, ReasonCode.ShortHistory, ReasonCode.FewLoansRepaid, ReasonCode.FewReceivablesRedeemed,
            }));
        });
    }

    [TestCase(659, Grade.B)]
    [TestCase(660, Grade.A)]
    [TestCase(579, Grade.C)]
    [TestCase(499, Grade.D)]
    public void GradesOf_ScoreAtBoundary_TakesTheStep(int score, Grade expected) => Assert.That(Grades.Of(score), Is.EqualTo(expected));

    [Test]
    public void Evaluate_MoreHistory_NeverScoresLower() =>
        Prop.ForAll(Facts(), Gen.Choose(0, 40).ToArbitrary(), (facts, more) =>
        {
            int before = Scorecard.Expert.Evaluate(facts).Score;
            return Scorecard.Expert.Evaluate(facts with { MonthsOnLedger = facts.MonthsOnLedger + more }).Score >= before
                && Scorecard.Expert.Evaluate(facts with { LoansRepaid = facts.LoansRepaid + more }).Score >= before
                && Scorecard.Expert.Evaluate(facts with { ReceivablesRedeemed = facts.ReceivablesRedeemed + more }).Score >= before
                && Scorecard.Expert.Evaluate(facts with { LargestObligorShareBps = facts.LargestObligorShareBps + more }).Score <= before
                && Scorecard.Expert.Evaluate(facts with { MonthsOnLedger = null }).Score <= before;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Constructor_PointsFall_Refused() =>
        Assert.That(
            () => new Scorecard([new(ReasonCode.ShortHistory, facts => facts.MonthsOnLedger, [new(0, 10), new(3, 5)], 0)]),
            Throws.ArgumentException.With.Message.Contains("out of order"));

    [Test]
    public void Constructor_MissingFactRewarded_Refused() =>
        Assert.That(
            () => new Scorecard([new(ReasonCode.ShortHistory, facts => facts.MonthsOnLedger, [new(0, 0), new(3, 5)], 1)]),
            Throws.ArgumentException.With.Message.Contains("missing fact"));

    private static Arbitrary<CreditFacts> Facts() =>
        (from months in Gen.Choose(0, 60)
         from redeemed in Gen.Choose(0, 60)
         from repaid in Gen.Choose(0, 60)
         from share in Gen.Choose(0, 9_950)
         from obligor in Gen.Choose(0, 100)
         select new CreditFacts(months, redeemed, repaid, share, obligor)).ToArbitrary();
}
