using System.Globalization;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>The number of a loan on one ledger, given out from 1. JSON: a number.</summary>
[JsonConverter(typeof(Json))]
public readonly record struct LoanId : IComparable<LoanId>
{
    /// <summary>The ledger stores it in 40 bits.</summary>
    public const ulong MaxValue = (1UL << 40) - 1;

    public static readonly LoanId None;

    /// <exception cref="ArgumentOutOfRangeException">Above <see cref="MaxValue"/>.</exception>
    public LoanId(ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        Value = value;
    }

    /// <summary>0 means none.</summary>
    public ulong Value { get; }

    public bool IsNone => Value == 0;

    public static bool operator <(LoanId left, LoanId right) => left.Value < right.Value;

    public static bool operator >(LoanId left, LoanId right) => left.Value > right.Value;

    public static bool operator <=(LoanId left, LoanId right) => left.Value <= right.Value;

    public static bool operator >=(LoanId left, LoanId right) => left.Value >= right.Value;

    /// <summary>Decimal digits without sign; also what a route parameter is bound with.</summary>
    public static bool TryParse(string? text, IFormatProvider? provider, out LoanId id)
    {
        var parsed = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= MaxValue;
        id = parsed ? new LoanId(value) : default;
        return parsed;
    }

    public int CompareTo(LoanId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private sealed class Json : NumberJsonConverter<LoanId>
    {
        protected override ulong ToNumber(LoanId value) => value.Value;

        protected override bool TryFromNumber(ulong number, out LoanId value)
        {
            var fits = number <= MaxValue;
            value = fits ? new LoanId(number) : default;
            return fits;
        }
    }
}
