using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditScoring.Reading;
using FinanceChain.Tests.CreditScoring.Models;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Tests.CreditScoring.Decisions;

public sealed class DecisionDeskTests
{
    private static readonly DecisionDesk Desk = new(SmallModel.File());

    [Test]
    public void Decide_SameFacts_SameDigest_OtherSaltOtherDigest()
    {
        Decision first = Desk.Decide(Facts("0.3", "0.5", "50", "locks"), "aa").Decision!;

        Assert.Multiple(() =>
        {
            Assert.That(Desk.Decide(Facts("0.3", "0.5", "50", "locks"), "aa").Decision!.Digest(), Is.EqualTo(first.Digest()));
            Assert.That(Desk.Decide(Facts("0.3", "0.5", "50", "locks"), "ab").Decision!.Digest(), Is.Not.EqualTo(first.Digest()));
            Assert.That(first.ModelHash, Is.EqualTo(SmallModel.File().Hash()));
            Assert.That(first.ModelUsed, Is.EqualTo("champion"));
        });
    }

    [TestCase("1e999", InputRule.NotFinite)]
    [TestCase("-Infinity", InputRule.NotFinite)]
    [TestCase("-inf", InputRule.NotFinite)]
    [TestCase("1e16", InputRule.TooLarge)]
    [TestCase("-3", InputRule.BelowMinimum)]
    [TestCase("2000000", InputRule.AboveMaximum)]
    [TestCase("twelve", InputRule.NotANumber)]
    public void Decide_BadNumber_NamesFieldAndRule(string text, InputRule rule)
    {
        DecisionResult result = Desk.Decide(Facts(text, "0.5", "50", "locks"), "");

        Assert.Multiple(() =>
        {
            Assert.That(result.Decision, Is.Null);
            Assert.That(result.Refusals, Has.Count.EqualTo(1));
            Assert.That(result.Refusals[0].Field, Is.EqualTo("cash"));
            Assert.That(result.Refusals[0].Rule, Is.EqualTo(rule));
            Assert.That(result.Refusals[0].ToString(), Does.Contain(text).And.Contain("cash").And.Contain(rule.ToString()));
        });
    }

    [Test]
    public void Decide_FieldAbsent_Refused() =>
        Assert.That(Desk.Decide(new Dictionary<string, string?> { ["cash"] = "1" }, "").Refusals.Select(refusal => refusal.Rule), Is.EqualTo(new[] { InputRule.FieldAbsent, InputRule.FieldAbsent, InputRule.FieldAbsent }));

    [Test]
    public void Decide_ThinFile_ScorecardAnswers() =>
        Assert.That(Desk.Decide(Facts("", "NA", "", "locks"), "").Decision!.ModelUsed, Is.EqualTo("scorecard"));

    [Test]
    public void Decide_ChampionWithdrawn_ScorecardAnswers() =>
        Assert.That(new DecisionDesk(SmallModel.File(), ActiveModel.ScorecardOnly).Decide(Facts("0.3", "0.5", "50", "locks"), "").Decision!.ModelUsed, Is.EqualTo("scorecard"));

    [Test]
    public void Decide_AnyText_NeverThrows() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), ArbMap.Default.ArbFor<double>(), (text, number) =>
        {
            string value = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            DecisionResult one = Desk.Decide(Facts(text, value, text, text), ""), two = Desk.Decide(Facts(value, text, value, value), "");
            return (one.Decision is null) == (one.Refusals.Count > 0) && (two.Decision is null) == (two.Refusals.Count > 0);
        }).QuickCheckThrowOnFailure();

    private static Dictionary<string, string?> Facts(string? cash, string? debt, string? size, string? sector) =>
        new() { ["cash"] = cash, ["debt"] = debt, ["size"] = size, ["sector"] = sector };
}
