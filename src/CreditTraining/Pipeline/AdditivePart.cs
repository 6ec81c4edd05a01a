using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Binning;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>An additive model over bins, in log-odds of default: what boosted model and scorecard have in common.</summary>
/// <param name="Effects">Effect of each bin, by feature.</param>
internal sealed record AdditivePart(FeatureBinning[] Bins, double Intercept, double[][] Effects, PairEffect[] Pairs)
{
    /// <summary>
    /// <paramref name="intercept"/> + <paramref name="weight"/> × this + <paramref name="otherWeight"/> × another over the same features. The bins become those that
    /// both tell apart. Weights are not negative, so a direction that both keep is kept. A part without weight leaves no trace.
    /// </summary>
    public AdditivePart Plus(double intercept, double weight, AdditivePart other, double otherWeight)
    {
        if (otherWeight == 0)
        {
            return Scaled(intercept, weight);
        }

        if (weight == 0)
        {
            return other.Scaled(intercept, otherWeight);
        }

        CommonBins[] common = [.. Bins.Zip(other.Bins, CommonBins.Of)];
        return new AdditivePart(
            [.. common.Select(bins => bins.Binning)],
            intercept + (weight * Intercept) + (otherWeight * other.Intercept),
            [.. common.Select((bins, f) => bins.First.Zip(bins.Second, (a, b) => (weight * Effects[f][a]) + (otherWeight * other.Effects[f][b])).ToArray())],
            [.. Weighted(Pairs, weight, common, bins => bins.First), .. Weighted(other.Pairs, otherWeight, common, bins => bins.Second)]);
    }

    private AdditivePart Scaled(double intercept, double weight) => new(
        Bins,
        intercept + (weight * Intercept),
        [.. Effects.Select(effect => effect.Select(value => weight * value).ToArray())],
        [.. Pairs.Select(pair => pair with { Values = Times(pair.Values, weight) })]);

    private static IEnumerable<PairEffect> Weighted(PairEffect[] pairs, double weight, CommonBins[] common, Func<CommonBins, int[]> side) => pairs.Select(pair => pair with
    {
        FirstGroups = [.. side(common[pair.First]).Select(bin => pair.FirstGroups[bin])],
        SecondGroups = [.. side(common[pair.Second]).Select(bin => pair.SecondGroups[bin])],
        Values = Times(pair.Values, weight),
    });

    private static double[,] Times(double[,] values, double weight)
    {
        double[,] result = new double[values.GetLength(0), values.GetLength(1)];
        for (int i = 0; i < result.GetLength(0); i++)
        {
            for (int j = 0; j < result.GetLength(1); j++)
            {
                result[i, j] = weight * values[i, j];
            }
        }

        return result;
    }
}

/// <summary>Bins that two binnings of one feature both tell apart.</summary>
/// <param name="First">Bin of the first binning that holds each common bin.</param>
internal sealed record CommonBins(FeatureBinning Binning, int[] First, int[] Second)
{
    public static CommonBins Of(FeatureBinning first, FeatureBinning second)
    {
        CommonBins regular = first.Column.Kind == FeatureKind.Categorical ? OfLevels(first, second) : OfEdges(first, second);
        int[] unknown = [.. Enumerable.Range(0, first.Total - first.Regular)];
        return regular with
        {
            First = [.. regular.First, .. unknown.Select(bin => first.Regular + bin)],
            Second = [.. regular.Second, .. unknown.Select(bin => second.Regular + bin)],
        };
    }

    private static CommonBins OfEdges(FeatureBinning first, FeatureBinning second)
    {
        double[] edges = [.. first.Edges.Concat(second.Edges).Distinct().Order()];
        double[] lows = [double.NegativeInfinity, .. edges];
        return new CommonBins(
            first with { Edges = edges, Regular = edges.Length + 1 },
            [.. lows.Select(low => first.Edges.Count(edge => edge <= low))],
            [.. lows.Select(low => second.Edges.Count(edge => edge <= low))]);
    }

    // Ordered by the first binning, then by the second; levels have no order of their own.
    private static CommonBins OfLevels(FeatureBinning first, FeatureBinning second)
    {
        (int First, int Second)[] found = [.. first.LevelBins.Zip(second.LevelBins).Distinct().Order()];
        int[] levelBins = [.. first.LevelBins.Zip(second.LevelBins).Select(bins => Array.IndexOf(found, bins))];
        return new CommonBins(
            first with { LevelBins = levelBins, Regular = found.Length }, [.. found.Select(bins => bins.First)], [.. found.Select(bins => bins.Second)]);
    }
}
