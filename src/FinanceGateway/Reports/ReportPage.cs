using System.Globalization;

namespace FinanceChain.FinanceGateway.Reports;

/// <summary>The query parameter <c>limit</c> of lists.</summary>
internal static class ReportPage
{
    /// <summary>Null text gives the default; anything but a whole number from 1 to <paramref name="max"/> is refused.</summary>
    public static bool TryParseLimit(string? text, int whenAbsent, int max, out int limit)
    {
        limit = whenAbsent;
        return text is null
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit >= 1 && limit <= max);
    }
}
