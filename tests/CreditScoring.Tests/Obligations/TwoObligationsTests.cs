using FinanceChain.CreditScoring.Numerics;
using FinanceChain.CreditScoring.Obligations;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Tests.CreditScoring.Obligations;

public sealed class TwoObligationsTests
{
    private static readonly ObligationParameters Independent = new(0, 200);

    [Test]
    public void WithRecourse_NoCorrelation_IsTheProduct() =>
        Assert.That(TwoObligations.WithRecoursePpb(100_000_000, 50_000_000, Independent), Is.EqualTo(5_000_000).Within(2));

    // P(X < 0, Y < 0) = 1/4 + arcsin(ρ) / 2π.
    [Test]
    public void WithRecourse_EvenChances_MatchesTheClosedForm() =>
        Assert.That(TwoObligations.WithRecoursePpb(500_000_000, 500_000_000, new ObligationParameters(5_000, 0)), Is.EqualTo(333_333_333).Within(5));

    [Test]
    public void WithRecourse_Any_BetweenProductAndLeastAndMonotone() =>
        Prop.ForAll(Pds(), Pds(), Gen.Choose(0, 5_000).ToArbitrary(), (a, b, correlation) =>
        {
            var parameters = new ObligationParameters(correlation, 0);
            int joint = TwoObligations.WithRecoursePpb(a, b, parameters);
            int riskier = TwoObligations.WithRecoursePpb(Math.Min(1_000_000_000, a + 5_000_000), b, parameters);
            return joint <= Math.Min(a, b) && joint + 3 >= (long)a * b / 1_000_000_000 && riskier + 1 >= joint;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void WithoutRecourse_AddsDilution() => Assert.That(TwoObligations.WithoutRecoursePpb(30_000_000, Independent), Is.EqualTo(50_000_000));

    [Test]
    public void ToMaturity_OneYear_IsThe12MonthPd() =>
        Assert.Multiple(() =>
        {
            Assert.That(TwoObligations.ToMaturityPpb(30_000_000, 365), Is.EqualTo(30_000_000).Within(1));
            Assert.That(TwoObligations.ToMaturityPpb(30_000_000, 0), Is.Zero);
            Assert.That(TwoObligations.ToMaturityPpb(30_000_000, 90), Is.LessThan(TwoObligations.ToMaturityPpb(30_000_000, 180)));
        });

    [Test]
    public void WithRecourse_CorrelationOfOne_Refused() =>
        Assert.That(() => TwoObligations.WithRecoursePpb(1, 1, new ObligationParameters(10_000, 0)), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void PortableMath_AgainstTheLibrary_CloseToTheLastBits() =>
        Prop.ForAll(Gen.Choose(-700_000, 700_000).Select(i => i / 1000.0).ToArbitrary(), x =>
            Math.Abs((PortableMath.Exp(x) / Math.Exp(x)) - 1) < 1e-14 && Math.Abs(PortableMath.Log(Math.Exp(x)) - x) <= 1e-13 * Math.Max(1, Math.Abs(x))).QuickCheckThrowOnFailure();

    [TestCase(0.0, 0.5)]
    [TestCase(1.959963984540054, 0.975)]
    [TestCase(-3.090232306167813, 0.001)]
    public void NormalCdf_PublishedValues(double x, double expected) =>
        Assert.Multiple(() =>
        {
            Assert.That(PortableMath.NormalCdf(x), Is.EqualTo(expected).Within(1e-14));
            Assert.That(PortableMath.NormalQuantile(expected), Is.EqualTo(x).Within(1e-12));
        });

    private static Arbitrary<int> Pds() => Gen.Choose(0, 1_000_000_000).ToArbitrary();
}
