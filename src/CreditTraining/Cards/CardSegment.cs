using System.Globalization;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.CreditTraining.Cards;

/// <summary>Cases with one value, or one range of values, of a column: whether the model ranks and foretells them as well as the others.</summary>
/// <param name="Auc">NaN where the segment holds fewer than five of either outcome.</param>
/// <param name="MeanPd">Mean of PDs that models gave which had not seen the row.</param>
public sealed record CardSegment(string Column, string Segment, int Rows, int Defaults, double MeanPd, double Auc)
{
    private const int MostLevels = 12;
    private const int LeastOutcomes = 5;

    /// <summary>Numbers in thirds of about equal size, levels by their rows (the rarest together), unknown values apart.</summary>
    public static IReadOnlyList<CardSegment> Of(DataSet data, double[] pd)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(pd);
        return [.. data.Segments.SelectMany(column => Of(column, data.Labels, pd))];
    }

    private static IEnumerable<CardSegment> Of(DataColumn column, double[] labels, double[] pd)
    {
        Func<double, string> name = column.Kind == FeatureKind.Numeric ? Thirds(column) : Levels(column);
        return Enumerable.Range(0, labels.Length)
            .GroupBy(row => double.IsNaN(column.Values[row]) ? "unknown" : name(column.Values[row]))
            .Select(rows => Of(column.Spec.Name, rows.Key, [.. rows.Select(row => pd[row])], [.. rows.Select(row => labels[row])], rows.Min(row => column.Values[row])))
            .OrderBy(item => item.Least)
            .ThenBy(item => item.Segment.Segment, StringComparer.Ordinal)
            .Select(item => item.Segment);
    }

    private static (double Least, CardSegment Segment) Of(string column, string segment, double[] pd, double[] labels, double least)
    {
        int defaults = (int)labels.Sum();
        double auc = Math.Min(defaults, labels.Length - defaults) < LeastOutcomes ? double.NaN : Metrics.Auc(pd, labels);
        return (double.IsNaN(least) ? double.MaxValue : least, new CardSegment(column, segment, labels.Length, defaults, pd.Average(), auc));
    }

    private static Func<double, string> Thirds(DataColumn column)
    {
        double[] known = [.. column.Values.Where(value => !double.IsNaN(value)).Order()];
        if (known.Length == 0)
        {
            return _ => "";
        }

        double low = known[known.Length / 3], high = known[2 * known.Length / 3];
        return value => value < low ? Words($"below {low:G6}") : value < high ? Words($"{low:G6} to below {high:G6}") : Words($"{high:G6} and more");
    }

    private static Func<double, string> Levels(DataColumn column)
    {
        HashSet<int> common =
        [
            .. column.Values.Where(value => !double.IsNaN(value)).GroupBy(value => (int)value).OrderByDescending(level => level.Count()).ThenBy(level => level.Key).Take(MostLevels).Select(level => level.Key),
        ];
        return value => common.Contains((int)value) ? column.Levels[(int)value] : "all others";
    }

    private static string Words(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
