using System.Globalization;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>
/// An administrative division by GB/T 2260: six digits, 110000 to 829999 (330784 is Yongkang, 330700 Jinhua, 330000 Zhejiang).
/// Whether a code is in use is not checked: the standard changes each year. JSON: a string of six digits.
/// </summary>
[JsonConverter(typeof(Json))]
public readonly record struct RegionCode : IComparable<RegionCode>
{
    public const uint MinValue = 110_000;
    public const uint MaxValue = 829_999;

    /// <exception cref="ArgumentOutOfRangeException">Not within 110000 and 829999.</exception>
    public RegionCode(uint value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, MinValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        Value = value;
    }

    /// <summary>As the ledger stores it; 0 only in a default value.</summary>
    public uint Value { get; }

    /// <summary>The province: the first two digits followed by zeros.</summary>
    public RegionCode Province => new(Value / 10_000 * 10_000);

    /// <summary>The prefecture: the first four digits followed by zeros.</summary>
    public RegionCode Prefecture => new(Value / 100 * 100);

    public static bool operator <(RegionCode left, RegionCode right) => left.Value < right.Value;

    public static bool operator >(RegionCode left, RegionCode right) => left.Value > right.Value;

    public static bool operator <=(RegionCode left, RegionCode right) => left.Value <= right.Value;

    public static bool operator >=(RegionCode left, RegionCode right) => left.Value >= right.Value;

    public static bool TryParse(string? text, out RegionCode region, out ValueFault? fault)
    {
        var digits = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        var parsed = digits && text!.Length == 6 && value is >= MinValue and <= MaxValue;
        region = parsed ? new RegionCode(value) : default;
        fault = parsed
            ? null
            : new ValueFault(
                "region_invalid",
                "A region is six digits of GB/T 2260, from 110000 to 829999.",
                "行政区划代码须为 GB/T 2260 的六位数字（110000 至 829999）。");
        return parsed;
    }

    /// <exception cref="FormatException">Not a region code.</exception>
    public static RegionCode Parse(string text) =>
        TryParse(text, out var region, out var fault) ? region : throw new FormatException(fault!.English);

    public int CompareTo(RegionCode other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("D6", CultureInfo.InvariantCulture);

    private sealed class Json : TextJsonConverter<RegionCode>
    {
        protected override string? Parse(string text, out RegionCode value) =>
            TryParse(text, out value, out var fault) ? null : fault!.English;
    }
}
