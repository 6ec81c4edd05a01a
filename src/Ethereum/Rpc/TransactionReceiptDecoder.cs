using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>Decodes a receipt of <c>eth_getTransactionReceipt</c>; null where the transaction is not mined.</summary>
internal static class TransactionReceiptDecoder
{
    private const string What = "receipt";
    private const uint TransactionHash = 1;
    private const uint BlockNumber = 2;
    private const uint BlockHash = 4;
    private const uint Status = 8;
    private const uint GasUsed = 16;
    private const uint Logs = 32;
    private const uint Required = 63;
    private const uint ContractAddress = 64;

    public static TransactionReceipt? Decode(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        ValueDecoder.RequireObject(ref reader, What);
        var seen = 0U;
        ulong blockNumber = 0, gasUsed = 0;
        Hash256 hash = default, blockHash = default;
        var succeeded = false;
        Address? contract = null;
        Log[] logs = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(reader.ValueSpan);
            ValueDecoder.Once(ref seen, member, What);
            reader.Read();
            switch (member)
            {
                case TransactionHash:
                    hash = ValueDecoder.Hash(ref reader);
                    break;
                case BlockNumber:
                    blockNumber = ValueDecoder.UInt64(ref reader);
                    break;
                case BlockHash:
                    blockHash = ValueDecoder.Hash(ref reader);
                    break;
                case Status:
                    succeeded = ReadStatus(ref reader);
                    break;
                case GasUsed:
                    gasUsed = ValueDecoder.UInt64(ref reader);
                    break;
                case Logs:
                    logs = LogDecoder.DecodeAll(ref reader);
                    break;
                case ContractAddress:
                    contract = reader.TokenType == JsonTokenType.Null ? null : ValueDecoder.Address(ref reader);
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        ValueDecoder.RequireAll(seen, Required, What);
        return Array.TrueForAll(logs, log => log.TransactionHash == hash && log.BlockHash == blockHash && log.BlockNumber == blockNumber)
            ? new TransactionReceipt(hash, blockNumber, blockHash, succeeded, gasUsed, contract, logs)
            : throw new NodeResponseException($"The receipt of {hash} holds a log of another transaction.");
    }

    private static bool ReadStatus(ref Utf8JsonReader reader) => ValueDecoder.UInt64(ref reader) switch
    {
        0 => false,
        1 => true,
        _ => throw ValueDecoder.Malformed("receipt's status"),
    };

    private static uint MemberOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("transactionHash"u8) ? TransactionHash
        : name.SequenceEqual("blockNumber"u8) ? BlockNumber
        : name.SequenceEqual("blockHash"u8) ? BlockHash
        : name.SequenceEqual("status"u8) ? Status
        : name.SequenceEqual("gasUsed"u8) ? GasUsed
        : name.SequenceEqual("logs"u8) ? Logs
        : name.SequenceEqual("contractAddress"u8) ? ContractAddress
        : 0;
}
