using System.Buffers;

namespace FinanceChain.Ethereum;

/// <summary>Bytes as text: <c>0x</c> and two lower-case digits a byte. Reading accepts both cases and nothing else: no odd length, no missing prefix.</summary>
public static class Hex
{
    public static string Encode(ReadOnlySpan<byte> bytes) => string.Concat("0x", Convert.ToHexStringLower(bytes));

    /// <exception cref="FormatException">Not <c>0x</c> and an even number of hex digits.</exception>
    public static byte[] Decode(string text) =>
        TryDecode(text, out var bytes) ? bytes : throw new FormatException("Bytes are written as 0x and an even number of hex digits.");

    public static bool TryDecode(string? text, out byte[] bytes)
    {
        bytes = [];
        if (text is null || text.Length % 2 != 0 || !text.StartsWith("0x", StringComparison.Ordinal))
        {
            return false;
        }

        var decoded = new byte[(text.Length / 2) - 1];
        if (Convert.FromHexString(text.AsSpan(2), decoded, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        bytes = decoded;
        return true;
    }

    /// <summary>The same over UTF-8 and into a buffer of exactly the expected length.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> utf8, Span<byte> bytes) =>
        utf8.Length == (bytes.Length * 2) + 2
        && utf8[0] == '0'
        && utf8[1] == 'x'
        && Convert.FromHexString(utf8[2..], bytes, out _, out var written) == OperationStatus.Done
        && written == bytes.Length;

    internal static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes) =>
        text.Length == (bytes.Length * 2) + 2
        && text[0] == '0'
        && text[1] == 'x'
        && Convert.FromHexString(text[2..], bytes, out _, out var written) == OperationStatus.Done
        && written == bytes.Length;
}
