using System.Numerics;
using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>Decodes a block of <c>eth_getBlockByNumber</c>; null where the node has none.</summary>
internal static class BlockHeaderDecoder
{
    private const string What = "block";
    private const uint Number = 1;
    private const uint Hash = 2;
    private const uint ParentHash = 4;
    private const uint Timestamp = 8;
    private const uint GasLimit = 16;
    private const uint Required = 31;
    private const uint BaseFeePerGas = 32;
    private const uint Bloom = 64;

    public static BlockHeader? Decode(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        ValueDecoder.RequireObject(ref reader, What);
        var seen = 0U;
        ulong number = 0, timestamp = 0, gasLimit = 0;
        Hash256 hash = default, parentHash = default;
        BigInteger? baseFeePerGas = null;
        LogsBloom? bloom = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(reader.ValueSpan);
            ValueDecoder.Once(ref seen, member, What);
            reader.Read();
            switch (member)
            {
                case Number:
                    number = ValueDecoder.UInt64(ref reader);
                    break;
                case Hash:
                    hash = ValueDecoder.Hash(ref reader);
                    break;
                case ParentHash:
                    parentHash = ValueDecoder.Hash(ref reader);
                    break;
                case Timestamp:
                    timestamp = ValueDecoder.UInt64(ref reader);
                    break;
                case GasLimit:
                    gasLimit = ValueDecoder.UInt64(ref reader);
                    break;
                case BaseFeePerGas:
                    baseFeePerGas = reader.TokenType == JsonTokenType.Null ? null : ValueDecoder.UInt256(ref reader);
                    break;
                case Bloom:
                    bloom = reader.TokenType == JsonTokenType.Null ? null : ReadBloom(ref reader);
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        ValueDecoder.RequireAll(seen, Required, What);
        return new BlockHeader(number, hash, parentHash, timestamp, baseFeePerGas, gasLimit) { LogsBloom = bloom };
    }

    private static LogsBloom ReadBloom(ref Utf8JsonReader reader)
    {
        var bits = ValueDecoder.Bytes(ref reader);
        return bits.Length == LogsBloom.Length ? LogsBloom.FromBytes(bits) : throw ValueDecoder.Malformed("block's filter");
    }

    private static uint MemberOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("number"u8) ? Number
        : name.SequenceEqual("hash"u8) ? Hash
        : name.SequenceEqual("parentHash"u8) ? ParentHash
        : name.SequenceEqual("timestamp"u8) ? Timestamp
        : name.SequenceEqual("gasLimit"u8) ? GasLimit
        : name.SequenceEqual("baseFeePerGas"u8) ? BaseFeePerGas
        : name.SequenceEqual("logsBloom"u8) ? Bloom
        : 0;
}
