using System.Numerics;
using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>The encodings of Ethereum's JSON-RPC: QUANTITY and DATA. The reader stands on the value. Source: execution-apis, "Hex encoding".</summary>
internal static class ValueDecoder
{
    public static ulong UInt64(ref Utf8JsonReader reader)
    {
        var digits = Digits(ref reader, "number").TrimStart((byte)'0');
        if (digits.Length > 16)
        {
            throw new NodeResponseException("A number in the node's answer is wider than 64 bits.");
        }

        var value = 0UL;
        foreach (var digit in digits)
        {
            value = (value << 4) | (uint)Digit(digit);
        }

        return value;
    }

    public static BigInteger UInt256(ref Utf8JsonReader reader)
    {
        var digits = Digits(ref reader, "number").TrimStart((byte)'0');
        if (digits.Length > 64)
        {
            throw new NodeResponseException("A number in the node's answer is wider than 256 bits.");
        }

        var value = BigInteger.Zero;
        foreach (var digit in digits)
        {
            value = (value << 4) | Digit(digit);
        }

        return value;
    }

    public static Hash256 Hash(ref Utf8JsonReader reader)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Length];
        return Hex.TryDecode(Text(ref reader, "hash"), bytes) ? Hash256.FromBytes(bytes) : throw Malformed("hash");
    }

    public static Address Address(ref Utf8JsonReader reader)
    {
        Span<byte> bytes = stackalloc byte[Ethereum.Address.Length];
        return Hex.TryDecode(Text(ref reader, "address"), bytes) ? Ethereum.Address.FromBytes(bytes) : throw Malformed("address");
    }

    public static byte[] Bytes(ref Utf8JsonReader reader)
    {
        var text = Text(ref reader, "byte string");
        if (text.Length < 2 || text.Length % 2 != 0)
        {
            throw Malformed("byte string");
        }

        var bytes = text.Length == 2 ? [] : new byte[(text.Length / 2) - 1];
        return Hex.TryDecode(text, bytes) ? bytes : throw Malformed("byte string");
    }

    public static bool Bool(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Malformed("truth value"),
    };

    public static void RequireObject(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Malformed(what);
        }
    }

    /// <summary>Marks a member as seen.</summary>
    /// <exception cref="NodeResponseException">It was seen before: then nobody knows which one holds.</exception>
    public static void Once(ref uint seen, uint member, string what)
    {
        if ((seen & member) != 0)
        {
            throw new NodeResponseException($"A {what} in the node's answer has a member twice.");
        }

        seen |= member;
    }

    public static void RequireAll(uint seen, uint required, string what)
    {
        if ((seen & required) != required)
        {
            throw new NodeResponseException($"A {what} in the node's answer lacks a member.");
        }
    }

    public static NodeResponseException Malformed(string what) => new($"A {what} in the node's answer is malformed.");

    private static ReadOnlySpan<byte> Digits(ref Utf8JsonReader reader, string what)
    {
        var text = Text(ref reader, what);
        return text.Length > 2 && text[0] == '0' && text[1] == 'x' ? text[2..] : throw Malformed(what);
    }

    private static int Digit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => throw Malformed("number"),
    };

    // No node escapes hex digits; refusing escapes lets the bytes be read where they lie.
    private static ReadOnlySpan<byte> Text(ref Utf8JsonReader reader, string what) =>
        reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped ? reader.ValueSpan : throw Malformed(what);
}
