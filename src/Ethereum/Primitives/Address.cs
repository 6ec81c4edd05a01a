using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Serialization;

namespace FinanceChain.Ethereum;

/// <summary>An account or contract: 20 bytes. As text it carries the checksum of EIP-55 in the case of its letters.</summary>
[JsonConverter(typeof(AddressJsonConverter))]
public readonly record struct Address
{
    public const int Length = 20;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly uint _third;

    private Address(ReadOnlySpan<byte> bytes)
    {
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    public static Address Zero => default;

    /// <param name="bytes">Exactly 20 bytes.</param>
    public static Address FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new Address(bytes)
        : throw new ArgumentException($"An address has {Length} bytes, not {bytes.Length}.", nameof(bytes));

    /// <exception cref="FormatException">Not 0x and 40 hex digits, or mixed case with a wrong EIP-55 checksum.</exception>
    public static Address Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException("An address is 0x and 40 hex digits; in mixed case its EIP-55 checksum must hold.");

    /// <summary>Accepts one case throughout (no checksum) or mixed case whose checksum holds: a mistyped letter must not become another account.</summary>
    public static bool TryParse(string? text, out Address address)
    {
        address = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (!Hex.TryDecode(text.AsSpan(), bytes))
        {
            return false;
        }

        var parsed = new Address(bytes);
        var digits = text.AsSpan(2);
        var mixed = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        if (mixed && !digits.SequenceEqual(parsed.ToString().AsSpan(2)))
        {
            return false;
        }

        address = parsed;
        return true;
    }

    /// <param name="destination">At least 20 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _second);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _third);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>EIP-55: a letter is upper case where the digit of the hash of the lower-case text at its place is 8 or more.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        Span<char> digits = stackalloc char[Length * 2];
        Convert.TryToHexStringLower(bytes, digits, out _);
        Span<byte> ascii = stackalloc byte[Length * 2];
        Encoding.ASCII.GetBytes(digits, ascii);
        Span<byte> hash = stackalloc byte[Hash256.Length];
        Keccak256.Hash(ascii, hash);
        for (var i = 0; i < digits.Length; i++)
        {
            var nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0xf;
            if (nibble >= 8)
            {
                digits[i] = char.ToUpperInvariant(digits[i]);
            }
        }

        return string.Concat("0x", digits);
    }
}
