using System.Threading.Channels;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Store;
using Microsoft.Extensions.Logging;
using Polly;

namespace FinanceChain.LedgerIndexer;

/// <summary>
/// Reads final ranges, and what the contract says of them, while those before are committed. Between the two halves stands a channel of one, so what is
/// read ahead stays bounded.
/// </summary>
internal sealed class RangesAhead : IAsyncDisposable
{
    private readonly Channel<ChainRange> _ranges = Channel.CreateBounded<ChainRange>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop;
    private readonly Task _reading;

    private RangesAhead(Func<ChannelWriter<ChainRange>, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading = read(_ranges.Writer, _stop.Token);
    }

    /// <summary>Whether there is a range within <paramref name="limit"/>. What reading failed by is thrown when all that was read before is taken.</summary>
    public async Task<bool> Wait(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(limit);
        try
        {
            return await _ranges.Reader.WaitToReadAsync(waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && waiting.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The range that was waited for, and the one behind it where it is at hand.</summary>
    public async Task<(ChainRange Range, ChainRange? Next)> Take(CancellationToken cancellationToken)
    {
        var range = await _ranges.Reader.ReadAsync(cancellationToken);
        return (range, _ranges.Reader.TryPeek(out var next) ? next : null);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    /// <summary>Begins to read, from any position of the ledger.</summary>
    internal sealed class Source(
        LedgerIndexerOptions options, Follower follower, LedgerView view, IndexerProgress progress, IndexerMetrics metrics, TimeProvider clock,
        ILogger<RangesAhead> logger)
    {
        private readonly ResiliencePipeline _retries = TransientFaults.Pipeline(options, logger, clock);

        public RangesAhead From(Position position, CancellationToken cancellationToken) =>
            new((ranges, token) => ReadInto(ranges, position, token), cancellationToken);

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
    }
}
