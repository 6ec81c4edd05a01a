namespace FinanceChain.Cli.Scenario;

/// <summary>The business days on which the story happens: two a month over the 24 months that end on 30 June 2025.</summary>
internal static class StoryCalendar
{
    private const int Months = 24;
    private static readonly DateOnly FirstMonth = new(2023, 7, 1);
    private static readonly TimeSpan ChinaStandardTime = TimeSpan.FromHours(8);

    /// <summary>All steps in order: the 10th and the last day of each month.</summary>
    public static IReadOnlyList<DateOnly> Steps { get; } =
    [
        .. Enumerable.Range(0, Months).SelectMany(month =>
        {
            DateOnly first = FirstMonth.AddMonths(month);
            return new[] { first.AddDays(9), first.AddMonths(1).AddDays(-1) };
        }),
    ];

    /// <summary>The instant at which the embedded chain begins: before anything happens.</summary>
    public static DateTimeOffset Genesis { get; } = new(2023, 7, 1, 0, 0, 0, ChinaStandardTime);

    /// <summary>Ten in the morning, China Standard Time, of a step.</summary>
    public static DateTimeOffset Morning(int step) => new(Steps[step].ToDateTime(new TimeOnly(10, 0)), ChinaStandardTime);

    /// <summary>The first step on or after a date; null when the story ends before it.</summary>
    public static int? StepOnOrAfter(DateOnly date)
    {
        for (int step = 0; step < Steps.Count; step++)
        {
            if (Steps[step] >= date)
            {
                return step;
            }
        }

        return null;
    }
}
