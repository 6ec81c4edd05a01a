using System.Buffers.Binary;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>
/// An industry by GB/T 4754: a section letter A to T and up to four digits (C33 is the making of metal products). The default value is
/// none: the operator has no industry. JSON: a string.
/// </summary>
[JsonConverter(typeof(Json))]
public readonly record struct IndustryCode
{
    public const int ByteLength = 5;

    // The five bytes of the ledger, big-endian: a letter, digits, then zeros.
    private readonly ulong _bytes;

    private IndustryCode(ulong bytes) => _bytes = bytes;

    public bool IsNone => _bytes == 0;

    /// <summary>The ledger stores any five bytes that the operator signed; only these are a code.</summary>
    public bool IsWellFormed
    {
        get
        {
            Span<byte> bytes = stackalloc byte[ByteLength];
            CopyTo(bytes);
            var length = bytes.IndexOf((byte)0) is var end and >= 0 ? end : ByteLength;
            return length > 0
                && bytes[0] is >= (byte)'A' and <= (byte)'T'
                && bytes[1..length].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
                && bytes[length..].IndexOfAnyExcept((byte)0) < 0;
        }
    }

    /// <summary>Takes what the ledger holds, well formed or not: a reader of the chain must not stop at it.</summary>
    /// <exception cref="ArgumentException">Not five bytes.</exception>
    public static IndustryCode FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteLength)
        {
            throw new ArgumentException("An industry code has five bytes.", nameof(bytes));
        }

        return new IndustryCode((ulong)bytes[0] << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]));
    }

    public static bool TryParse(string? text, out IndustryCode industry, out ValueFault? fault)
    {
        industry = default;
        fault = null;
        if (text is { Length: >= 1 and <= ByteLength } && text.All(char.IsAscii))
        {
            Span<byte> bytes = stackalloc byte[ByteLength];
            bytes.Clear();
            System.Text.Encoding.ASCII.GetBytes(text, bytes);
            industry = FromBytes(bytes);
            if (industry.IsWellFormed && !text.Contains('\0', StringComparison.Ordinal))
            {
                return true;
            }
        }

        industry = default;
        fault = new ValueFault(
            "industry_invalid",
            "An industry is a letter A to T and up to four digits (GB/T 4754).",
            "行业代码须为 GB/T 4754 的门类字母（A 至 T）加至多四位数字。");
        return false;
    }

    /// <exception cref="FormatException">Not an industry code.</exception>
    public static IndustryCode Parse(string text) =>
        TryParse(text, out var industry, out var fault) ? industry : throw new FormatException(fault!.English);

    public void CopyTo(Span<byte> five)
    {
        five[0] = (byte)(_bytes >> 32);
        BinaryPrimitives.WriteUInt32BigEndian(five[1..ByteLength], (uint)_bytes);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[ByteLength];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The code; empty for none; 0x and ten digits for bytes that are no code.</summary>
    public override string ToString()
    {
        if (IsNone)
        {
            return "";
        }

        return IsWellFormed ? System.Text.Encoding.ASCII.GetString(ToArray()).TrimEnd('\0') : $"0x{_bytes:x10}";
    }

    private sealed class Json : TextJsonConverter<IndustryCode>
    {
        protected override string? Parse(string text, out IndustryCode value)
        {
            value = default;
            return text.Length == 0 || TryParse(text, out value, out _) ? null : "An industry is a letter A to T and up to four digits.";
        }
    }
}
