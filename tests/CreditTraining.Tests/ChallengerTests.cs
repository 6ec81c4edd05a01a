using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Challenger;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Pipeline;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.Tests.CreditTraining;

/// <summary>The challenger needs LightGBM's native library, and that needs OpenMP (Debian: libgomp1).</summary>
public sealed class ChallengerTests
{
    private static readonly FoundDirection[] Directions =
    [
        new(Direction.RiskRises, ""), new(Direction.RiskFalls, ""), new(Direction.Any, ""), new(Direction.Any, ""),
    ];

    [SetUp]
    public void NeedLibrary()
    {
        if (!LightGbmChallenger.Available)
        {
            Assert.Ignore("LightGBM's native library cannot be loaded: install libgomp1.");
        }
    }

    [Test]
    public void Fit_SameRows_SameTextAndGoodRanking()
    {
        (DataSet data, _) = SmallData.Set(1_500);
        using var first = LightGbmChallenger.Fit(data, Directions, 3);
        using var second = LightGbmChallenger.Fit(data, Directions, 3);

        Assert.Multiple(() =>
        {
            Assert.That(second.Text(), Is.EqualTo(first.Text()));
            Assert.That(first.Text(), Does.Contain("monotone_constraints: 1,-1,0,0"));
            Assert.That(Metrics.Auc(first.Margins(data), data.Labels), Is.GreaterThan(0.75));
        });
    }

    [Test]
    public void Margins_ConstrainedFeatureRises_NeverFall()
    {
        (DataSet data, _) = SmallData.Set(1_500);
        using var challenger = LightGbmChallenger.Fit(data, Directions, 3);
        double[] before = challenger.Margins(data);
        DataSet indebted = data with { Columns = [data.Columns[0] with { Values = [.. data.Columns[0].Values.Select(value => value + 0.2)] }, .. data.Columns.Skip(1)] };

        Assert.That(challenger.Margins(indebted).Zip(before, (after, then) => after - then), Is.All.GreaterThanOrEqualTo(0));
    }
}
