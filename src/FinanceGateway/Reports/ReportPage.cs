using System.Globalization;
using FinanceChain.FinanceGateway.Problems;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>A page of a list that is ordered by a number.</summary>
/// <param name="Rows">1 to <see cref="MaxRows"/>.</param>
/// <param name="After">The page begins after this position; 0: at the start.</param>
internal sealed record ReportPage(int Rows = ReportPage.DefaultRows, long After = 0)
{
    public const int MaxRows = 1_000;
    public const int DefaultRows = 500;

    /// <summary>Parses and checks the query parameters <c>limit</c> and <c>cursor</c>.</summary>
    public static (ReportPage? Page, Refusal? Refusal) Parse(string? limit, string? cursor)
    {
        if (!TryParseLimit(limit, DefaultRows, MaxRows, out var rows))
        {
            return (null, LimitOutOfRange(limit, MaxRows));
        }

        long after = 0;
        return cursor is null || long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after)
            ? (new ReportPage(rows, after), null)
            : (null, new Refusal(ReportRefusals.CursorInvalid, "cursor", new Dictionary<string, object?> { ["cursor"] = cursor }));
    }

    /// <summary>Null text gives the default; anything but a whole number from 1 to <paramref name="max"/> is refused.</summary>
    public static bool TryParseLimit(string? text, int whenAbsent, int max, out int limit)
    {
        limit = whenAbsent;
        return text is null
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit >= 1 && limit <= max);
    }

    public static Refusal LimitOutOfRange(string? limit, int max) =>
        new(ReportRefusals.LimitOutOfRange, "limit", new Dictionary<string, object?> { ["limit"] = limit, ["min"] = 1, ["max"] = max });

    /// <summary>Takes the rows of the page out of those that were found, of which there is one more when another page follows.</summary>
    public (IReadOnlyList<TRow> Rows, string? Next) Take<TRow>(IReadOnlyList<TRow> found, Func<TRow, long> position) => (
        [.. found.Take(Rows)],
        found.Count > Rows ? position(found[Rows - 1]).ToString(CultureInfo.InvariantCulture) : null);
}
