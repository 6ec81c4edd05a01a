using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Binning;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>Turns effects in log-odds into integer points that keep the promises of the model.</summary>
internal static class FeatureCompiler
{
    private const int Million = 1_000_000;

    /// <summary>Rounds and caps unknown values at neutral. Rounding keeps the order, so a monotone effect gives monotone points.</summary>
    public static ModelFeature Compile(FeatureBinning bins, FoundDirection direction, double[] effect, byte[] codes)
    {
        long[] counts = new long[bins.Total];
        foreach (byte code in codes)
        {
            counts[code]++;
        }

        int[] points = [.. effect.Select(value => PdScale.Round(PdScale.PointsOf(value)))];
        int neutral = Neutral(points, counts, bins.Regular);
        for (int bin = bins.Regular; bin < points.Length; bin++)
        {
            points[bin] = Math.Min(points[bin], neutral);
        }

        return bins.ToFeature(direction.Direction, direction.Reason, points, neutral, [.. counts.Select(count => (int)(count * Million / codes.Length))]);
    }

    /// <summary>Points of the average row, rounded down.</summary>
    public static int Neutral(int[] points, long[] counts, int regular)
    {
        long rows = 0, sum = 0;
        for (int bin = 0; bin < regular; bin++)
        {
            rows += counts[bin];
            sum += counts[bin] * points[bin];
        }

        return rows == 0 ? 0 : (int)Math.Floor((double)sum / rows);
    }
}
