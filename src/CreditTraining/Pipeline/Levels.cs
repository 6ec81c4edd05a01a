using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>Rows that were parsed elsewhere number their levels differently.</summary>
internal static class Levels
{
    /// <summary>Values of a column in the level numbers of the column that was trained on; unseen levels become missing.</summary>
    public static double[] Mapped(DataColumn trained, DataColumn other)
    {
        if (trained.Kind == FeatureKind.Numeric || ReferenceEquals(trained.Levels, other.Levels))
        {
            return other.Values;
        }

        double[] map =
        [
            .. other.Levels.Select(level => trained.Levels.Select((known, index) => (known, index)).Where(item => item.known == level).Select(item => (double)item.index).FirstOrDefault(double.NaN)),
        ];
        return [.. other.Values.Select(value => double.IsNaN(value) ? double.NaN : map[(int)value])];
    }
}
