using FinanceChain.CreditScoring.Numerics;

namespace FinanceChain.CreditTraining.Additive;

/// <summary>
/// Chooses the pairs by what the best four-quadrant step on the residual of the main effects would gain (the idea of FAST, Lou et al. 2013).
/// </summary>
internal static class PairSelection
{
    public static PairEffect[] Choose(BinnedTable table, AdditiveEffects mains, BoostingOptions options)
    {
        if (options.Pairs == 0 || table.Features < 2)
        {
            return [];
        }

        double[] gradient = new double[table.Rows], curvature = new double[table.Rows];
        for (int row = 0; row < table.Rows; row++)
        {
            double p = PortableMath.Logistic(mains.Margin(table.Codes, row));
            gradient[row] = p - table.Labels[row];
            curvature[row] = p * (1 - p);
        }

        (sbyte[] Groups, int Count)[] groups = [.. Enumerable.Range(0, table.Features).Select(feature => Coarse(table, feature))];
        double[][] gains = new double[table.Features][];
        Parallel.For(0, table.Features, first =>
        {
            var step = new PairStep(options);
            double[] g = new double[256], h = new double[256];
            int[] n = new int[256];
            gains[first] = new double[table.Features];
            for (int second = first + 1; second < table.Features; second++)
            {
                Fill(table, groups[first].Groups, groups[second].Groups, first, second, gradient, curvature, g, h, n);
                gains[first][second] = step.Find(g, h, n, groups[first].Count, groups[second].Count);
            }
        });
        return
        [
            .. from first in Enumerable.Range(0, table.Features)
               from second in Enumerable.Range(first + 1, table.Features - first - 1)
               where gains[first][second] > 0
               orderby gains[first][second] descending, first, second
               select new PairEffect(first, second, groups[first].Groups, groups[second].Groups, new double[groups[first].Count, groups[second].Count]),
        ];
    }

    // At most MaximumGroups groups of about equal weight along the ordered bins.
    private static (sbyte[] Groups, int Count) Coarse(BinnedTable table, int feature)
    {
        int regular = table.Regular[feature];
        int[] counts = new int[table.Total[feature]];
        foreach (byte code in table.Codes[feature])
        {
            counts[code]++;
        }

        sbyte[] groups = new sbyte[table.Total[feature]];
        Array.Fill(groups, (sbyte)-1);
        double known = Math.Max(1, counts.Take(regular).Sum());
        double before = 0;
        int group = -1, lastSlot = -1;
        for (int bin = 0; bin < regular; bin++)
        {
            int slot = (int)Math.Min(PairStep.MaximumGroups - 1, (before + (counts[bin] / 2.0)) * PairStep.MaximumGroups / known);
            if (slot != lastSlot)
            {
                group++;
                lastSlot = slot;
            }

            groups[bin] = (sbyte)group;
            before += counts[bin];
        }

        return (groups, group + 1);
    }

    private static void Fill(
        BinnedTable table, sbyte[] firstGroups, sbyte[] secondGroups, int first, int second, double[] gradient, double[] curvature, double[] g, double[] h, int[] n)
    {
        Array.Clear(g);
        Array.Clear(h);
        Array.Clear(n);
        byte[] a = table.Codes[first], b = table.Codes[second];
        for (int row = 0; row < table.Rows; row++)
        {
            int i = firstGroups[a[row]], j = secondGroups[b[row]];
            if ((i | j) >= 0)
            {
                int cell = (i * PairStep.MaximumGroups) + j;
                g[cell] += gradient[row];
                h[cell] += curvature[row];
                n[cell]++;
            }
        }
    }
}
