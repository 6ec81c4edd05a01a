using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.CreditTraining.Binning;

/// <summary>Bins of one feature without points: the part of <see cref="ModelFeature"/> that is found before anything is fitted.</summary>
/// <param name="Regular">Ordered bins; after them come the special ones, then missing.</param>
public sealed record FeatureBinning(DataColumn Column, double[] Edges, int[] LevelBins, int Regular)
{
    public int Total => Regular + Column.Spec.Specials.Count + 1;

    /// <summary>Bin numbers of values.</summary>
    public byte[] Codes(double[] values)
    {
        ModelFeature reader = ToFeature(Direction.Any, "", new int[Total], 0, new int[Total]);
        return [.. values.Select(value => (byte)reader.BinOf(value))];
    }

    /// <summary>The feature of a model.</summary>
    public ModelFeature ToFeature(Direction direction, string reason, int[] points, int neutral, int[] shares) => new(
        Column.Spec.Name,
        Column.Kind,
        direction,
        reason,
        Column.Spec.Minimum,
        Column.Spec.Maximum,
        Edges,
        Column.Levels,
        LevelBins,
        Column.Kind == FeatureKind.Numeric ? Column.Spec.Specials : [],
        points,
        neutral,
        shares);

    /// <summary>
    /// Bins of about equal size. Numeric: cuts at quantiles, so a value that many rows share gets a bin to itself. Categorical: levels in order of their default rate,
    /// rare ones drawn towards the mean, neighbours joined until every bin is large enough.
    /// </summary>
    /// <param name="most">Most bins.</param>
    /// <param name="leastRows">Least rows of a bin.</param>
    public static FeatureBinning Of(DataColumn column, double[] labels, int most, int leastRows)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(labels);
        if (column.Kind == FeatureKind.Categorical)
        {
            return OfLevels(column, labels, most, leastRows);
        }

        double[] known = [.. column.Values.Where(value => !double.IsNaN(value) && !column.Spec.Specials.Contains(value)).Order()];
        var edges = new List<double>();
        int lastCut = 0;
        for (int q = 1; q < most && known.Length > 0; q++)
        {
            double edge = known[(int)((long)q * known.Length / most)];
            int below = FirstAtLeast(known, edge);
            if (below - lastCut >= leastRows && known.Length - below >= leastRows)
            {
                edges.Add(edge);
                lastCut = below;
            }
        }

        return new FeatureBinning(column, [.. edges], [], edges.Count + 1);
    }

    private static int FirstAtLeast(double[] sorted, double value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static FeatureBinning OfLevels(DataColumn column, double[] labels, int most, int leastRows)
    {
        const double Prior = 10;
        double[] rows = new double[column.Levels.Count], bad = new double[column.Levels.Count];
        for (int row = 0; row < labels.Length; row++)
        {
            if (!double.IsNaN(column.Values[row]))
            {
                rows[(int)column.Values[row]]++;
                bad[(int)column.Values[row]] += labels[row];
            }
        }

        double mean = labels.Average();
        int[] order = [.. Enumerable.Range(0, rows.Length).OrderBy(level => (bad[level] + (Prior * mean)) / (rows[level] + Prior)).ThenBy(level => level)];
        double least = Math.Max(leastRows, rows.Sum() / most / 2), inBin = 0, left = rows.Sum();
        int[] bins = new int[rows.Length];
        int bin = 0;
        foreach (int level in order)
        {
            if (inBin >= least && left >= least)
            {
                bin++;
                inBin = 0;
            }

            bins[level] = bin;
            inBin += rows[level];
            left -= rows[level];
        }

        return new FeatureBinning(column, [], bins, rows.Length == 0 ? 0 : bin + 1);
    }
}
