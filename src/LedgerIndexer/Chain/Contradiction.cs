namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>The chain no longer contains what is indexed as final.</summary>
internal static class Contradiction
{
    public static IndexerStoppedException Reorganised(long block, string reason) => new(
        IndexerExit.ReorganisedPastFinality,
        $"Block {block} was indexed as final and the chain replaced it: {reason}. "
        + "Find out why before anything else; then start once with LedgerIndexer:Rebuild=true.");
}
