using System.Text.Json.Serialization;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>Bytes of any length that compare by content, so that records which hold them do too. JSON: 0x and lower-case hex.</summary>
[JsonConverter(typeof(Json))]
public readonly struct ByteString : IEquatable<ByteString>
{
    private readonly byte[]? _bytes;

    /// <summary>Copies <paramref name="bytes"/>.</summary>
    public ByteString(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    private ByteString(byte[] owned) => _bytes = owned;

    public static ByteString Empty => default;

    public int Length => _bytes?.Length ?? 0;

    public ReadOnlySpan<byte> Span => _bytes;

    public ReadOnlyMemory<byte> Memory => _bytes;

    public static bool operator ==(ByteString left, ByteString right) => left.Equals(right);

    public static bool operator !=(ByteString left, ByteString right) => !left.Equals(right);

    /// <exception cref="FormatException">Not 0x and an even number of hex digits.</exception>
    public static ByteString Parse(string hex) =>
        Hex.TryDecode(hex, out var bytes) ? new ByteString(bytes) : throw new FormatException("Bytes are 0x and an even number of hex digits.");

    /// <summary>Takes <paramref name="bytes"/> without a copy: nobody else may change them afterwards.</summary>
    public static ByteString Wrap(byte[] bytes) => new(bytes);

    public byte[] ToArray() => Span.ToArray();

    public Hash256 Keccak() => Keccak256.Hash(Span);

    public bool Equals(ByteString other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is ByteString other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Hex.Encode(Span);

    private sealed class Json : TextJsonConverter<ByteString>
    {
        protected override string? Parse(string text, out ByteString value)
        {
            var decoded = Hex.TryDecode(text, out var bytes);
            value = decoded ? Wrap(bytes) : default;
            return decoded ? null : "Bytes must be 0x and an even number of hex digits.";
        }
    }
}
