using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace FinanceChain.Ethereum;

/// <summary>
/// Reads one tuple of the contract ABI, value by value in the order of its types. Strict, so that malformed data never becomes a wrong
/// value: unused bytes of a word must be zero, offsets and lengths must lie in the data, and the tails of one tuple must follow one
/// another, as every encoder writes them. Items of an array that share bytes are refused: a few kilobytes could otherwise unfold into
/// gigabytes. All refusals are <see cref="AbiFormatException"/>. Source: Solidity, "Contract ABI Specification".
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The members carry the names of the ABI's types.")]
public ref struct AbiReader
{
    private const int WordLength = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data;
    private int _at;
    private int _nextTail;
    private int _offsetsEnd;

    /// <param name="data">The tuple's encoding; offsets are counted from its first byte.</param>
    public AbiReader(ReadOnlySpan<byte> data) => _data = data;


    /// <summary><c>uintN</c> of at most 64 bits.</summary>
    /// <param name="bits">8 to 64: a value that needs more is refused.</param>
    public ulong UInt(int bits)
    {
        if (bits is < 8 or > 64 || bits % 8 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "UInt reads 8 to 64 bits in whole bytes.");
        }

        var at = _at;
        var word = Word();
        var value = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
        if (word[..24].ContainsAnyExcept((byte)0) || (bits < 64 && value >> bits != 0))
        {
            throw new AbiFormatException($"The word at byte {at} does not fit a uint{bits}.");
        }

        return value;
    }

    public BigInteger UInt256() => new(Word(), isUnsigned: true, isBigEndian: true);

    public bool Bool() => UInt(8) switch
    {
        0 => false,
        1 => true,
        var other => throw new AbiFormatException($"The word at byte {_at - WordLength} is {other}, which is no bool."),
    };

    public Address Address()
    {
        var at = _at;
        var word = Word();
        return word[..12].ContainsAnyExcept((byte)0)
            ? throw new AbiFormatException($"The word at byte {at} does not fit an address.")
            : Ethereum.Address.FromBytes(word[12..]);
    }

    public Hash256 Bytes32() => Hash256.FromBytes(Word());

    /// <summary><c>bytesN</c>.</summary>
    /// <param name="n">1 to 32.</param>
    public byte[] FixedBytes(int n)
    {
        if (n is < 1 or > WordLength)
        {
            throw new ArgumentOutOfRangeException(nameof(n), n, "A bytesN has 1 to 32 bytes.");
        }

        var at = _at;
        var word = Word();
        return word[n..].ContainsAnyExcept((byte)0)
            ? throw new AbiFormatException($"The word at byte {at} does not fit a bytes{n}.")
            : word[..n].ToArray();
    }

    public byte[] Bytes() => DynamicBytes().ToArray();

    /// <summary>A <c>string</c>, which must be valid UTF-8.</summary>
    public string String()
    {
        var at = _at;
        var bytes = DynamicBytes();
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new AbiFormatException($"The string whose offset is at byte {at} is not valid UTF-8.");
        }
    }

    /// <summary>A tuple without dynamic values, which lies in the head of this one; also a fixed array <c>T[k]</c> of static T.</summary>
    /// <param name="words">Its length in words of 32 bytes.</param>
    public AbiReader StaticTuple(int words)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(words);
        if (words > (_data.Length - _at) / WordLength)
        {
            throw Short(_at, (long)words * WordLength);
        }

        var tuple = new AbiReader(_data.Slice(_at, words * WordLength));
        _at += words * WordLength;
        return tuple;
    }

    /// <summary>A tuple with dynamic values. Its end is not known here: reading past this tuple is refused, reading into the next one is not.</summary>
    public AbiReader DynamicTuple()
    {
        var start = TailStart(WordLength);
        _nextTail = start + WordLength;
        return new AbiReader(_data[start..TailEnd(start)]);
    }

    /// <summary><c>T[]</c>: gives a reader for the items in order.</summary>
    /// <param name="length">The number of items: at most the words that are there, since each item takes at least one.</param>
    public AbiReader Array(out int length)
    {
        var start = TailStart(WordLength);
        var body = _data[(start + WordLength)..TailEnd(start)];
        var count = LengthAt(start);
        if (count > body.Length / WordLength)
        {
            throw new AbiFormatException($"The array at byte {start} claims {count} items where {body.Length} bytes are left.");
        }

        length = (int)count;
        _nextTail = start + WordLength + (length * WordLength);
        return new AbiReader(body) { _nextTail = length * WordLength, _offsetsEnd = length * WordLength };
    }

    private ReadOnlySpan<byte> DynamicBytes()
    {
        var start = TailStart(WordLength);
        var room = _data.Length - start - WordLength;
        var length = LengthAt(start);
        var padded = (length + WordLength - 1) / WordLength * WordLength;
        if (length > room || padded > room)
        {
            throw new AbiFormatException($"The bytes at byte {start} claim a length of {length} where {room} bytes are left.");
        }

        var content = _data.Slice(start + WordLength, (int)padded);
        if (content[(int)length..].ContainsAnyExcept((byte)0))
        {
            throw new AbiFormatException($"The padding of the bytes at byte {start} is not zero.");
        }

        _nextTail = start + WordLength + (int)padded;
        return content[..(int)length];
    }

    // An offset must lie behind the word that holds it and behind the tail that was read before it.
    private int TailStart(int leastLength)
    {
        var at = _at;
        var word = Word();
        var offset = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
        var least = Math.Max(_at, _nextTail);
        if (word[..24].ContainsAnyExcept((byte)0) || offset < (ulong)least || offset > (ulong)Math.Max(0, _data.Length - leastLength))
        {
            throw new AbiFormatException($"The offset at byte {at} points outside the {_data.Length - least} bytes that are left.");
        }

        return (int)offset;
    }

    // Among the items of an array the next offset is known to be that of the next item, so an item ends there. Elsewhere the next word may
    // be anything, and the end of the data has to do. A next offset that makes no sense is refused when it is read.
    private readonly int TailEnd(int start)
    {
        if (_at >= _offsetsEnd)
        {
            return _data.Length;
        }

        var next = BinaryPrimitives.ReadUInt64BigEndian(_data[(_at + 24)..]);
        return next >= (ulong)start + WordLength && next <= (ulong)_data.Length ? (int)next : _data.Length;
    }

    private readonly long LengthAt(int start)
    {
        var word = _data.Slice(start, WordLength);
        var length = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
        return word[..24].ContainsAnyExcept((byte)0) || length > int.MaxValue
            ? throw new AbiFormatException($"The length at byte {start} is above 2^31 - 1.")
            : (long)length;
    }

    private ReadOnlySpan<byte> Word()
    {
        if (_data.Length - _at < WordLength)
        {
            throw Short(_at, WordLength);
        }

        var word = _data.Slice(_at, WordLength);
        _at += WordLength;
        return word;
    }

    private readonly AbiFormatException Short(int at, long wanted) =>
        new($"{wanted} bytes are wanted at byte {at} where {_data.Length - at} are left.");
}
