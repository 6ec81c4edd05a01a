using FinanceChain.CreditScoring.Limits;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Tests.CreditScoring.Limits;

public sealed class CreditLimitTests
{
    private static readonly LimitFacts Facts = new(100_000_00, 200, 1_000, 40_000_00, 500_000_00, 100_000_00, 20_000_000);

    [Test]
    public void Of_Facts_LeastBoundIsTheLimitAndNamed()
    {
        CreditLimit limit = CreditLimit.Of(Facts, LimitPolicy.Standard);

        Assert.Multiple(() =>
        {
            Assert.That(limit.AmountFen, Is.EqualTo(70_560_00UL));
            Assert.That(limit.Binding, Is.EqualTo(LimitConstraint.AdvanceOnReceivables));
            Assert.That(limit.Bounds, Has.Count.EqualTo(5));
        });
    }

    [TestCase(LimitConstraint.SalesMultiple)]
    [TestCase(LimitConstraint.ObligorHeadroom)]
    [TestCase(LimitConstraint.ExpectedLossBudget)]
    [TestCase(LimitConstraint.PolicyCap)]
    public void Of_BoundIsLeast_Binds(LimitConstraint constraint)
    {
        LimitFacts facts = constraint switch
        {
            LimitConstraint.SalesMultiple => Facts with { MedianMonthlySalesFen = 1_00 },
            LimitConstraint.ObligorHeadroom => Facts with { ObligorExposureFen = 600_000_00 },
            LimitConstraint.ExpectedLossBudget => Facts with { EligibleReceivablesFen = ulong.MaxValue, MedianMonthlySalesFen = ulong.MaxValue, ObligorLimitFen = ulong.MaxValue, PdPpb = 900_000_000 },
            _ => Facts,
        };
        LimitPolicy policy = constraint == LimitConstraint.PolicyCap ? LimitPolicy.Standard with { CapFen = 5 } : LimitPolicy.Standard;

        Assert.That(CreditLimit.Of(facts, policy).Binding, Is.EqualTo(constraint));
    }

    [Test]
    public void Of_MoreRisk_NeverRaisesTheLimit() =>
        Prop.ForAll(Cases(), Gen.Choose(0, 5_000).ToArbitrary(), (facts, more) =>
        {
            ulong before = CreditLimit.Of(facts, LimitPolicy.Standard).AmountFen;
            return CreditLimit.Of(facts with { PdPpb = Math.Min(1_000_000_000, facts.PdPpb + (more * 100_000)) }, LimitPolicy.Standard).AmountFen <= before
                && CreditLimit.Of(facts with { DilutionBps = Math.Min(10_000, facts.DilutionBps + more) }, LimitPolicy.Standard).AmountFen <= before
                && CreditLimit.Of(facts with { ConcentrationBps = Math.Min(10_000, facts.ConcentrationBps + more) }, LimitPolicy.Standard).AmountFen <= before;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Of_ShareOutOfRange_Refused() =>
        Assert.That(() => CreditLimit.Of(Facts with { DilutionBps = -1 }, LimitPolicy.Standard), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("dilution"));

    private static Arbitrary<LimitFacts> Cases() =>
        (from receivables in Gen.Choose(0, int.MaxValue)
         from dilution in Gen.Choose(0, 10_000)
         from concentration in Gen.Choose(0, 10_000)
         from sales in Gen.Choose(0, int.MaxValue)
         from obligor in Gen.Choose(0, int.MaxValue)
         from used in Gen.Choose(0, int.MaxValue)
         from pd in Gen.Choose(0, 1_000_000_000)
         select new LimitFacts((ulong)receivables * 100, dilution, concentration, (ulong)sales, (ulong)obligor * 10, (ulong)used, pd)).ToArbitrary();
}
