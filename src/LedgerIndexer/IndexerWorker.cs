using System.Diagnostics;
using FinanceChain.Ethereum;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;

namespace FinanceChain.LedgerIndexer;

/// <summary>The loop: read the next final range, commit it, while the range after it is already being read. Ends loudly on whatever must not be indexed.</summary>
internal sealed class IndexerWorker(
    LedgerIndexerOptions options,
    ChainReader chain,
    NpgsqlDataSource database,
    IndexerProgress progress,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<IndexerWorker> logger) : BackgroundService
{
    /// <summary>Readings of a range before a difference in its totals is believed; the pauses between them add up to about a second.</summary>
    private const int MaxReadings = 7;

    private static readonly TimeSpan FirstReadingPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LockPause = TimeSpan.FromSeconds(1);

    private readonly ResiliencePipeline _retries = TransientFaults.Pipeline(options, logger, clock);
    private LedgerStore? _store;
    private bool _rebuild = options.Rebuild;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Whatever is not named here is a fault of this program: the host logs it and ends the process.
        try
        {
            await Follow(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            progress.Ended();
            IndexerLog.Ended(logger, progress.Block);
        }
        catch (IndexerStoppedException stopped)
        {
            Stop(stopped.Exit, stopped.Message);
        }
        catch (EthereumException fault)
        {
            Stop(IndexerExit.DependencyFailed, fault.Message);
        }
        catch (NodeBehindException fault)
        {
            Stop(IndexerExit.DependencyFailed, fault.Message);
        }
        catch (NpgsqlException fault)
        {
            Stop(IndexerExit.DependencyFailed, fault.Message);
        }
        finally
        {
            await CloseStore();
        }
    }

    private async Task Follow(CancellationToken stoppingToken)
    {
        await _retries.ExecuteAsync(
            async token => await Migrations.Apply(options.Postgres, logger, token), stoppingToken);
        var ledger = await _retries.ExecuteAsync(async token => await chain.Identify(token), stoppingToken);
        var position = await _retries.ExecuteAsync(async token => await Open(ledger, token), stoppingToken);
        IndexerLog.Started(logger, options.LedgerId, options.LedgerAddress, ledger.ChainId, position.Number);
        progress.Committed(position.Number);

        Task<ChainRange?>? ahead = null;
        try
        {
            while (true)
            {
                stoppingToken.ThrowIfCancellationRequested();
                var range = await (ahead ?? Read(position, stoppingToken));
                ahead = null;
                if (range is null)
                {
                    progress.CaughtUp();
                    await Task.Delay(TimeSpan.FromMilliseconds(options.PollIntervalMilliseconds), clock, stoppingToken);
                    continue;
                }

                // While it catches up, node and database work at the same time.
                ahead = range.ReachesHead ? null : Read(range.End, stoppingToken);
                await Commit(ledger, range, stoppingToken);
                position = range.End;
            }
        }
        finally
        {
            await (ahead ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ChainRange?> Read(BlockMark after, CancellationToken cancellationToken) =>
        await _retries.ExecuteAsync(async token => await chain.Next(after, token), cancellationToken);

    private async Task Commit(LedgerIdentity ledger, ChainRange range, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        range = await CommitConfirmed(ledger, range, cancellationToken);
        progress.Committed(range.End.Number);
        if (range.ReachesHead)
        {
            progress.CaughtUp();
        }

        var milliseconds = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (range.Totals is null)
        {
            IndexerLog.RangeUnchecked(logger, range.Before.Number + 1, range.End.Number, range.Events.Count, milliseconds);
        }
        else
        {
            IndexerLog.RangeMatched(logger, range.Before.Number + 1, range.End.Number, range.Events.Count, milliseconds);
        }
    }

    /// <summary>
    /// Commits a range whose totals agree. While a node mines, its answers for the newest block can be out of step: anvil runs eth_call on the
    /// state of the block that it is about to show. So a difference counts only when the node, asked again and again, sticks to it.
    /// </summary>
    private async Task<ChainRange> CommitConfirmed(LedgerIdentity ledger, ChainRange range, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CommitOnce(ledger, range, cancellationToken);
                return range;
            }
            catch (TotalsDifferException) when (attempt < MaxReadings)
            {
                IndexerLog.ReadingAgain(logger, range.Before.Number + 1, range.End.Number, attempt);
                await Task.Delay(FirstReadingPause * ((1 << attempt) - 2), clock, cancellationToken);
                var unconfirmed = range;
                range = await _retries.ExecuteAsync(async token => await chain.ReadAgain(unconfirmed, token), cancellationToken);
            }
        }
    }

    private async Task CommitOnce(LedgerIdentity ledger, ChainRange range, CancellationToken cancellationToken) => await _retries.ExecuteAsync(
        async token =>
        {
            try
            {
                // After a lost connection another process may have written: Commit compares the checkpoint.
                if (_store is null)
                {
                    await Open(ledger, token);
                }

                await _store!.Commit(range, token);
            }
            catch (NpgsqlException)
            {
                await CloseStore();
                throw;
            }
        },
        cancellationToken);

    /// <summary>Waits for the writer lock, checks that the stored rows are of this ledger and sound, and gives the checkpoint.</summary>
    private async Task<BlockMark> Open(LedgerIdentity ledger, CancellationToken cancellationToken)
    {
        await CloseStore();
        for (var waits = 0; _store is null; waits++)
        {
            if (waits > 0)
            {
                if (waits == 1)
                {
                    IndexerLog.WaitingForLock(logger, options.LedgerId);
                }

                await Task.Delay(LockPause, clock, cancellationToken);
            }

            _store = await LedgerStore.TryOpen(database, options.LedgerId, cancellationToken);
        }

        var checkpoint = await _store.Adopt(ledger, options.Name, cancellationToken);
        if (_rebuild)
        {
            await _store.Clear(ledger, cancellationToken);
            _rebuild = false;
            return ledger.BeforeDeployment;
        }

        await _store.RequireSoundTotals(cancellationToken);
        return checkpoint;
    }

    private async Task CloseStore()
    {
        if (_store is { } store)
        {
            _store = null;
            await store.DisposeAsync();
        }
    }

    private void Stop(IndexerExit exit, string reason)
    {
        progress.StoppedBy(exit, reason);
        IndexerLog.Stopped(logger, exit, reason);
        lifetime.StopApplication();
    }
}
