namespace FinanceChain.Ethereum;

/// <summary>Recursive Length Prefix, Ethereum Yellow Paper appendix B. Decoding accepts only the canonical form, of which each item has exactly one.</summary>
public static class Rlp
{
    /// <summary>Lists within lists: deeper ones are refused, so that input cannot exhaust the stack.</summary>
    public const int MaxDepth = 64;

    private const byte ShortString = 0x80;
    private const byte LongString = 0xb7;
    private const byte ShortList = 0xc0;
    private const byte LongList = 0xf7;
    private const int MaxShortLength = 55;

    public static byte[] Encode(RlpItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Encode(item, []);
    }

    /// <summary>The encoding behind a type byte, as EIP-2718 wants it.</summary>
    public static byte[] Encode(RlpItem item, ReadOnlySpan<byte> prefix)
    {
        ArgumentNullException.ThrowIfNull(item);
        var bytes = new byte[prefix.Length + EncodedLength(item)];
        prefix.CopyTo(bytes);
        Write(item, bytes.AsSpan(prefix.Length));
        return bytes;
    }

    /// <exception cref="RlpFormatException">Not exactly one canonical item, or nested deeper than <see cref="MaxDepth"/>.</exception>
    public static RlpItem Decode(ReadOnlySpan<byte> bytes)
    {
        var item = Read(bytes, 0, out var length);
        return length == bytes.Length ? item : throw new RlpFormatException($"{bytes.Length - length} bytes follow the item.");
    }

    private static int EncodedLength(RlpItem item)
    {
        if (!item.IsList && item.Bytes.Length == 1 && item.Bytes.Span[0] < ShortString)
        {
            return 1;
        }

        var content = ContentLength(item);
        return checked(1 + (content > MaxShortLength ? BytesOf(content) : 0) + content);
    }

    private static int ContentLength(RlpItem item) => item.IsList ? item.Items.Sum(EncodedLength) : item.Bytes.Length;

    private static int BytesOf(int length) => 4 - (System.Numerics.BitOperations.LeadingZeroCount((uint)length) / 8);

    private static int Write(RlpItem item, Span<byte> destination)
    {
        if (!item.IsList && item.Bytes.Length == 1 && item.Bytes.Span[0] < ShortString)
        {
            destination[0] = item.Bytes.Span[0];
            return 1;
        }

        var content = ContentLength(item);
        var at = WriteHeader(content, item.IsList, destination);
        if (!item.IsList)
        {
            item.Bytes.Span.CopyTo(destination[at..]);
            return at + content;
        }

        foreach (var inner in item.Items)
        {
            at += Write(inner, destination[at..]);
        }

        return at;
    }

    private static int WriteHeader(int content, bool isList, Span<byte> destination)
    {
        if (content <= MaxShortLength)
        {
            destination[0] = (byte)((isList ? ShortList : ShortString) + content);
            return 1;
        }

        var lengthBytes = BytesOf(content);
        destination[0] = (byte)((isList ? LongList : LongString) + lengthBytes);
        for (var i = 0; i < lengthBytes; i++)
        {
            destination[1 + i] = (byte)(content >> (8 * (lengthBytes - 1 - i)));
        }

        return 1 + lengthBytes;
    }

    private static RlpItem Read(ReadOnlySpan<byte> bytes, int depth, out int length)
    {
        if (bytes.IsEmpty)
        {
            throw new RlpFormatException("An item is wanted where the bytes end.");
        }

        if (bytes[0] < ShortString)
        {
            length = 1;
            return RlpItem.Of(bytes[..1]);
        }

        var isList = bytes[0] >= ShortList;
        var content = Content(bytes, isList, out length);
        if (!isList)
        {
            return content.Length == 1 && content[0] < ShortString
                ? throw new RlpFormatException("A single byte below 0x80 has a needless prefix.")
                : RlpItem.Of(content);
        }

        if (depth == MaxDepth)
        {
            throw new RlpFormatException($"Lists are nested deeper than {MaxDepth}.");
        }

        var items = new List<RlpItem>();
        while (!content.IsEmpty)
        {
            items.Add(Read(content, depth + 1, out var itemLength));
            content = content[itemLength..];
        }

        return RlpItem.Of(items);
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> bytes, bool isList, out int length)
    {
        var shortForm = isList ? ShortList : ShortString;
        var size = (long)(bytes[0] - shortForm);
        var at = 1;
        if (size > MaxShortLength)
        {
            var lengthBytes = (int)size - MaxShortLength;
            size = LongLength(bytes[1..], lengthBytes);
            at += lengthBytes;
        }

        if (size > bytes.Length - at)
        {
            throw new RlpFormatException($"An item claims {size} bytes where {bytes.Length - at} are left.");
        }

        length = at + (int)size;
        return bytes.Slice(at, (int)size);
    }

    private static long LongLength(ReadOnlySpan<byte> bytes, int lengthBytes)
    {
        if (lengthBytes > bytes.Length || lengthBytes > sizeof(int) || bytes[0] == 0)
        {
            throw new RlpFormatException("The length of an item is cut off, too large, or has a leading zero.");
        }

        var size = 0L;
        foreach (var digit in bytes[..lengthBytes])
        {
            size = (size << 8) | digit;
        }

        return size > MaxShortLength ? size : throw new RlpFormatException($"A length of {size} is written in the long form.");
    }
}
