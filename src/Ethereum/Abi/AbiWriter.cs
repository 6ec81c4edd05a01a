using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace FinanceChain.Ethereum;

/// <summary>
/// Builds one tuple of the contract ABI: values in the order of the tuple's types. A static value goes to the head; a dynamic one leaves an
/// offset there and goes to the tail. Source: Solidity, "Contract ABI Specification". Not thread-safe; a value that is refused is an argument error.
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The members carry the names of the ABI's types.")]
public sealed class AbiWriter
{
    private const int WordLength = 32;

    private readonly List<(int HeadAt, int TailAt)> _offsets = [];
    private byte[] _head = new byte[8 * WordLength];
    private byte[] _tail = [];
    private int _headLength;
    private int _tailLength;

    /// <summary>Length of the whole tuple in bytes: a multiple of 32.</summary>
    public int Length => _headLength + _tailLength;

    /// <summary>Any <c>uintN</c> whose value fits 64 bits.</summary>
    public AbiWriter UInt(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(HeadWord()[24..], value);
        return this;
    }

    /// <summary>Any <c>uintN</c>; from 0 to 2^256 - 1.</summary>
    public AbiWriter UInt(BigInteger value)
    {
        WriteUInt256(value, HeadWord());
        return this;
    }

    public AbiWriter Bool(bool value) => UInt(value ? 1UL : 0UL);

    public AbiWriter Address(Address value)
    {
        value.CopyTo(HeadWord()[12..]);
        return this;
    }

    public AbiWriter Bytes32(Hash256 value)
    {
        value.CopyTo(HeadWord());
        return this;
    }

    /// <summary><c>bytesN</c>: 1 to 32 bytes, padded on the right.</summary>
    public AbiWriter FixedBytes(ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > WordLength)
        {
            throw new ArgumentException($"A bytesN has 1 to {WordLength} bytes, not {value.Length}.", nameof(value));
        }

        value.CopyTo(HeadWord());
        return this;
    }

    /// <summary><c>bytes</c>: its length, then the bytes padded to whole words.</summary>
    public AbiWriter Bytes(ReadOnlySpan<byte> value)
    {
        var content = Tail(WordLength + PaddedLength(value.Length));
        BinaryPrimitives.WriteUInt64BigEndian(content[24..], (ulong)value.Length);
        value.CopyTo(content[WordLength..]);
        return this;
    }

    public AbiWriter String(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Bytes(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>A tuple inside this one.</summary>
    /// <param name="isDynamic">True when any of its types is dynamic. A static tuple lies in the head as it is.</param>
    public AbiWriter Tuple(AbiWriter inner, bool isDynamic)
    {
        ArgumentNullException.ThrowIfNull(inner);
        if (!isDynamic && inner._offsets.Count > 0)
        {
            throw new ArgumentException("A tuple with dynamic values is dynamic.", nameof(isDynamic));
        }

        inner.WriteTo(isDynamic ? Tail(inner.Length) : Head(inner.Length));
        return this;
    }

    /// <summary>
    /// <c>T[]</c>: the number of items, then the items. Each writer holds the encoding of one item: a tuple's own encoding, or for a bare
    /// <c>bytes</c> or <c>string</c> its length word and its padded content.
    /// </summary>
    /// <param name="itemsAreDynamic">True when T is dynamic: then offsets to the items, counted from the first offset, come before them.</param>
    public AbiWriter Array(IReadOnlyList<AbiWriter> items, bool itemsAreDynamic)
    {
        ArgumentNullException.ThrowIfNull(items);
        var offsetsLength = itemsAreDynamic ? items.Count * WordLength : 0;
        var content = Tail(WordLength + offsetsLength + items.Sum(item => item.Length));
        BinaryPrimitives.WriteUInt64BigEndian(content[24..], (ulong)items.Count);
        var body = content[WordLength..];
        var itemAt = offsetsLength;
        for (var i = 0; i < items.Count; i++)
        {
            if (itemsAreDynamic)
            {
                BinaryPrimitives.WriteUInt64BigEndian(body[((i * WordLength) + 24)..], (ulong)itemAt);
            }
            else if (items[i]._offsets.Count > 0)
            {
                throw new ArgumentException("An item with dynamic values is dynamic.", nameof(itemsAreDynamic));
            }

            items[i].WriteTo(body[itemAt..]);
            itemAt += items[i].Length;
        }

        return this;
    }

    /// <summary><c>bytes[]</c>.</summary>
    public AbiWriter BytesArray(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var itemAt = items.Count * WordLength;
        var content = Tail(WordLength + itemAt + items.Sum(item => WordLength + PaddedLength(item.Length)));
        BinaryPrimitives.WriteUInt64BigEndian(content[24..], (ulong)items.Count);
        var body = content[WordLength..];
        for (var i = 0; i < items.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(body[((i * WordLength) + 24)..], (ulong)itemAt);
            BinaryPrimitives.WriteUInt64BigEndian(body[(itemAt + 24)..], (ulong)items[i].Length);
            items[i].Span.CopyTo(body[(itemAt + WordLength)..]);
            itemAt += WordLength + PaddedLength(items[i].Length);
        }

        return this;
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        WriteTo(bytes);
        return bytes;
    }

    /// <summary>Calldata: the four bytes that select the function, then the tuple of its arguments.</summary>
    public byte[] ToCall(ReadOnlySpan<byte> selector4)
    {
        if (selector4.Length != 4)
        {
            throw new ArgumentException($"A selector has 4 bytes, not {selector4.Length}.", nameof(selector4));
        }

        var bytes = new byte[4 + Length];
        selector4.CopyTo(bytes);
        WriteTo(bytes.AsSpan(4));
        return bytes;
    }

    internal static void WriteUInt256(BigInteger value, Span<byte> word)
    {
        if (value.Sign < 0 || value.GetBitLength() > 256)
        {
            throw new ArgumentOutOfRangeException(nameof(value), "An unsigned number of the ABI is from 0 to 2^256 - 1.");
        }

        Span<byte> bytes = stackalloc byte[WordLength];
        value.TryWriteBytes(bytes, out var written, isUnsigned: true, isBigEndian: true);
        word[..(WordLength - written)].Clear();
        bytes[..written].CopyTo(word[(WordLength - written)..]);
    }

    private static int PaddedLength(int length) => checked(length + WordLength - 1) / WordLength * WordLength;

    private void WriteTo(Span<byte> destination)
    {
        _head.AsSpan(0, _headLength).CopyTo(destination);
        _tail.AsSpan(0, _tailLength).CopyTo(destination[_headLength..]);
        foreach (var (headAt, tailAt) in _offsets)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination[(headAt + 24)..], (ulong)(_headLength + tailAt));
        }
    }

    private Span<byte> HeadWord() => Head(WordLength);

    private Span<byte> Head(int length) => Append(ref _head, ref _headLength, length);

    private Span<byte> Tail(int length)
    {
        _offsets.Add((_headLength, _tailLength));
        _ = HeadWord();
        return Append(ref _tail, ref _tailLength, length);
    }

    private static Span<byte> Append(ref byte[] buffer, ref int used, int length)
    {
        var needed = checked(used + length);
        if (needed > buffer.Length)
        {
            System.Array.Resize(ref buffer, Math.Max(needed, (int)Math.Min(buffer.Length * 2L, System.Array.MaxLength)));
        }

        var appended = buffer.AsSpan(used, length);
        used = needed;
        return appended;
    }
}
