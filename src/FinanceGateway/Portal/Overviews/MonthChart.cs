using System.Globalization;
using FinanceChain.FinanceGateway.Reports;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Portal.Overviews;

/// <summary>A month of the chart. Heights in units of the drawing, above the base line.</summary>
/// <param name="Centre">Distance of the middle of the month from the left edge.</param>
internal sealed record MonthColumn(DateOnly Month, LendingRow Row, int Centre, int LentHeight, int RepaidHeight);

/// <summary>A line of the scale: its value, and its height above the base line.</summary>
internal sealed record ScaleLine(FenSum Value, int Height);

/// <summary>Lending by month as a drawing of whole units: amounts never become floating-point numbers.</summary>
/// <param name="Columns">One for every month between the first and the last, also where nothing was lent.</param>
/// <param name="BarWidth">Of one bar; each month has two.</param>
internal sealed record MonthChart(IReadOnlyList<MonthColumn> Columns, IReadOnlyList<ScaleLine> Scale, int BarWidth)
{
    /// <summary>More months than these would be too narrow to read: the latest are drawn.</summary>
    public const int MaxMonths = 36;

    public const int Width = 1040;
    public const int PlotLeft = 64;
    public const int PlotRight = 1032;
    public const int PlotHeight = 220;

    private const int MaxBarWidth = 22;
    private const int MaxScaleLines = 5;
    private const int FewestSlots = 6;

    private static readonly UInt128[] Mantissas = [1, 2, 5];

    /// <summary>Null when there is no month to draw.</summary>
    public static MonthChart? Of(Lending byMonth)
    {
        var rows = EveryMonth(byMonth.Rows);
        if (rows.Count == 0)
        {
            return null;
        }

        var step = StepFor(rows.Max(item => UInt128.Max(item.Row.LentFen.Value, item.Row.RepaidFen.Value)), out var lines);
        var top = step * (UInt128)lines;
        var slot = (PlotRight - PlotLeft) / Math.Max(rows.Count, FewestSlots);
        var columns = rows.Select((item, index) => new MonthColumn(
            item.Month, item.Row, PlotLeft + (slot * index) + (slot / 2), HeightOf(item.Row.LentFen, top), HeightOf(item.Row.RepaidFen, top)));
        var scale = Enumerable.Range(0, lines + 1).Select(line => new ScaleLine(new FenSum(step * (UInt128)line), PlotHeight * line / lines));
        return new MonthChart([.. columns], [.. scale], Math.Clamp((slot * 2 / 5) - 1, 3, MaxBarWidth));
    }

    /// <summary>The first of the month that a report's key names.</summary>
    public static DateOnly Parse(string key) => DateOnly.ParseExact(key, "yyyy-MM", CultureInfo.InvariantCulture);

    private static List<(DateOnly Month, LendingRow Row)> EveryMonth(IReadOnlyList<LendingRow> rows)
    {
        var all = new List<(DateOnly Month, LendingRow Row)>();
        foreach (var row in rows)
        {
            var month = Parse(row.Key);
            while (all.Count > 0 && all[^1].Month.AddMonths(1) < month)
            {
                var quiet = all[^1].Month.AddMonths(1);
                var key = quiet.ToString("yyyy-MM", CultureInfo.InvariantCulture);
                all.Add((quiet, LendingRow.Quiet(key, all[^1].Row.OutstandingFen)));
            }

            all.Add((month, row));
        }

        return all.Count > MaxMonths ? all[^MaxMonths..] : all;
    }

    // The smallest of 1, 2 and 5 times a power of ten with which a few lines reach the highest bar.
    private static UInt128 StepFor(UInt128 highest, out int lines)
    {
        for (UInt128 power = 1; ; power *= 10)
        {
            foreach (var mantissa in Mantissas)
            {
                var step = mantissa * power;
                if (step * MaxScaleLines >= highest)
                {
                    lines = (int)UInt128.Max(1, (highest + step - 1) / step);
                    return step;
                }
            }
        }
    }

    // What is not nothing is seen.
    private static int HeightOf(FenSum amount, UInt128 top) =>
        amount == FenSum.Zero ? 0 : (int)UInt128.Max(1, amount.Value * PlotHeight / top);
}
