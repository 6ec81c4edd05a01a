using System.Diagnostics;
using System.Threading.Channels;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Store;
using Microsoft.Extensions.Logging;
using Polly;

namespace FinanceChain.LedgerIndexer;

/// <summary>
/// Two halves that work at the same time: one reads final ranges and what the contract says of them, the other commits them. Between them stands a
/// channel of one, so what is read ahead stays bounded. Ends only by exceptions.
/// </summary>
internal sealed class LedgerFollowing(
    LedgerIndexerOptions options,
    NodeSet nodes,
    Follower follower,
    LedgerView view,
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
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ranges = Channel.CreateBounded<ChainRange>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        var reading = ReadInto(ranges.Writer, position, both.Token);
        try
        {
            while (await ranges.Reader.WaitToReadAsync(cancellationToken))
            {
                while (ranges.Reader.TryRead(out var range))
                {
                    await Commit(ledger, range, ranges.Reader.TryPeek(out var next) ? next : null, cancellationToken);
                }
            }
        }
        finally
        {
            await both.CancelAsync();
            await reading;
        }
    }

    /// <summary>Never fails itself: its fault ends the channel, and with it the other half, after what was read before the fault is committed.</summary>
    private async Task ReadInto(ChannelWriter<ChainRange> ranges, Position position, CancellationToken cancellationToken)
    {
        try
        {
            var uncheckedBanks = position.UncheckedBanks;
            await foreach (var signal in follower.Follow(position.Checkpoint, cancellationToken))
            {
                switch (signal)
                {
                    case ChainSignal.Block seen:
                        progress.Saw(seen.Head, seen.Final);
                        break;
                    case ChainSignal.Reorg reorg:
                        metrics.Reorganised();
                        IndexerLog.Reorganised(logger, reorg.Ancestor, reorg.Blocks);
                        break;
                    case ChainSignal.Finalize final:
                        var banks = uncheckedBanks;
                        var range = await _retries.ExecuteAsync(async token => await view.Complete(final.Range, banks, token), cancellationToken);
                        uncheckedBanks = range.BanksLeft;
                        await ranges.WriteAsync(range, cancellationToken);
                        break;
                }
            }
        }
        catch (Exception fault)
        {
            ranges.Complete(fault);
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
