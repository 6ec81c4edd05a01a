using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>What the generated code shares: values of the ledger read from words, with a typed error where one is out of range.</summary>
internal static class LedgerAbi
{
    private const int WordLength = 32;

    /// <summary>Reads the next item of an array.</summary>
    public delegate T ItemReader<T>(ref AbiReader items);

    public static byte[] SelectorBytes(uint selector)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, selector);
        return bytes;
    }

    public static Fen Fen(ulong value) =>
        LedgerContract.Fen.TryCreate(value, out var amount) ? amount : throw new AbiFormatException($"{value} fen is above the limit of one amount.");

    public static RegionCode Region(ulong value) => value is >= RegionCode.MinValue and <= RegionCode.MaxValue
        ? new RegionCode((uint)value)
        : throw new AbiFormatException($"{value} is no region code.");

    public static byte Member(ulong value, int members) =>
        value < (ulong)members ? (byte)value : throw new AbiFormatException($"{value} is no member of an enum of {members}.");

    public static ulong UInt64(BigInteger value) =>
        value <= ulong.MaxValue ? (ulong)value : throw new AbiFormatException($"{value} is wider than 64 bits.");

    /// <summary>A number for JSON: a string where it is wider than 64 bits.</summary>
    public static object Number(BigInteger value) =>
        value <= ulong.MaxValue ? (ulong)value : value.ToString(CultureInfo.InvariantCulture);

    public static bool IsZeroWord(ReadOnlySpan<byte> data, int index) =>
        data.Length >= (index + 1) * WordLength && data.Slice(index * WordLength, WordLength).IndexOfAnyExcept((byte)0) < 0;

    /// <summary>EIP-712: an array is hashed over its members' hashes.</summary>
    public static Hash256 HashArray<T>(ValueList<T> items)
        where T : ILedgerStruct => HashArray(items, static item => new AbiWriter().Bytes32(item.StructHash()));

    /// <summary>EIP-712: an array of values is hashed over their words.</summary>
    public static Hash256 HashArray<T>(ValueList<T> items, Func<T, AbiWriter> toWord)
    {
        var words = new byte[items.Count * WordLength];
        for (var i = 0; i < items.Count; i++)
        {
            toWord(items[i]).ToArray().CopyTo(words, i * WordLength);
        }

        return Keccak256.Hash(words);
    }

    public static void WriteMessages<T>(Utf8JsonWriter writer, ValueList<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }

    public static AbiWriter BytesArray(this AbiWriter writer, IReadOnlyList<ByteString> items) =>
        writer.BytesArray([.. items.Select(item => item.Memory)]);

    public static ValueList<ByteString> ReadBytesArray(ref AbiReader reader) =>
        ReadArray(ref reader, static (ref AbiReader items) => ByteString.Wrap(items.Bytes()));

    public static ValueList<T> ReadArray<T>(ref AbiReader reader, ItemReader<T> readItem)
    {
        var items = reader.Array(out var length);
        var read = new T[length];
        for (var i = 0; i < length; i++)
        {
            read[i] = readItem(ref items);
        }

        return ValueList.Wrap(read);
    }
}
