using System.Globalization;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>A sum of amounts in fen. It may pass 2^53, so JSON carries it as a string of digits. Arithmetic is checked.</summary>
[JsonConverter(typeof(Json))]
public readonly record struct FenSum(UInt128 Value) : IComparable<FenSum>
{
    private const uint FenPerYuan = 100;

    public static readonly FenSum Zero;

    public static FenSum From(Fen amount) => new(amount.Value);

    /// <param name="fen">As a database keeps it.</param>
    /// <exception cref="OverflowException">Below zero.</exception>
    public static FenSum From(long fen) => new(checked((UInt128)fen));

    public static bool operator <(FenSum left, FenSum right) => left.Value < right.Value;

    public static bool operator >(FenSum left, FenSum right) => left.Value > right.Value;

    public static bool operator <=(FenSum left, FenSum right) => left.Value <= right.Value;

    public static bool operator >=(FenSum left, FenSum right) => left.Value >= right.Value;

    public static FenSum operator +(FenSum left, FenSum right) => new(checked(left.Value + right.Value));

    public static FenSum operator +(FenSum left, Fen right) => new(checked(left.Value + right.Value));

    /// <exception cref="OverflowException">Below zero.</exception>
    public static FenSum operator -(FenSum left, FenSum right) => new(checked(left.Value - right.Value));

    /// <exception cref="OverflowException">Below zero.</exception>
    public static FenSum operator -(FenSum left, Fen right) => new(checked(left.Value - right.Value));

    public static bool TryParse(string? text, out FenSum sum)
    {
        var parsed = UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        sum = new FenSum(value);
        return parsed;
    }

    public int CompareTo(FenSum other) => Value.CompareTo(other.Value);

    /// <summary>Fen, in decimal digits.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Yuan with thousands separators and two decimals: <c>605,000,000.00</c>.</summary>
    public string ToYuanString()
    {
        var (yuan, fen) = UInt128.DivRem(Value, FenPerYuan);
        return string.Create(CultureInfo.InvariantCulture, $"{yuan:N0}.{(uint)fen:D2}");
    }

    private sealed class Json : TextJsonConverter<FenSum>
    {
        protected override string? Parse(string text, out FenSum value) =>
            TryParse(text, out value) ? null : "A sum in fen must be a string of digits.";
    }
}
