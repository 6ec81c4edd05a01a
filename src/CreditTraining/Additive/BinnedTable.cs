namespace FinanceChain.CreditTraining.Additive;

/// <summary>A table whose values have become bin numbers, one array a feature. Bin <c>Regular[f]</c> and above are special bins, the last is missing.</summary>
/// <param name="Codes">Bin of each row, by feature.</param>
/// <param name="Regular">Number of ordered bins of each feature.</param>
/// <param name="Total">Number of all bins of each feature.</param>
/// <param name="Labels">1 for a default, 0 otherwise.</param>
public sealed record BinnedTable(byte[][] Codes, int[] Regular, int[] Total, double[] Labels)
{
    public int Rows => Labels.Length;

    public int Features => Codes.Length;
}
