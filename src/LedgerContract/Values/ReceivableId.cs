using System.Globalization;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>The number of a receivable on one ledger, given out from 1; a split makes a new one. JSON: a number.</summary>
[JsonConverter(typeof(Json))]
public readonly record struct ReceivableId : IComparable<ReceivableId>
{
    /// <summary>The ledger stores it in 40 bits.</summary>
    public const ulong MaxValue = (1UL << 40) - 1;

    public static readonly ReceivableId None;

    /// <exception cref="ArgumentOutOfRangeException">Above <see cref="MaxValue"/>.</exception>
    public ReceivableId(ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        Value = value;
    }

    /// <summary>0 means none.</summary>
    public ulong Value { get; }

    public bool IsNone => Value == 0;

    public static bool operator <(ReceivableId left, ReceivableId right) => left.Value < right.Value;

    public static bool operator >(ReceivableId left, ReceivableId right) => left.Value > right.Value;

    public static bool operator <=(ReceivableId left, ReceivableId right) => left.Value <= right.Value;

    public static bool operator >=(ReceivableId left, ReceivableId right) => left.Value >= right.Value;

    /// <summary>Decimal digits without sign; also what a route parameter is bound with.</summary>
    public static bool TryParse(string? text, IFormatProvider? provider, out ReceivableId id)
    {
        var parsed = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= MaxValue;
        id = parsed ? new ReceivableId(value) : default;
        return parsed;
    }

    public int CompareTo(ReceivableId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private sealed class Json : NumberJsonConverter<ReceivableId>
    {
        protected override ulong ToNumber(ReceivableId value) => value.Value;

        protected override bool TryFromNumber(ulong number, out ReceivableId value)
        {
            var fits = number <= MaxValue;
            value = fits ? new ReceivableId(number) : default;
            return fits;
        }
    }
}
