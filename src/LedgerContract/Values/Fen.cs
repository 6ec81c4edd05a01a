using System.Globalization;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>
/// An amount of one item in fen (1/100 yuan), 0 to 2^53 - 1, so that every JSON reader holds it exactly. Arithmetic is checked. JSON: a number.
/// </summary>
[JsonConverter(typeof(Json))]
public readonly record struct Fen : IComparable<Fen>
{
    public const ulong MaxValue = (1UL << 53) - 1;

    public static readonly Fen Zero;

    /// <exception cref="ArgumentOutOfRangeException">Above 2^53 - 1.</exception>
    public Fen(ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        Value = value;
    }

    public ulong Value { get; }

    public static bool operator <(Fen left, Fen right) => left.Value < right.Value;

    public static bool operator >(Fen left, Fen right) => left.Value > right.Value;

    public static bool operator <=(Fen left, Fen right) => left.Value <= right.Value;

    public static bool operator >=(Fen left, Fen right) => left.Value >= right.Value;

    /// <exception cref="OverflowException">Above 2^53 - 1: add amounts of many items as <see cref="FenSum"/>.</exception>
    public static Fen operator +(Fen left, Fen right) => Checked(left.Value + right.Value);

    /// <exception cref="OverflowException">Below zero.</exception>
    public static Fen operator -(Fen left, Fen right) => Checked(checked(left.Value - right.Value));

    public static bool TryCreate(ulong value, out Fen amount)
    {
        amount = value <= MaxValue ? new Fen(value) : default;
        return value <= MaxValue;
    }

    public int CompareTo(Fen other) => Value.CompareTo(other.Value);

    /// <summary>Fen, in decimal digits.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Yuan with thousands separators and two decimals: <c>605,000,000.00</c>.</summary>
    public string ToYuanString() => FenSum.From(this).ToYuanString();

    private static Fen Checked(ulong value) =>
        value <= MaxValue ? new Fen(value) : throw new OverflowException($"{value} fen is above the limit of one item.");

    private sealed class Json : NumberJsonConverter<Fen>
    {
        protected override ulong ToNumber(Fen value) => value.Value;

        protected override bool TryFromNumber(ulong number, out Fen value) => TryCreate(number, out value);
    }
}
