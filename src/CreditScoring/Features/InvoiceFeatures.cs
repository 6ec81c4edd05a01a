using FinanceChain.CreditScoring.Numerics;

namespace FinanceChain.CreditScoring.Features;

/// <summary>
/// Features of an enterprise from its invoices, strictly as of a day: an invoice of a later day does not exist. Nothing looks at how long ago the last invoice was
/// beyond the window itself, and an amount that is not known is NaN.
/// </summary>
public static class InvoiceFeatures
{
    // Older invoices tell of another enterprise.
    private const int WindowMonths = 36;

    /// <summary>Names in the order of the columns of an export.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "sales_log_monthly_median", "sales_active_months_share", "sales_void_rate", "sales_red_rate", "sales_red_amount_share", "sales_top_share",
        "sales_concentration", "sales_buyers_per_month", "sales_repeat_buyer_share", "sales_volatility", "sales_growth", "sales_last_quarter_share",
        "sales_log_invoice_mean", "purchase_log_monthly_median", "purchase_active_months_share", "purchase_void_rate", "purchase_red_rate", "purchase_top_share",
        "purchase_concentration", "purchase_repeat_seller_share", "margin", "purchase_to_sales", "circular_share",
    ];

    /// <summary>Features in the order of <see cref="Names"/>.</summary>
    public static double[] Of(IReadOnlyCollection<Invoice> invoices, DateOnly asOf)
    {
        ArgumentNullException.ThrowIfNull(invoices);
        int last = Month(asOf);
        Invoice[] known = [.. invoices.Where(invoice => invoice.Date <= asOf && last - Month(invoice.Date) < WindowMonths)];
        if (known.Length == 0)
        {
            return [.. Names.Select(_ => double.NaN)];
        }

        int first = known.Min(invoice => Month(invoice.Date)), months = last - first + 1;
        var sales = Side.Of(known, InvoiceSide.Sale, first, months);
        var purchases = Side.Of(known, InvoiceSide.Purchase, first, months);
        double both = sales.ByParty.Where(party => purchases.ByParty.ContainsKey(party.Key)).Sum(party => Math.Min(party.Value, purchases.ByParty[party.Key]));
        return
        [
            sales.LogMedian, sales.ActiveShare, sales.VoidRate, sales.RedRate, sales.RedAmountShare, sales.TopShare,
            sales.Concentration, sales.ByParty.Count / (double)months, sales.RepeatShare, sales.Volatility, sales.Growth, sales.LastQuarterShare,
            sales.LogMean, purchases.LogMedian, purchases.ActiveShare, purchases.VoidRate, purchases.RedRate, purchases.TopShare,
            purchases.Concentration, purchases.RepeatShare, Ratio(sales.Total - purchases.Total, sales.Total), Ratio(purchases.Total, sales.Total), Ratio(both, sales.Total),
        ];
    }

    private static int Month(DateOnly day) => (day.Year * 12) + day.Month;

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : double.NaN;

    private static double LogOf(double fen) => PortableMath.Log(1 + Math.Max(0, fen / 100));

    private sealed record Side(double[] Monthly, Dictionary<string, double> ByParty, double Total, double Gross, int Valid, int Void, int Red, double RedTotal, double RepeatShare)
    {
        public double LogMedian => LogOf(Monthly.Order().ElementAt(Monthly.Length / 2));

        public double ActiveShare => Monthly.Count(amount => amount != 0) / (double)Monthly.Length;

        public double VoidRate => Ratio(Void, Valid + Void);

        public double RedRate => Ratio(Red, Valid);

        public double RedAmountShare => Ratio(RedTotal, Gross);

        public double TopShare => ByParty.Count == 0 ? double.NaN : Ratio(ByParty.Values.Max(), ByParty.Values.Sum());

        // Squares are added up from the smallest, so that the order of the invoices cannot change the last bit; all other sums are of whole fen and exact.
        public double Concentration
        {
            get
            {
                double whole = ByParty.Values.Sum();
                return ByParty.Count == 0 ? double.NaN : ByParty.Values.Order().Sum(amount => Ratio(amount, whole) * Ratio(amount, whole));
            }
        }

        public double LogMean => Valid == 0 ? double.NaN : LogOf(Gross / Math.Max(1, Valid - Red));

        public double Volatility
        {
            get
            {
                double mean = Monthly.Average();
                return mean > 0 ? Math.Sqrt(Monthly.Average(amount => (amount - mean) * (amount - mean))) / mean : double.NaN;
            }
        }

        // The last year against the one before.
        public double Growth
        {
            get
            {
                double now = Monthly.TakeLast(12).Sum(), before = Monthly.SkipLast(12).TakeLast(12).Sum();
                return Monthly.Length >= 24 && before > 0 ? Math.Clamp((now / before) - 1, -1, 10) : double.NaN;
            }
        }

        public double LastQuarterShare => Monthly.Length >= 6 ? Ratio(Monthly.TakeLast(3).Sum() / 3, Monthly.Sum() / Monthly.Length) : double.NaN;

        public static Side Of(Invoice[] invoices, InvoiceSide side, int first, int months)
        {
            double[] monthly = new double[months];
            var byParty = new Dictionary<string, double>();
            var partyMonths = new HashSet<(string, int)>();
            double total = 0, gross = 0, redTotal = 0;
            int valid = 0, voided = 0, red = 0;
            foreach (Invoice invoice in invoices.Where(invoice => invoice.Side == side))
            {
                if (invoice.Void)
                {
                    voided++;
                    continue;
                }

                valid++;
                total += invoice.AmountFen;
                monthly[Month(invoice.Date) - first] += invoice.AmountFen;
                partyMonths.Add((invoice.Counterparty, Month(invoice.Date)));
                if (invoice.AmountFen < 0)
                {
                    red++;
                    redTotal -= invoice.AmountFen;
                }
                else
                {
                    gross += invoice.AmountFen;
                    byParty[invoice.Counterparty] = byParty.GetValueOrDefault(invoice.Counterparty) + invoice.AmountFen;
                }
            }

            int[] counts = [.. partyMonths.GroupBy(item => item.Item1).Select(group => group.Count())];
            double repeat = counts.Length == 0 ? double.NaN : counts.Count(count => count > 1) / (double)counts.Length;
            return new Side(monthly, byParty, total, gross, valid, voided, red, redTotal, repeat);
        }
    }
}
