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

    /// <param name="reader">Stands on the log, whose end it holds.</param>
    public static Log Decode(ref Utf8JsonReader reader)
    {
        ValueDecoder.RequireObject(ref reader, What);
        var fields = default(Fields);
        var seen = 0U;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(reader.ValueSpan);
            ValueDecoder.Once(ref seen, member, What);
            reader.Read();
            fields.Take(member, ref reader);
        }

        ValueDecoder.RequireAll(seen, Required, What);
        return fields.ToLog();
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
            logs.Add(Decode(ref reader));
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

    private static Hash256[] ReadTopics(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw ValueDecoder.Malformed("list of topics");
        }

        Span<Hash256> topics = stackalloc Hash256[MaxTopics];
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == MaxTopics)
            {
                throw ValueDecoder.Malformed("list of topics");
            }

            topics[count++] = ValueDecoder.Hash(ref reader);
        }

        return topics[..count].ToArray();
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

        public void Take(uint member, ref Utf8JsonReader reader)
        {
            switch (member)
            {
                case LogDecoder.Address:
                    _address = ValueDecoder.Address(ref reader);
                    break;
                case Topics:
                    _topics = ReadTopics(ref reader);
                    break;
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
                    reader.SkipValue();
                    break;
            }
        }

        public readonly Log ToLog() => new(
            _address, _topics, _data, _blockNumber, _blockHash, _blockTimestamp, _transactionHash, _transactionIndex, _logIndex, _removed);
    }
}
