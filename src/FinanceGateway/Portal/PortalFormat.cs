using System.Globalization;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Portal;

/// <summary>How figures stand on the page, the same in both languages but for the units of large numbers.</summary>
internal static class PortalFormat
{
    private const uint FenPerYuan = 100;
    private const ulong Wan = 10_000;
    private const ulong Yi = 100_000_000;
    private const ulong Thousand = 1_000;
    private const ulong Million = 1_000_000;
    private const int ShownHashCharacters = 6;

    // China has kept UTC+8 without summer time since 1991; the machine need not have a time zone database.
    private static readonly TimeSpan ChinaStandardTime = TimeSpan.FromHours(8);

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>An instant in China Standard Time, to the second.</summary>
    public static string Time(DateTime utc) => InChina(utc).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The same instant for machines, with its offset.</summary>
    public static string MachineTime(DateTime utc) => InChina(utc).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>A month by its name: 6月, Jun.</summary>
    public static string Month(DateOnly month, PortalLanguage language) => language == PortalLanguage.Chinese
        ? string.Create(CultureInfo.InvariantCulture, $"{month.Month}月")
        : month.ToString("MMM", CultureInfo.InvariantCulture);

    /// <summary>2025年6月, June 2025.</summary>
    public static string YearMonth(DateOnly month, PortalLanguage language) => language == PortalLanguage.Chinese
        ? string.Create(CultureInfo.InvariantCulture, $"{month.Year}年{month.Month}月")
        : month.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>The short form of a large sum, cut to two decimals: 6.05 亿元, 605 million yuan. Null for a small one.</summary>
    /// <param name="isExact">Nothing was cut.</param>
    public static string? Short(FenSum amount, PortalLanguage language, out bool isExact)
    {
        var (size, name) = UnitOf(amount, language);
        isExact = amount.Value % size == 0;
        return size == 1 ? null : $"{InUnits(amount, size)} {name}";
    }

    /// <summary>The unit in which a scale that ends at this sum is best read: how many yuan it has.</summary>
    public static (ulong Yuan, string Name) UnitOf(FenSum top, PortalLanguage language)
    {
        var (large, small) = language == PortalLanguage.Chinese ? (Yi, Wan) : (Million, Thousand);
        var yuan = top.Value / FenPerYuan;
        var size = yuan >= large ? large : yuan >= small ? small : 1;
        return (size, UnitName(size, language));
    }

    /// <summary>A sum counted in a unit of so many yuan, cut to two decimals, without trailing zeros.</summary>
    public static string InUnits(FenSum amount, ulong yuan)
    {
        var hundredths = amount.Value * 100 / (FenPerYuan * (UInt128)yuan);
        return ((decimal)hundredths / 100).ToString("#,0.##", CultureInfo.InvariantCulture);
    }

    /// <summary>A part of a whole in tenths of a percent, rounded half up: 0 to 1000. 0 of nothing.</summary>
    public static int PerMille(FenSum part, FenSum whole) =>
        whole == FenSum.Zero ? 0 : (int)(((part.Value * 1000) + (whole.Value / 2)) / whole.Value);

    public static string Percent(int perMille) => string.Create(CultureInfo.InvariantCulture, $"{perMille / 10}.{perMille % 10}%");

    /// <summary>Both ends of a hash.</summary>
    public static string Short(Hash256 hash)
    {
        var text = hash.ToString();
        return $"{text[..(2 + ShownHashCharacters)]}…{text[^ShownHashCharacters..]}";
    }

    private static DateTimeOffset InChina(DateTime utc) => new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)).ToOffset(ChinaStandardTime);

    private static string UnitName(ulong yuan, PortalLanguage language) => (yuan, language == PortalLanguage.Chinese) switch
    {
        (Yi, _) => "亿元",
        (Wan, _) => "万元",
        (Million, _) => "million yuan",
        (Thousand, _) => "thousand yuan",
        (_, true) => "元",
        _ => "yuan",
    };
}
