using System.Numerics;

namespace FinanceChain.Ethereum;

/// <summary>An item of RLP: a string of bytes, or a list of items.</summary>
public sealed class RlpItem
{
    private readonly byte[]? _bytes;
    private readonly IReadOnlyList<RlpItem>? _items;

    private RlpItem(byte[]? bytes, IReadOnlyList<RlpItem>? items)
    {
        _bytes = bytes;
        _items = items;
    }

    public bool IsList => _items is not null;

    /// <exception cref="RlpFormatException">It is a list.</exception>
    public ReadOnlyMemory<byte> Bytes => _bytes ?? throw new RlpFormatException("A list stands where bytes are wanted.");

    /// <exception cref="RlpFormatException">It is a string of bytes.</exception>
    public IReadOnlyList<RlpItem> Items => _items ?? throw new RlpFormatException("Bytes stand where a list is wanted.");

    public static RlpItem Of(ReadOnlySpan<byte> bytes) => new(bytes.ToArray(), null);

    public static RlpItem Of(params IReadOnlyList<RlpItem> items) => new(null, items);

    /// <summary>A number is its big-endian bytes without leading zeros; zero is the empty string.</summary>
    public static RlpItem Of(ulong value) => Of((BigInteger)value);

    /// <inheritdoc cref="Of(ulong)"/>
    public static RlpItem Of(BigInteger value)
    {
        if (value.Sign < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(value), "RLP has no negative numbers.");
        }

        return new RlpItem(value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true), null);
    }

    /// <summary>Empty for the creation of a contract.</summary>
    public static RlpItem Of(Address? address) => new(address?.ToArray() ?? [], null);

    /// <exception cref="RlpFormatException">A list, a leading zero, or more than 32 bytes.</exception>
    public BigInteger ToInteger()
    {
        var bytes = Bytes.Span;
        return bytes.Length > Hash256.Length || (bytes.Length > 0 && bytes[0] == 0)
            ? throw new RlpFormatException("A number has a leading zero or more than 32 bytes.")
            : new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }
}
