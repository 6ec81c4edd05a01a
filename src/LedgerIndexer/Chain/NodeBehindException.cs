namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>The node's head is below the last indexed block: it lags, or it lost its tail. Worth waiting for, not for ever.</summary>
internal sealed class NodeBehindException(long head, long indexed)
    : Exception($"The node's head is {head} but block {indexed} is indexed: the node lags, or the chain lost blocks that were final.");
