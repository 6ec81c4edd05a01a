using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Reading;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Tests.CreditScoring.Features;

public sealed class LedgerHistoryTests
{
    private const uint Obligor = 10, Supplier = 20, Workshop = 30;
    private static readonly DateTimeOffset Start = new(2025, 1, 10, 10, 0, 0, TimeSpan.FromHours(8));
    private static readonly DateTimeOffset Later = Start.AddDays(200);

    private static readonly LedgerFact[] Facts =
    [
        new(LedgerFactKind.Registered, Start, 0, Obligor),
        new(LedgerFactKind.Registered, Start, 0, Supplier),
        new(LedgerFactKind.ReceivableIssued, Start.AddDays(1), 1, Supplier, Obligor, 1_000, new DateOnly(2025, 4, 1)),
        new(LedgerFactKind.ReceivableIssued, Start.AddDays(2), 2, Supplier, Obligor, 3_000, new DateOnly(2025, 5, 1)),
        new(LedgerFactKind.ReceivableSplit, Start.AddDays(3), 2, Workshop, AmountFen: 500, Child: 3),
        new(LedgerFactKind.ReceivableDisputed, Start.AddDays(4), 2, Supplier, AmountFen: 400),
        new(LedgerFactKind.ReceivableRedeemed, Start.AddDays(91), 1, Supplier, AmountFen: 1_000),
        new(LedgerFactKind.LoanRepaid, Start.AddDays(91), 1, Supplier),
        new(LedgerFactKind.ReceivableRedeemed, Start.AddDays(160), 3, Workshop, AmountFen: 500),
    ];

    [Test]
    public void FeaturesOf_Obligor_TellHowItPays()
    {
        LedgerHistory history = LedgerHistory.AsOf(Facts, Later).History;

        Assert.Multiple(() =>
        {
            Assert.That(Named(history, Obligor, "ledger_months"), Is.EqualTo(6));
            Assert.That(Named(history, Obligor, "paid_count_log"), Is.EqualTo(Math.Log(3)).Within(1e-12));

            // One in time, one more than a month late, one still unpaid more than a month after maturity.
            Assert.That(Named(history, Obligor, "paid_late_share"), Is.EqualTo(2 / 3.0));
            Assert.That(Named(history, Obligor, "paid_days_late_mean"), Is.EqualTo((10 + 49) / 2.0));
            Assert.That(Named(history, Obligor, "owed_overdue_share"), Is.EqualTo(1));
            Assert.That(Named(history, Obligor, "owed_disputed_share"), Is.EqualTo(400 / 2_500.0));
            Assert.That(history.ExposureOf(Obligor), Is.EqualTo((2_500UL, 400UL, 2_500UL)));
            Assert.That(Named(history, Supplier, "loans_repaid_log"), Is.EqualTo(Math.Log(2)).Within(1e-12));
            Assert.That(Named(history, Supplier, "paid_late_share"), Is.NaN);
        });
    }

    [Test]
    public void TradeOf_Split_IsADeliveryOfTheNewHolderToTheOld()
    {
        LedgerHistory history = LedgerHistory.AsOf(Facts, Later).History;
        Assert.Multiple(() =>
        {
            Assert.That(history.TradeOf(Workshop).Single(), Is.EqualTo(new Invoice(InvoiceSide.Sale, new DateOnly(2025, 1, 13), "20", 500, false)));
            Assert.That(history.TradeOf(Supplier).Count(invoice => invoice.Side == InvoiceSide.Purchase), Is.EqualTo(1));
            Assert.That(history.TradeOf(Obligor).Select(invoice => invoice.AmountFen), Is.EqualTo(new[] { 1_000L, 3_000L }));
        });
    }

    [Test]
    public void AsOf_FactOfALaterInstant_IsRefusedWithItsRule()
    {
        (LedgerHistory history, IReadOnlyList<InputRefusal> refusals) = LedgerHistory.AsOf(Facts, Start.AddDays(91).AddTicks(-1));

        Assert.Multiple(() =>
        {
            Assert.That(refusals.Select(refusal => refusal.Rule), Is.EqualTo(new[] { InputRule.AfterAsOf, InputRule.AfterAsOf, InputRule.AfterAsOf }));
            Assert.That(refusals[0].Field, Is.EqualTo("ledger.ReceivableRedeemed"));
            Assert.That(Named(history, Obligor, "paid_count_log"), Is.Zero);
        });
    }

    [Test]
    public void AsOf_AnyInstant_IsTheSameWithAndWithoutTheFuture() =>
        Prop.ForAll(Gen.Choose(0, 210).ToArbitrary(), days =>
        {
            DateTimeOffset instant = Start.AddDays(days);
            LedgerHistory whole = LedgerHistory.AsOf(Facts, instant).History, cut = LedgerHistory.AsOf(Facts.Where(fact => fact.At <= instant), instant).History;
            return new[] { Obligor, Supplier, Workshop }.All(party => whole.FeaturesOf(party).SequenceEqual(cut.FeaturesOf(party)));
        }).QuickCheckThrowOnFailure();

    // The obligor owes the supplier, the supplier the workshop, the workshop the obligor: money would go round.
    [Test]
    public void FeaturesOf_ThreeWhoOweEachOther_GoInACircle()
    {
        LedgerFact[] round =
        [
            new(LedgerFactKind.ReceivableIssued, Start, 1, Supplier, Obligor, 1_000, new DateOnly(2025, 4, 1)),
            new(LedgerFactKind.ReceivableIssued, Start, 2, Workshop, Supplier, 1_000, new DateOnly(2025, 4, 1)),
            new(LedgerFactKind.ReceivableIssued, Start, 3, Obligor, Workshop, 1_000, new DateOnly(2025, 4, 1)),
        ];
        Assert.Multiple(() =>
        {
            Assert.That(Named(LedgerHistory.AsOf(round, Start).History, Supplier, "ledger_circular_share"), Is.EqualTo(1));
            Assert.That(Named(LedgerHistory.AsOf(round[..2], Start).History, Supplier, "ledger_circular_share"), Is.Zero);
        });
    }

    [Test]
    public void AsOf_UnknownReceivable_IsRefused() =>
        Assert.That(
            LedgerHistory.AsOf([new LedgerFact(LedgerFactKind.ReceivableRedeemed, Start, 9, Supplier, AmountFen: 1)], Later).Refusals.Single().Rule,
            Is.EqualTo(InputRule.FieldAbsent));

    [Test]
    public void EnterpriseFacts_LaterInvoiceAndRelation_RefusedAndWithoutEffect()
    {
        DateOnly day = LedgerHistory.DayOf(Later);
        Invoice sale = new(InvoiceSide.Sale, day, "B1", 100_00, false);
        EnterpriseSources sources = EnterpriseSources.None with { Invoices = [sale, sale with { Counterparty = "B2" }], RelatedParties = [new("B1", "register", day)] };
        EnterpriseSources later = sources with
        {
            Invoices = [.. sources.Invoices, sale with { Date = day.AddDays(1) }],
            RelatedParties = [.. sources.RelatedParties, new("B2", "register", day.AddDays(1))],
            DatedFacts = [new("patents", 4, "register", day.AddDays(1))],
        };
        (IReadOnlyDictionary<string, string?> facts, IReadOnlyList<InputRefusal> refusals) = EnterpriseFacts.AsOf(later, Later);

        Assert.Multiple(() =>
        {
            Assert.That(refusals.Select(refusal => (refusal.Field, refusal.Rule)), Is.EquivalentTo(new[]
            {
                ("invoice", InputRule.AfterAsOf), ("related_party", InputRule.AfterAsOf), ("patents", InputRule.AfterAsOf),
            }));
            Assert.That(facts, Is.EqualTo(EnterpriseFacts.AsOf(sources, Later).Facts));
            Assert.That(facts[EnterpriseFacts.RelatedShare], Is.EqualTo("0.5"));
            Assert.That(facts["paid_count_log"], Is.Empty, "no ledger tells of it");
        });
    }

    private static double Named(LedgerHistory history, uint party, string name) => history.FeaturesOf(party)[LedgerHistory.Names.ToList().IndexOf(name)];
}
