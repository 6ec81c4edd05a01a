using System.Globalization;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>An annual rate in basis points (1/100 of a percent), 0 to 65,535. JSON: a number.</summary>
[JsonConverter(typeof(Json))]
public readonly record struct Bps(ushort Value) : IComparable<Bps>
{
    public static bool operator <(Bps left, Bps right) => left.Value < right.Value;

    public static bool operator >(Bps left, Bps right) => left.Value > right.Value;

    public static bool operator <=(Bps left, Bps right) => left.Value <= right.Value;

    public static bool operator >=(Bps left, Bps right) => left.Value >= right.Value;

    public int CompareTo(Bps other) => Value.CompareTo(other.Value);

    /// <summary>Basis points, in decimal digits.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private sealed class Json : NumberJsonConverter<Bps>
    {
        protected override ulong ToNumber(Bps value) => value.Value;

        protected override bool TryFromNumber(ulong number, out Bps value)
        {
            value = new Bps((ushort)number);
            return number <= ushort.MaxValue;
        }
    }
}
