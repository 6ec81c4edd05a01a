namespace FinanceChain.Ethereum;

/// <summary>An event of a contract in a mined block.</summary>
/// <param name="Topics">Up to four; the first names the event.</param>
/// <param name="BlockTimestamp">Seconds since 1970-01-01 UTC, from nodes that send it along.</param>
/// <param name="LogIndex">The place among all logs of the block.</param>
/// <param name="Removed">True when a reorganisation took the block away.</param>
public sealed record Log(
    Address Address,
    IReadOnlyList<Hash256> Topics,
    byte[] Data,
    ulong BlockNumber,
    Hash256 BlockHash,
    ulong? BlockTimestamp,
    Hash256 TransactionHash,
    ulong TransactionIndex,
    ulong LogIndex,
    bool Removed);
