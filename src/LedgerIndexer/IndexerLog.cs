using Microsoft.Extensions.Logging;

namespace FinanceChain.LedgerIndexer;

/// <summary>Every line that the indexer writes. Event ids 3000 to 3099.</summary>
internal static partial class IndexerLog
{
    [LoggerMessage(3000, LogLevel.Information, "Ledger {LedgerId} ({Address} on chain {ChainId}): indexing goes on after block {Block}.")]
    public static partial void Started(ILogger logger, short ledgerId, string address, ulong chainId, long block);

    [LoggerMessage(3001, LogLevel.Information, "Blocks {From} to {To}: {Events} events in {Milliseconds} ms; totals agree with the ledger.")]
    public static partial void RangeMatched(ILogger logger, long from, long to, int events, long milliseconds);

    [LoggerMessage(3002, LogLevel.Warning, "Blocks {From} to {To}: {Events} events in {Milliseconds} ms; the node no longer has the state of block {To}, so the totals will be compared at a later block.")]
    public static partial void RangeUnchecked(ILogger logger, long from, long to, int events, long milliseconds);

    [LoggerMessage(3003, LogLevel.Information, "Another indexer writes ledger {LedgerId}; this one waits for it to end.")]
    public static partial void WaitingForLock(ILogger logger, short ledgerId);

    [LoggerMessage(3005, LogLevel.Information, "The node refused the logs of {Blocks} blocks at once ({Reason}); asking for fewer.")]
    public static partial void RangeHalved(ILogger logger, long blocks, string reason);

    [LoggerMessage(3006, LogLevel.Warning, "Attempt {Attempt} failed, trying again in {Milliseconds} ms: {Reason}")]
    public static partial void Retrying(ILogger logger, int attempt, long milliseconds, string reason);

    [LoggerMessage(3010, LogLevel.Debug, "The node's answers for blocks {From} to {To} do not fit each other; reading them again ({Attempt}).")]
    public static partial void ReadingAgain(ILogger logger, long from, long to, int attempt);

    [LoggerMessage(3015, LogLevel.Warning, "The database is at block {Block} and was at {Committed}: what it lacks is indexed again.")]
    public static partial void FellBack(ILogger logger, long block, long committed);

    [LoggerMessage(3007, LogLevel.Critical, "The indexer stops ({Exit}): {Reason}")]
    public static partial void Stopped(ILogger logger, IndexerExit exit, string reason);

    [LoggerMessage(3008, LogLevel.Information, "The indexer ended after block {Block}.")]
    public static partial void Ended(ILogger logger, long block);

    [LoggerMessage(3009, LogLevel.Information, "Migration: {Line}")]
    public static partial void Migrated(ILogger logger, string line);

    [LoggerMessage(3011, LogLevel.Warning, "The node at {Node} is set aside: {Reason}")]
    public static partial void SetAside(ILogger logger, string node, string reason);

    [LoggerMessage(3012, LogLevel.Information, "The chain went back to block {Ancestor} and replaced {Blocks} blocks that were not final yet.")]
    public static partial void Reorganised(ILogger logger, long ancestor, int blocks);

    [LoggerMessage(3013, LogLevel.Information, "The node at {Node} tells new heads.")]
    public static partial void HeadsHeard(ILogger logger, string node);

    [LoggerMessage(3015, LogLevel.Information, "Ledger {LedgerId} was projected anew up to block {Block}, and the new rows have taken over.")]
    public static partial void TakenOver(ILogger logger, short ledgerId, long block);

    [LoggerMessage(3014, LogLevel.Information, "The node at {Node} no longer tells new heads ({Reason}); the chain is looked at in intervals.")]
    public static partial void HeadsLost(ILogger logger, string node, string reason);
}
