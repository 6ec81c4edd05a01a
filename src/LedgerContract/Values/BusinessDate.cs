namespace FinanceChain.LedgerContract;

/// <summary>Dates as the ledger counts them: days since 1970-01-01 in China Standard Time (UTC+8, no summer time), 16 bits, to 2149-06-06.</summary>
public static class BusinessDate
{
    private const int SecondsPerDay = 86_400;
    private const int ChinaStandardTimeSeconds = 8 * 3_600;

    private static readonly DateOnly Epoch = new(1970, 1, 1);

    public static DateOnly FromDays(ushort days) => Epoch.AddDays(days);

    /// <exception cref="ArgumentOutOfRangeException">Before 1970-01-01 or after 2149-06-06.</exception>
    public static ushort ToDays(DateOnly date)
    {
        var days = date.DayNumber - Epoch.DayNumber;
        ArgumentOutOfRangeException.ThrowIfNegative(days, nameof(date));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, ushort.MaxValue, nameof(date));
        return (ushort)days;
    }

    /// <summary>The date in China at a block's timestamp.</summary>
    public static DateOnly At(ulong unixSeconds) =>
        Epoch.AddDays(checked((int)((unixSeconds + ChinaStandardTimeSeconds) / SecondsPerDay)));

    /// <summary>The date in China now. The ledger goes by the clock of its blocks instead.</summary>
    public static DateOnly Today(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return At((ulong)clock.GetUtcNow().ToUnixTimeSeconds());
    }
}
