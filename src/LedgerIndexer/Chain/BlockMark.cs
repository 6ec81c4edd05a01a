using FinanceChain.Ethereum;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>A block that the index stands on. <paramref name="Number"/> is the block before the deployment (-1 at the least) before the first range.</summary>
/// <param name="Time">The block's timestamp, UTC.</param>
public sealed record BlockMark(long Number, Hash256 Hash, DateTime Time);
