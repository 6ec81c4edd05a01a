using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>Decodes one log of a mined block. Every member but <c>removed</c> and <c>blockTimestamp</c> must be there.</summary>
internal static class LogDecoder
{
    private const string What = "log";
    private const int MaxTopics = 4;
    private const uint Address = 1;
    private const uint Topics = 2;
    private const uint Data = 4;
    private const uint BlockNumber = 8;
    private const uint BlockHash = 16;
    private const uint TransactionHash = 32;
    private const uint TransactionIndex = 64;
    private const uint LogIndex = 128;
    private const uint Required = 255;
    private const uint BlockTimestamp = 256;
    private const uint Removed = 512;

    /// <summary>In one pass over the bytes that are there; false when the log's end is not among them.</summary>
    /// <param name="reader">Stands on the log.</param>
    public static bool TryDecode(ref Utf8JsonReader reader, [NotNullWhen(true)] out Log? log)
    {
        ValueDecoder.RequireObject(ref reader, What);
        log = null;
        var fields = default(Fields);
        var seen = 0U;
        while (true)
        {
            if (!reader.Read())
            {
                return false;
            }

            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                break;
            }

            var member = MemberOf(reader.ValueSpan);
            ValueDecoder.Once(ref seen, member, What);
            if (!reader.Read() || !fields.TryTake(member, ref reader))
            {
                return false;
            }
        }

        ValueDecoder.RequireAll(seen, Required, What);
        log = fields.ToLog();
        return true;
    }

    public static Log[] DecodeAll(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw ValueDecoder.Malformed("list of logs");
        }

        var logs = new List<Log>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            logs.Add(TryDecode(ref reader, out var log) ? log : throw new JsonException("A log ends early."));
        }

        return [.. logs];
    }

    // Zero: a member that is not asked for. Each comparison looks at the length first, so this is a handful of instructions.
    private static uint MemberOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("address"u8) ? Address
        : name.SequenceEqual("topics"u8) ? Topics
        : name.SequenceEqual("data"u8) ? Data
        : name.SequenceEqual("blockNumber"u8) ? BlockNumber
        : name.SequenceEqual("blockHash"u8) ? BlockHash
        : name.SequenceEqual("transactionHash"u8) ? TransactionHash
        : name.SequenceEqual("transactionIndex"u8) ? TransactionIndex
        : name.SequenceEqual("logIndex"u8) ? LogIndex
        : name.SequenceEqual("blockTimestamp"u8) ? BlockTimestamp
        : name.SequenceEqual("removed"u8) ? Removed
        : 0;

    /// <summary>Null when the end of the list is not there.</summary>
    private static Hash256[]? TryReadTopics(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw ValueDecoder.Malformed("list of topics");
        }

        Span<Hash256> topics = stackalloc Hash256[MaxTopics];
        var count = 0;
        while (true)
        {
            if (!reader.Read())
            {
                return null;
            }

            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return topics[..count].ToArray();
            }

            if (count == MaxTopics)
            {
                throw ValueDecoder.Malformed("list of topics");
            }

            topics[count++] = ValueDecoder.Hash(ref reader);
        }
    }

    private struct Fields
    {
        private Ethereum.Address _address;
        private Hash256[] _topics;
        private byte[] _data;
        private ulong _blockNumber;
        private Hash256 _blockHash;
        private ulong? _blockTimestamp;
        private Hash256 _transactionHash;
        private ulong _transactionIndex;
        private ulong _logIndex;
        private bool _removed;

        /// <summary>False when the end of the value is not there.</summary>
        public bool TryTake(uint member, ref Utf8JsonReader reader)
        {
            switch (member)
            {
                case LogDecoder.Address:
                    _address = ValueDecoder.Address(ref reader);
                    break;
                case Topics:
                    _topics = TryReadTopics(ref reader)!;
                    return _topics is not null;
                case Data:
                    _data = ValueDecoder.Bytes(ref reader);
                    break;
                case BlockNumber:
                    _blockNumber = ValueDecoder.UInt64(ref reader);
                    break;
                case BlockHash:
                    _blockHash = ValueDecoder.Hash(ref reader);
                    break;
                case TransactionHash:
                    _transactionHash = ValueDecoder.Hash(ref reader);
                    break;
                case TransactionIndex:
                    _transactionIndex = ValueDecoder.UInt64(ref reader);
                    break;
                case LogIndex:
                    _logIndex = ValueDecoder.UInt64(ref reader);
                    break;
                case BlockTimestamp:
                    _blockTimestamp = reader.TokenType == JsonTokenType.Null ? null : ValueDecoder.UInt64(ref reader);
                    break;
                case Removed:
                    _removed = ValueDecoder.Bool(ref reader);
                    break;
                default:
                    return reader.TrySkip();
            }

            return true;
        }

        public readonly Log ToLog() => new(
            _address, _topics, _data, _blockNumber, _blockHash, _blockTimestamp, _transactionHash, _transactionIndex, _logIndex, _removed);
    }
}
