using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditScoring.Lending;
using FinanceChain.CreditScoring.Limits;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Obligations;
using FinanceChain.CreditScoring.Reading;
using FinanceChain.Tests.CreditScoring.Models;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Tests.CreditScoring.Lending;

public sealed class LoanDeskTests
{
    private static readonly DateOnly Today = new(2025, 3, 10);
    private static readonly CreditModelFile File = SmallModel.File();
    private static readonly LendingRules Rules = new(LimitPolicy.Standard, ObligationParameters.Standard, "G08", 345, [0, 5, 10, 20, 35, 50, 70, 90, 110, 130, 150]);
    private static readonly ModelActivation Active = new(File.Hash(), Today, Today.AddYears(1));
    private static readonly LoanDesk Desk = new(File, Rules);

    private static readonly CreditRequest Request = new(
        Today, Today.AddDays(120), 10_000_00, true, 20_000_00, 100, 0, 30_000_00, 900_000_00, 0, Facts("2", "0.1", "500", "tools"), Facts("0.3", "0.5", "50", "locks"));

    [Test]
    public void Decide_SameRequest_SameDigest_AnyChange_AnotherDigest()
    {
        string digest = Decided(Request).Digest();
        CreditRequest[] others =
        [
            Request with { AmountFen = 10_000_01 }, Request with { WithRecourse = false }, Request with { DueDate = Today.AddDays(121) }, Request with { DilutionBps = 101 },
            Request with { Borrower = Facts("2", "0.1", "500", "locks") }, Request with { Obligor = Facts("0.3", "", "50", "locks") },
        ];

        Assert.Multiple(() =>
        {
            Assert.That(Decided(Request).Digest(), Is.EqualTo(digest));
            Assert.That(others.Select(other => Decided(other).Digest()).Append(digest), Is.Unique);
            Assert.That(Desk.Decide(Request, Active, "ab").Decision!.Digest(), Is.Not.EqualTo(digest), "another salt");
            Assert.That(new LoanDesk(File, Rules with { WorstGrade = "G07" }).Decide(Request, Active, "aa").Decision!.Digest(), Is.Not.EqualTo(digest), "other rules");
            Assert.That(LoanDecision.BytesOf(digest), Has.Length.EqualTo(32));
        });
    }

    [Test]
    public void Decide_BorrowerAndObligor_AreScoredApartAndJoined()
    {
        LoanDecision with = Decided(Request), without = Decided(Request with { WithRecourse = false });

        Assert.Multiple(() =>
        {
            Assert.That(with.Borrower.Points, Is.Not.EqualTo(with.Obligor.Points));
            Assert.That(with.PdPpb, Is.EqualTo(TwoObligations.WithRecoursePpb(with.Borrower.ConservativePdPpb, with.Obligor.ConservativePdPpb, ObligationParameters.Standard)));
            Assert.That(without.PdPpb, Is.EqualTo(TwoObligations.WithoutRecoursePpb(without.Obligor.ConservativePdPpb, ObligationParameters.Standard)));
            Assert.That(with.PdToMaturityPpb, Is.EqualTo(TwoObligations.ToMaturityPpb(with.PdPpb, 120)));
            Assert.That(with.AnnualRateBps, Is.LessThanOrEqualTo(without.AnnualRateBps));
        });
    }

    [Test]
    public void Decide_AmountBeyondTheLimit_ReferredAndTheBoundNamed()
    {
        LoanDecision decision = Decided(Request with { AmountFen = 19_000_00 });

        Assert.Multiple(() =>
        {
            Assert.That(decision.Outcome, Is.EqualTo(LoanOutcome.Referred));
            Assert.That(decision.Limit.Binding, Is.EqualTo(LimitConstraint.AdvanceOnReceivables));
            Assert.That(Decided(Request).Outcome, Is.EqualTo(LoanOutcome.Approved));
        });
    }

    [Test]
    public void Decide_GradeWorseThanTheRules_Referred() =>
        Assert.That(new LoanDesk(File, Rules with { WorstGrade = "G01" }).Decide(Request with { WithRecourse = false }, Active, "aa").Decision!.Outcome, Is.EqualTo(LoanOutcome.Referred));

    [Test]
    public void Decide_ModelNotActive_Refused()
    {
        ModelActivation?[] wrong = [null, Active with { From = Today.AddDays(1) }, Active with { Until = Today.AddDays(-1) }, Active with { ModelHash = "sha256:" + new string('0', 64) }];
        Assert.Multiple(() =>
        {
            foreach (ModelActivation? activation in wrong)
            {
                LoanAnswer answer = Desk.Decide(Request, activation, "aa");
                Assert.That(answer.Decision, Is.Null);
                Assert.That(answer.Refusals.Single().Rule, Is.EqualTo(InputRule.ModelInactive));
            }

            Assert.That(Desk.Decide(Request, Active with { Until = Today }, "aa").Decision, Is.Not.Null, "the last day counts");
        });
    }

    [Test]
    public void Decide_BadFacts_AllNamedAtOnce()
    {
        LoanAnswer answer = Desk.Decide(Request with { AmountFen = 0, DueDate = Today.AddDays(-1), Borrower = Facts("-3", "0.1", "5", "tools"), Obligor = Facts("1e999", "0.1", "5", "tools") }, Active, "aa");

        Assert.That(answer.Refusals.Select(refusal => (refusal.Field, refusal.Rule)), Is.EqualTo(new[]
        {
            ("dueDate", InputRule.OutOfRange), ("amountFen", InputRule.OutOfRange), ("borrower.cash", InputRule.BelowMinimum), ("obligor.cash", InputRule.NotFinite),
        }));
    }

    [Test]
    public void Override_WithReason_IsBoundIntoTheDigestAndTheLog()
    {
        LoanDecision referred = Decided(Request with { AmountFen = 19_000_00 });
        (LoanDecision? approved, InputRefusal? refusal) = LoanDesk.Override(referred, new CreditOverride(LoanOutcome.Approved, "Framework contract seen on site.", "Ms Ying"));

        Assert.Multiple(() =>
        {
            Assert.That(refusal, Is.Null);
            Assert.That(approved!.Final, Is.EqualTo(LoanOutcome.Approved));
            Assert.That(approved.Digest(), Is.Not.EqualTo(referred.Digest()));
            Assert.That(approved.ToLogLine("1"), Does.Contain("Framework contract seen on site.").And.Contain("Ms Ying"));
            Assert.That(new LoanReplay(File).Replay(approved.ToLogLine("1")).Difference, Is.Null);
        });
    }

    [TestCase("", "Ms Ying", "override.reason")]
    [TestCase("    ok      ", "Ms Ying", "override.reason")]
    [TestCase("Framework contract seen.", " ", "override.decidedBy")]
    public void Override_WithoutReasonOrName_Refused(string reason, string by, string field)
    {
        (LoanDecision? decision, InputRefusal? refusal) = LoanDesk.Override(Decided(Request), new CreditOverride(LoanOutcome.Declined, reason, by));

        Assert.That(decision, Is.Null);
        Assert.That((refusal!.Rule, refusal.Field), Is.EqualTo((InputRule.ReasonMissing, field)));
    }

    [Test]
    public void Replay_DecidedByTheScorecardAlone_IsReproduced()
    {
        LoanDecision decision = new LoanDesk(File, Rules, ActiveModel.ScorecardOnly).Decide(Request, Active, "aa").Decision!;
        Assert.That(decision.Borrower.ModelUsed, Is.EqualTo("scorecard"));
        Assert.That(new LoanReplay(File).Replay(decision.ToLogLine("1")).Difference, Is.Null);
    }

    [TestCase("\"amountFen\":\"1000000\"", "\"amountFen\":\"1000001\"")]
    [TestCase("\"annualRateBps\":345", "\"annualRateBps\":344")]
    [TestCase("\"advanceRateBps\":8000", "\"advanceRateBps\":8001")]
    [TestCase("\"salt\":\"aa\"", "\"salt\":\"ab\"")]
    public void Replay_LineChanged_IsFound(string from, string to)
    {
        string line = Decided(Request).ToLogLine("1"), changed = line.Replace(from, to, StringComparison.Ordinal);
        Assert.That(changed, Is.Not.EqualTo(line));
        Assert.That(new LoanReplay(File).Replay(changed).Difference, Is.Not.Null);
    }

    [TestCase("nonsense")]
    [TestCase("{}")]
    [TestCase("[]")]
    public void Replay_NotALine_OneSentence(string line) => Assert.That(() => new LoanReplay(File).Replay(line), Throws.TypeOf<FormatException>());

    [TestCase("G12", 11)]
    [TestCase("G08", 10)]
    public void Constructor_RulesUnsound_Refused(string worst, int spreads) =>
        Assert.That(() => new LoanDesk(File, Rules with { WorstGrade = worst, SpreadsBps = [.. Enumerable.Range(0, spreads)] }), Throws.ArgumentException);

    [Test]
    public void Decide_RiskierObligor_NeverCheaperAndNeverALargerLimit() =>
        Prop.ForAll(Gen.Choose(0, 2_000).ToArbitrary(), Gen.Choose(0, 1_000).ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (cash, less, recourse) =>
        {
            CreditRequest request = Request with { WithRecourse = recourse, Obligor = Facts(Ratio(cash), "0.5", "50", "locks") };
            LoanDecision before = Decided(request), after = Decided(request with { Obligor = Facts(Ratio(Math.Max(0, cash - less)), "0.5", "50", "locks") });
            return after.PdPpb + 1 >= before.PdPpb && after.AnnualRateBps >= before.AnnualRateBps && after.Limit.AmountFen <= before.Limit.AmountFen;
        }).QuickCheckThrowOnFailure();

    private static string Ratio(int thousandths) => (thousandths / 1000m).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static LoanDecision Decided(CreditRequest request) => Desk.Decide(request, Active, "aa").Decision!;

    private static Dictionary<string, string?> Facts(string? cash, string? debt, string? size, string? sector) =>
        new() { ["cash"] = cash, ["debt"] = debt, ["size"] = size, ["sector"] = sector };
}
