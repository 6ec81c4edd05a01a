using System.Numerics;

namespace FinanceChain.Ethereum;

/// <summary>What is asked of a block.</summary>
/// <param name="Timestamp">Seconds since 1970-01-01 UTC.</param>
/// <param name="BaseFeePerGas">Wei per gas; null on a chain without EIP-1559.</param>
public sealed record BlockHeader(ulong Number, Hash256 Hash, Hash256 ParentHash, ulong Timestamp, BigInteger? BaseFeePerGas, ulong GasLimit)
{
    /// <summary>Where the events of the block are looked up; null from a node that does not send it.</summary>
    public LogsBloom? LogsBloom { get; init; }
}
