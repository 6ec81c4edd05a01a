using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Reading;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Tests.CreditScoring.Features;

public sealed class FeatureTests
{
    private static readonly DateOnly AsOf = new(2025, 6, 30);

    [Test]
    public void InvoiceFeatures_LaterInvoices_ChangeNothing() =>
        Prop.ForAll(Invoices(), Gen.Choose(1, 500).ToArbitrary(), (invoices, days) =>
        {
            double[] before = InvoiceFeatures.Of(invoices, AsOf);
            Invoice[] later = [.. invoices, .. invoices.Select(invoice => invoice with { Date = AsOf.AddDays(days), AmountFen = 999_999_999 })];
            return before.SequenceEqual(InvoiceFeatures.Of(later, AsOf));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void InvoiceFeatures_VoidAndRedLetter_CountedApart()
    {
        Invoice sale = new(InvoiceSide.Sale, AsOf, "B1", 100_00, false);
        double[] features = InvoiceFeatures.Of([sale, sale with { Void = true }, sale with { AmountFen = -50_00 }, sale with { Counterparty = "B2", AmountFen = 300_00 }], AsOf);

        Assert.Multiple(() =>
        {
            Assert.That(Named(features, "sales_void_rate"), Is.EqualTo(0.25));
            Assert.That(Named(features, "sales_red_rate"), Is.EqualTo(1 / 3.0));
            Assert.That(Named(features, "sales_red_amount_share"), Is.EqualTo(0.125));
            Assert.That(Named(features, "sales_top_share"), Is.EqualTo(0.75));
        });
    }

    [Test]
    public void InvoiceFeatures_SamePartnerBuysAndSells_IsCircular()
    {
        Invoice sale = new(InvoiceSide.Sale, AsOf, "X", 100_00, false);
        Assert.That(Named(InvoiceFeatures.Of([sale, sale with { Side = InvoiceSide.Purchase, AmountFen = 60_00 }], AsOf), "circular_share"), Is.EqualTo(0.6));
    }

    [Test]
    public void InvoiceFeatures_None_AreMissing() => Assert.That(InvoiceFeatures.Of([], AsOf), Is.EqualTo(InvoiceFeatures.Names.Select(_ => double.NaN)));

    [Test]
    public void ProgrammeSignals_KnownLater_Refused()
    {
        (IReadOnlyDictionary<string, double> values, IReadOnlyList<InputRefusal> refusals) = ProgrammeSignals.AsOf(
            [new("patents", 3, "register", AsOf), new("patents", 9, "register", AsOf.AddDays(1)), new("smart_factory", 2, "list", AsOf)], AsOf);

        Assert.Multiple(() =>
        {
            Assert.That(values["patents"], Is.EqualTo(3));
            Assert.That(values["quality_marks"], Is.NaN);
            Assert.That(refusals.Select(refusal => refusal.Rule), Is.EqualTo(new[] { InputRule.AboveMaximum, InputRule.AfterAsOf }).AsCollection);
        });
    }

    private static double Named(double[] features, string name) => features[InvoiceFeatures.Names.ToList().IndexOf(name)];

    private static Arbitrary<Invoice[]> Invoices() =>
        (from side in Gen.Elements(InvoiceSide.Sale, InvoiceSide.Purchase)
         from back in Gen.Choose(0, 1200)
         from party in Gen.Choose(0, 5)
         from amount in Gen.Choose(-1_000_00, 9_000_00)
         from isVoid in Gen.Elements(true, false)
         select new Invoice(side, AsOf.AddDays(-back), $"P{party}", amount, isVoid)).ArrayOf().ToArbitrary();
}
