using FinanceChain.Ethereum;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>The logs of one contract in the final blocks after <paramref name="Before"/> up to <paramref name="End"/>, whole, in the chain's order.</summary>
/// <param name="Times">Of the blocks, in seconds since 1970.</param>
internal sealed record LogRange(BlockMark Before, BlockMark End, IReadOnlyList<Log> Logs, IReadOnlyDictionary<ulong, ulong> Times)
{
    /// <summary>UTC.</summary>
    public DateTime TimeOf(Log log) => UnixTime.Of(Times[log.BlockNumber]);
}

internal static class UnixTime
{
    /// <exception cref="NodeResponseException">Further away than any calendar goes.</exception>
    public static DateTime Of(ulong seconds) => seconds <= 253_402_300_799
        ? DateTime.UnixEpoch.AddSeconds(seconds)
        : throw new NodeResponseException($"The node gave a block the time {seconds}, which no calendar has.");
}
