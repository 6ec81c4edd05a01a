namespace FinanceChain.CreditScoring.Models;

/// <summary>Points of two features together, on top of their own.</summary>
/// <param name="First">Index of the first feature.</param>
/// <param name="FirstGroups">Row of the table for each bin of the first feature; −1 where the pair says nothing.</param>
/// <param name="Columns">Columns of the table.</param>
/// <param name="Points">Row by row.</param>
/// <param name="UnknownPoints">Points where either says nothing; never above <paramref name="NeutralPoints"/>.</param>
public sealed record PairTable(
    int First,
    int Second,
    IReadOnlyList<int> FirstGroups,
    IReadOnlyList<int> SecondGroups,
    int Columns,
    IReadOnlyList<int> Points,
    int UnknownPoints,
    int NeutralPoints)
{
    public int Rows => Points.Count / Columns;

    /// <summary>Points for a bin of each feature.</summary>
    public int At(int firstBin, int secondBin)
    {
        int row = FirstGroups[firstBin], column = SecondGroups[secondBin];
        return row < 0 || column < 0 ? UnknownPoints : Points[(row * Columns) + column];
    }
}
