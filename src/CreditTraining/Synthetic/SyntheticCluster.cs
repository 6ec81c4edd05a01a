using System.Globalization;
using System.Text;
using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Numerics;
using FinanceChain.CreditTraining.Additive;

namespace FinanceChain.CreditTraining.Synthetic;

/// <summary>
/// Synthetic small manufacturers of a hardware cluster: two years of invoices drawn from a hidden strength, features computed from those invoices by the product's own
/// code, programme signals, and a default within the next twelve months. The law is written here in the open; it imitates no data set row by row. It aims at these
/// aggregate facts: a default rate near 6 %, monthly sales with a median near 300,000 yuan and a long tail, 5–10 % void and 1–3 % red-letter invoices, and risk that
/// rises with void rate, concentration and falling sales, and falls with size, repeat buyers and quality marks.
/// </summary>
public static class SyntheticCluster
{
    private const int Months = 24;

    /// <summary>The last day that the features may know; the default happens after it.</summary>
    public static DateOnly AsOf { get; } = new(2025, 6, 30);

    private static readonly string[] Signals = ["rd_share_of_revenue", "quality_marks", "patents", "digital_workshop", "industrial_robots"];

    /// <summary>A CSV with <c>id</c>, the invoice features, some programme signals and <c>defaulted</c>.</summary>
    public static string Csv(int enterprises, ulong seed)
    {
        var text = new StringBuilder("id," + string.Join(',', InvoiceFeatures.Names) + "," + string.Join(',', Signals) + ",defaulted\n");
        for (int i = 0; i < enterprises; i++)
        {
            StableRandom random = StableRandom.For(seed, i);
            double strength = Normal(random), size = Normal(random), discipline = Normal(random);
            Invoice[] invoices = Invoices(random, strength, size, discipline);
            double[] features = InvoiceFeatures.Of(invoices, AsOf);
            double[] signals = Programme(random, strength, size);
            double risk = -4.1 - (0.8 * strength) - (0.4 * size) - (0.6 * discipline)
                + (2 * Known(features, "sales_top_share", 0.4)) + (6 * Known(features, "sales_void_rate", 0.07)) - (1.5 * Math.Clamp(Known(features, "sales_growth", 0), -1, 0.5))
                - (0.15 * Math.Min(signals[1], 4)) - (0.3 * signals[3]);
            bool defaulted = random.Fraction() < PortableMath.Logistic(risk);
            text.Append(CultureInfo.InvariantCulture, $"S{i + 1:D5}");
            foreach (double value in features.Concat(signals))
            {
                text.Append(',').Append(double.IsNaN(value) ? "" : value.ToString("0.######", CultureInfo.InvariantCulture));
            }

            text.Append(defaulted ? ",1\n" : ",0\n");
        }

        return text.ToString();
    }

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

    private static double[] Programme(StableRandom random, double strength, double size)
    {
        if (random.Below(3) == 0)
        {
            return [double.NaN, double.NaN, double.NaN, double.NaN, double.NaN];
        }

        double rd = Math.Clamp(0.02 + (0.015 * strength) + (0.01 * Normal(random)), 0, 0.3);
        return
        [
            rd,
            Math.Max(0, Math.Floor(1 + strength + (0.7 * Normal(random)))),
            Math.Max(0, Math.Floor((2 * size) + strength + (2 * Normal(random)))),
            random.Fraction() < PortableMath.Logistic(-2 + size + (0.5 * strength)) ? 1 : 0,
            Math.Max(0, Math.Floor((3 * size) + (2 * Normal(random)))),
        ];
    }

    private static double Known(double[] features, string name, double otherwise)
    {
        double value = features[Array.IndexOf([.. InvoiceFeatures.Names], name)];
        return double.IsNaN(value) ? otherwise : value;
    }

    private static double Normal(StableRandom random) => PortableMath.NormalQuantile(Math.Clamp(random.Fraction(), 1e-9, 1 - 1e-9));
}
