namespace FinanceChain.CreditScoring.Models;

/// <summary>A grade of the master scale.</summary>
/// <param name="Name">G01 is the best.</param>
/// <param name="HighestPdPpb">Greatest conservative PD of the grade, in parts per billion.</param>
public sealed record RatingGrade(string Name, int HighestPdPpb);

/// <summary>Grades by conservative 12-month PD, best first. The scale is policy and does not move with a model: each step about doubles the risk.</summary>
public static class MasterScale
{
    /// <summary>Eleven grades from 5 basis points to certain default.</summary>
    public static IReadOnlyList<RatingGrade> Standard { get; } =
    [
        new("G01", 500_000), new("G02", 1_000_000), new("G03", 2_000_000), new("G04", 4_000_000), new("G05", 8_000_000), new("G06", 16_000_000),
        new("G07", 32_000_000), new("G08", 64_000_000), new("G09", 128_000_000), new("G10", 256_000_000), new("G11", PdTable.One),
    ];

    /// <summary>Index of the grade of a conservative PD.</summary>
    public static int IndexOf(IReadOnlyList<RatingGrade> scale, int pdPpb)
    {
        ArgumentNullException.ThrowIfNull(scale);
        int index = 0;
        while (index < scale.Count - 1 && pdPpb > scale[index].HighestPdPpb)
        {
            index++;
        }

        return index;
    }
}
