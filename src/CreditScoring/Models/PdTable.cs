namespace FinanceChain.CreditScoring.Models;

/// <summary>
/// Probability of default by score, in parts per billion, so that no machine computes it: 12-month best estimate, and the same with the margin of conservatism.
/// Scores outside the table take its first or last entry.
/// </summary>
/// <param name="FirstScore">Score of the first entry.</param>
/// <param name="Best">Best estimate, never rising with the score.</param>
/// <param name="Conservative">With the margin; decides the grade.</param>
public sealed record PdTable(int FirstScore, IReadOnlyList<int> Best, IReadOnlyList<int> Conservative)
{
    public const int One = 1_000_000_000;

    /// <summary>Entry of a score.</summary>
    public int IndexOf(int score) => Math.Clamp(score - FirstScore, 0, Best.Count - 1);
}
