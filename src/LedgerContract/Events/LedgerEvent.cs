using System.Buffers.Binary;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>An event of the ledger. Each operation that succeeds emits exactly one; a refused one in a batch emits <see cref="OperationRefused"/>.</summary>
public abstract partial record LedgerEvent
{
    private const int MaxIndexed = 3;
    private const int WordLength = 32;

    public abstract EventKind EventKind { get; }

    /// <summary>Null when the first topic is none of the ledger's.</summary>
    /// <exception cref="AbiFormatException">The topic is the ledger's but the data is not what the event holds.</exception>
    public static LedgerEvent? Decode(IReadOnlyList<Hash256> topics, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(topics);
        if (topics.Count is 0 or > MaxIndexed + 1)
        {
            return null;
        }

        Span<byte> first = stackalloc byte[WordLength];
        topics[0].CopyTo(first);
        Span<byte> indexed = stackalloc byte[MaxIndexed * WordLength];
        for (var i = 1; i < topics.Count; i++)
        {
            topics[i].CopyTo(indexed[((i - 1) * WordLength)..]);
        }

        var values = indexed[..((topics.Count - 1) * WordLength)];
        return Read(BinaryPrimitives.ReadUInt64BigEndian(first), topics[0], new AbiReader(values), new AbiReader(data));
    }

    /// <inheritdoc cref="Decode(IReadOnlyList{Hash256}, ReadOnlySpan{byte})"/>
    public static LedgerEvent? Decode(Log log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return Decode(log.Topics, log.Data);
    }
}
