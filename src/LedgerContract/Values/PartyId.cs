using System.Globalization;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>The number of a party on one ledger, given out from 1. JSON: a number.</summary>
[JsonConverter(typeof(Json))]
public readonly record struct PartyId : IComparable<PartyId>
{
    /// <summary>The ledger stores it in 32 bits.</summary>
    public const uint MaxValue = uint.MaxValue;

    public static readonly PartyId None;

    /// <summary>The first party of every ledger: the operator.</summary>
    public static readonly PartyId Operator = new(1);

    /// <summary>The second party of every ledger: the regulator. Registrations start at 3.</summary>
    public static readonly PartyId Regulator = new(2);

    /// <exception cref="ArgumentOutOfRangeException">Above <see cref="MaxValue"/>.</exception>
    public PartyId(uint value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        Value = value;
    }

    /// <summary>0 means none.</summary>
    public uint Value { get; }

    public bool IsNone => Value == 0;

    public static bool operator <(PartyId left, PartyId right) => left.Value < right.Value;

    public static bool operator >(PartyId left, PartyId right) => left.Value > right.Value;

    public static bool operator <=(PartyId left, PartyId right) => left.Value <= right.Value;

    public static bool operator >=(PartyId left, PartyId right) => left.Value >= right.Value;

    /// <summary>Decimal digits without sign; also what a route parameter is bound with.</summary>
    public static bool TryParse(string? text, IFormatProvider? provider, out PartyId id)
    {
        var parsed = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= MaxValue;
        id = parsed ? new PartyId(value) : default;
        return parsed;
    }

    public int CompareTo(PartyId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private sealed class Json : NumberJsonConverter<PartyId>
    {
        protected override ulong ToNumber(PartyId value) => value.Value;

        protected override bool TryFromNumber(ulong number, out PartyId value)
        {
            var fits = number <= MaxValue;
            value = fits ? new PartyId((uint)number) : default;
            return fits;
        }
    }
}
