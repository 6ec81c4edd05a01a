using System.Globalization;
using System.Text;
using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Numerics;
using FinanceChain.CreditTraining.Additive;

namespace FinanceChain.CreditTraining.Synthetic;

/// <summary>
/// Synthetic small manufacturers of a hardware cluster: two years of invoices and of business on a ledger drawn from a hidden strength, programme signals, statements,
/// and a default within the next twelve months. Features are computed by the product's own code. The law is written here in the open; it imitates no data set row by
/// row. It aims at these aggregate facts: a default rate near 6 %, monthly sales with a median near 300,000 yuan and a long tail, 5–10 % void and 1–3 % red-letter
/// invoices, and risk that rises with void rate, concentration, late payment, disputes, circular trade and falling sales, and falls with size, repeat buyers, repaid
/// loans and quality marks. Of a third of the enterprises only the ledger tells, as of a borrower who has given a bank no invoices yet.
/// </summary>
public static class SyntheticCluster
{
    private const int Months = 24;

    /// <summary>The last day that the features may know; the default happens after it.</summary>
    public static DateOnly AsOf { get; } = new(2025, 6, 30);

    /// <summary>A CSV with <c>id</c>, all facts of an enterprise and <c>defaulted</c>.</summary>
    public static string Csv(int enterprises, ulong seed)
    {
        var text = new StringBuilder("id," + string.Join(',', EnterpriseFacts.Names) + ",defaulted\n");
        var instant = new DateTimeOffset(AsOf.ToDateTime(new TimeOnly(23, 59)), TimeSpan.FromHours(8));
        for (int i = 0; i < enterprises; i++)
        {
            StableRandom random = StableRandom.For(seed, i);
            double strength = Normal(random), size = Normal(random), discipline = Normal(random);
            bool ledgerOnly = random.Below(3) == 0;
            IReadOnlyList<LedgerFact> facts = ledgerOnly || random.Below(3) > 0 ? SyntheticLedger.Facts(random, strength, size, discipline) : [];
            LedgerHistory? history = facts.Count > 0 ? LedgerHistory.AsOf(facts, instant).History : null;
            IReadOnlyCollection<Invoice> invoices = ledgerOnly ? history!.TradeOf(SyntheticLedger.Self) : Invoices(random, strength, size, discipline);
            RelatedParty[] related = random.Below(6) == 0 && !ledgerOnly ? [new($"B{random.Below(3)}", "synthetic", AsOf.AddDays(-30))] : [];
            DatedFact[] programme = ledgerOnly || random.Below(3) == 0 ? [] : Programme(random, strength, size);
            IReadOnlyDictionary<string, string?> known = EnterpriseFacts.AsOf(new EnterpriseSources(SyntheticLedger.Self, history, invoices, programme, related), instant).Facts;
            bool defaulted = random.Fraction() < PortableMath.Logistic(Risk(known, strength, size, discipline));
            text.Append(CultureInfo.InvariantCulture, $"S{i + 1:D5}");
            foreach (string name in EnterpriseFacts.Names)
            {
                text.Append(',').Append(known[name] is { Length: > 0 } value ? double.Parse(value, CultureInfo.InvariantCulture).ToString("0.######", CultureInfo.InvariantCulture) : "");
            }

            text.Append(defaulted ? ",1\n" : ",0\n");
        }

        return text.ToString();
    }

    // Log-odds of default: part of it shows in the facts, part stays hidden.
    private static double Risk(IReadOnlyDictionary<string, string?> known, double strength, double size, double discipline) =>
        -5 - (0.8 * strength) - (0.4 * size) - (0.6 * discipline)
        + (1.5 * Known(known, "sales_top_share", 0.4)) + (6 * Known(known, "sales_void_rate", 0.07)) - (1.5 * Math.Clamp(Known(known, "sales_growth", 0), -1, 0.5))
        + (2 * Known(known, "paid_late_share", 0.1)) + (2 * Known(known, "owed_overdue_share", 0)) + Known(known, "owed_disputed_share", 0)
        + (2 * Known(known, "held_dilution_share", 0.02)) + (2 * Known(known, "loans_default_share", 0)) - (0.3 * Known(known, "loans_repaid_log", 0))
        + (1.5 * Known(known, "ledger_circular_share", 0)) + (1.5 * Known(known, "related_sales_share", 0))
        - (0.15 * Math.Min(Known(known, "quality_marks", 1), 4)) - (0.3 * Known(known, "digital_workshop", 0)) + (0.8 * Known(known, "statement_debt_ratio", 0.5));

    private static Invoice[] Invoices(StableRandom random, double strength, double size, double discipline)
    {
        var invoices = new List<Invoice>();
        double level = 12.6 + (1.1 * size), trend = (0.01 * strength) + (0.008 * Normal(random));
        int partners = 3 + (int)(4 * PortableMath.Exp(0.4 * size)), first = random.Below(4) == 0 ? random.Below(16) : 0;
        double voidRate = 0.07 * PortableMath.Exp(-0.5 * discipline), redRate = 0.02 * PortableMath.Exp(-0.4 * discipline);
        foreach (InvoiceSide side in new[] { InvoiceSide.Sale, InvoiceSide.Purchase })
        {
            double margin = side == InvoiceSide.Sale ? 0 : -0.25 - (0.05 * strength);
            for (int month = first; month < Months; month++)
            {
                if (random.Fraction() < 0.03 * PortableMath.Exp(-0.5 * strength))
                {
                    continue;
                }

                double total = PortableMath.Exp(level + margin + (trend * (month - (Months / 2))) + (0.35 * Normal(random)));
                int count = 2 + random.Below(6);
                for (int k = 0; k < count; k++)
                {
                    // The lower the draw, the larger the partner: a few partners take most.
                    int partner = (int)(partners * random.Fraction() * random.Fraction());
                    long fen = (long)(100 * total / count * PortableMath.Exp(0.5 * Normal(random)));
                    bool red = random.Fraction() < redRate;
                    DateOnly day = AsOf.AddMonths(month - Months + 1).AddDays(-random.Below(28));
                    invoices.Add(new Invoice(side, day, $"{(side == InvoiceSide.Sale ? 'B' : 'V')}{partner}", red ? -fen / 2 : fen, random.Fraction() < voidRate));
                }
            }
        }

        return [.. invoices];
    }

    private static DatedFact[] Programme(StableRandom random, double strength, double size)
    {
        double Count(double middle, double spread) => Math.Max(0, Math.Floor(middle + (spread * Normal(random))));
        double Listed(double odds) => random.Fraction() < PortableMath.Logistic(odds) ? 1 : 0;
        double workshop = Listed(-2 + size + (0.5 * strength));
        (string Name, double Value)[] facts =
        [
            ("rd_share_of_revenue", Math.Clamp(0.02 + (0.015 * strength) + (0.01 * Normal(random)), 0, 0.3)),
            ("quality_marks", Count(1 + strength, 0.7)),
            ("standards_drafted", Count((0.5 * strength) + (0.5 * size), 0.6)),
            ("patents", Count((2 * size) + strength, 2)),
            ("digital_workshop", workshop),
            ("smart_factory", workshop * Listed(-1 + size)),
            ("industrial_robots", Count(3 * size, 2)),
            ("inspection_services", Count(3 + strength, 2)),
            ("certification_services", Count(1 + (0.5 * strength), 1)),
            ("statement_debt_ratio", Math.Clamp(0.55 - (0.1 * strength) + (0.12 * Normal(random)), 0.05, 1.5)),
            ("statement_net_margin", Math.Clamp(0.05 + (0.03 * strength) + (0.03 * Normal(random)), -0.5, 0.4)),
        ];
        return [.. facts.Select(fact => new DatedFact(fact.Name, fact.Value, "synthetic", AsOf.AddDays(-30)))];
    }

    private static double Known(IReadOnlyDictionary<string, string?> known, string name, double otherwise) =>
        known[name] is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    internal static double Normal(StableRandom random) => PortableMath.NormalQuantile(Math.Clamp(random.Fraction(), 1e-9, 1 - 1e-9));
}
