using System.Buffers.Binary;
using System.Text.Json.Serialization;

namespace FinanceChain.Ethereum;

/// <summary>32 bytes: a hash, a <c>bytes32</c>, a storage word.</summary>
[JsonConverter(typeof(Hash256JsonConverter))]
public readonly record struct Hash256
{
    public const int Length = 32;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    private Hash256(ReadOnlySpan<byte> bytes)
    {
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    public static Hash256 Zero => default;

    public bool IsZero => (_first | _second | _third | _fourth) == 0;

    /// <param name="bytes">Exactly 32 bytes.</param>
    public static Hash256 FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new Hash256(bytes)
        : throw new ArgumentException($"A hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));

    /// <exception cref="FormatException">Not 0x and 64 hex digits.</exception>
    public static Hash256 Parse(string text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException("A hash is 0x and 64 hex digits.");

    public static bool TryParse(string? text, out Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var parsed = Hex.TryDecode(text.AsSpan(), bytes);
        hash = parsed ? new Hash256(bytes) : default;
        return parsed;
    }

    /// <param name="destination">At least 32 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _second);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _third);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _fourth);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Hex.Encode(bytes);
    }
}
