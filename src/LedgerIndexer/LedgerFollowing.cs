using System.Diagnostics;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Store;
using Microsoft.Extensions.Logging;
using Polly;

namespace FinanceChain.LedgerIndexer;

/// <summary>Commits what becomes final of one ledger, for ever. Ends only by exceptions.</summary>
internal sealed class LedgerFollowing(
    LedgerIndexerOptions options,
    NodeSet nodes,
    LedgerView view,
    RangesAhead.Source ahead,
    LedgerWriter writer,
    IndexerProgress progress,
    IndexerMetrics metrics,
    TimeProvider clock,
    ILogger<LedgerFollowing> logger)
{
    private readonly ResiliencePipeline _retries = TransientFaults.Pipeline(options, logger, clock);

    public async Task Run(CancellationToken cancellationToken)
    {
        var ledger = await _retries.ExecuteAsync(async token => await view.Identify(token), cancellationToken);
        nodes.Expect(ledger);
        while (true)
        {
            try
            {
                await FollowFromCheckpoint(ledger, cancellationToken);
            }
            catch (CheckpointFellBackException fall)
            {
                IndexerLog.FellBack(logger, fall.Block, fall.Committed);
            }
        }
    }

    private async Task FollowFromCheckpoint(LedgerIdentity ledger, CancellationToken cancellationToken)
    {
        var position = await writer.Open(ledger, cancellationToken);
        IndexerLog.Started(logger, options.LedgerId, options.LedgerAddress, ledger.ChainId, position.Checkpoint.Number);
        progress.Committed(position.Checkpoint.Number);
        await using var ranges = ahead.From(position, cancellationToken);
        while (await ranges.Wait(Timeout.InfiniteTimeSpan, cancellationToken))
        {
            var (range, next) = await ranges.Take(cancellationToken);
            await Commit(ledger, range, next, cancellationToken);
        }
    }

    private async Task Commit(LedgerIdentity ledger, ChainRange range, ChainRange? next, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        range = await writer.Commit(ledger, range, next, cancellationToken);
        progress.Committed(range.End.Number);
        var elapsed = Stopwatch.GetElapsedTime(started);
        metrics.Committed(range.Events.Count, elapsed);
        var milliseconds = (long)elapsed.TotalMilliseconds;
        if (range.Totals is null)
        {
            IndexerLog.RangeUnchecked(logger, range.Before.Number + 1, range.End.Number, range.Events.Count, milliseconds);
        }
        else
        {
            IndexerLog.RangeMatched(logger, range.Before.Number + 1, range.End.Number, range.Events.Count, milliseconds);
        }
    }
}
