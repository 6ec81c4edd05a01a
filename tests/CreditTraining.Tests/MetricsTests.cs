using FinanceChain.CreditTraining.Calibration;
using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.Tests.CreditTraining;

public sealed class MetricsTests
{
    [Test]
    public void Auc_TiesCountHalf() => Assert.That(Metrics.Auc([0.1, 0.4, 0.4, 0.8], [0, 0, 1, 1]), Is.EqualTo(0.875));

    [Test]
    public void Ks_PerfectOrder_IsOne() => Assert.That(Metrics.Ks([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]), Is.EqualTo(1));

    [Test]
    public void Psi_SameShares_IsZero_MovedShares_IsPublishedFormula() =>
        Assert.Multiple(() =>
        {
            Assert.That(Metrics.Psi([10, 20, 70], [1, 2, 7]), Is.EqualTo(0).Within(1e-12));
            Assert.That(Metrics.Psi([50, 50], [80, 20]), Is.EqualTo((0.3 * Math.Log(1.6)) + (-0.3 * Math.Log(0.4))).Within(1e-12));
        });

    [Test]
    public void HosmerLemeshow_TrueProbabilities_Passes_WrongOnes_Fails()
    {
        var random = new StableRandom(3);
        double[] pd = [.. Enumerable.Range(0, 5_000).Select(_ => random.Fraction() * 0.3)];
        double[] labels = [.. pd.Select(p => random.Fraction() < p ? 1.0 : 0)];
        Assert.Multiple(() =>
        {
            Assert.That(Metrics.HosmerLemeshow(pd, labels).PValue, Is.GreaterThan(0.05));
            Assert.That(Metrics.HosmerLemeshow([.. pd.Select(p => p * 1.3)], labels).PValue, Is.LessThan(0.001));
        });
    }

    [Test]
    public void Calibrator_OverconfidentMargins_BroughtBackAndToTheTendency()
    {
        var random = new StableRandom(4);
        double[] truth = [.. Enumerable.Range(0, 8_000).Select(_ => (random.Fraction() * 6) - 5)];
        double[] labels = [.. truth.Select(m => random.Fraction() < 1 / (1 + Math.Exp(-m)) ? 1.0 : 0)];
        double[] margins = [.. truth.Select(m => (2 * m) + 1)];

        var fitted = Calibrator.Fit(margins, labels);

        Assert.Multiple(() =>
        {
            Assert.That(Metrics.HosmerLemeshow([.. margins.Select(fitted.Pd)], labels).PValue, Is.GreaterThan(0.05));
            Assert.That(margins.Average(fitted.To(0.02, margins).Pd), Is.EqualTo(0.02).Within(1e-9));
        });
    }

    [Test]
    public void Isotonic_AnyDirection_NearestMonotone()
    {
        double[] fit = Isotonic.Fit([1, 3, 2, 4], [1, 1, 1, 1], 1);
        Assert.Multiple(() =>
        {
            Assert.That(fit, Is.EqualTo(new[] { 1, 2.5, 2.5, 4 }));
            Assert.That(Isotonic.Fit([1, 3, 2, 4], [1, 1, 1, 1], -1), Is.All.EqualTo(2.5));
        });
    }
}
