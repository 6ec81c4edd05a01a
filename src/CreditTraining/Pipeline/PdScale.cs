using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Numerics;
using FinanceChain.CreditTraining.Calibration;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>From log-odds to points and from points to PD.</summary>
/// <param name="Margin">Margin of conservatism, added to calibrated log-odds.</param>
public sealed record PdScale(Calibrator Calibrator, double Margin)
{
    /// <summary>Points that double the odds: 0.7 % in odds a point, so rounding to whole points moves no ranking that matters.</summary>
    public const int PointsToDoubleOdds = 100;

    /// <summary>Score at odds of 20 good to one bad.</summary>
    public const int ScoreAtTwenty = 1000;

    private const int LongestTable = 8192;
    private const double Ln2 = 0.69314718055994530942;
    private const double Ln20 = 2.99573227355399099344;

    /// <summary>Points of log-odds of default; a term of a sum.</summary>
    public static double PointsOf(double logOdds) => -logOdds * PointsToDoubleOdds / Ln2;

    /// <summary>Score of log-odds of default as a whole.</summary>
    public static double ScoreOf(double margin) => ScoreAtTwenty + PointsOf(margin + Ln20);

    /// <summary>Log-odds of default of a score.</summary>
    public static double MarginOf(double score) => ((ScoreAtTwenty - score) * Ln2 / PointsToDoubleOdds) - Ln20;

    /// <summary>PD of every score from the worst to the best that the points allow.</summary>
    public PdTable Table(int basePoints, IReadOnlyList<ModelFeature> features, IReadOnlyList<PairTable> pairs)
    {
        int least = basePoints + features.Sum(feature => feature.Points.Min()) + pairs.Sum(pair => Math.Min(pair.Points.Min(), pair.UnknownPoints));
        int most = basePoints + features.Sum(feature => feature.Points.Max()) + pairs.Sum(pair => Math.Max(pair.Points.Max(), pair.UnknownPoints));
        int middle = (int)ScoreOf(0);
        least = Math.Max(least, middle - (LongestTable / 2));
        most = Math.Max(least, Math.Min(most, middle + (LongestTable / 2)));
        int[] best = new int[most - least + 1], conservative = new int[best.Length];
        for (int i = 0; i < best.Length; i++)
        {
            double logit = Calibrator.Calibrated(MarginOf(least + i));
            best[i] = Ppb(PortableMath.Logistic(logit));
            conservative[i] = Math.Max(best[i], Ppb(PortableMath.Logistic(logit + Margin)));
            if (i > 0)
            {
                // The last bit of a logarithm may turn the wrong way; the table must not.
                best[i] = Math.Min(best[i], best[i - 1]);
                conservative[i] = Math.Min(conservative[i], conservative[i - 1]);
            }
        }

        return new PdTable(least, best, conservative);
    }

    private static int Ppb(double pd) => (int)Math.Clamp(Math.Ceiling(pd * PdTable.One), 1, PdTable.One);

    /// <summary>Rounds points to integers; halves go to the worse side.</summary>
    public static int Round(double points) => (int)Math.Ceiling(points - 0.5);
}
