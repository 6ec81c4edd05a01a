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
        var (position, uncheckedBanks) = await _retries.ExecuteAsync(async token => await Open(ledger, token), stoppingToken);
        IndexerLog.Started(logger, options.LedgerId, options.LedgerAddress, ledger.ChainId, position.Number);
        progress.Committed(position.Number);

        Task<ChainRange?>? ahead = null;
        try
        {
            while (true)
            {
                stoppingToken.ThrowIfCancellationRequested();
                var range = await (ahead ?? Read(position, uncheckedBanks, stoppingToken));
                ahead = null;
                if (range is null)
                {
                    progress.CaughtUp();
                    await Task.Delay(TimeSpan.FromMilliseconds(options.PollIntervalMilliseconds), clock, stoppingToken);
                    continue;
                }

                // While it catches up, node and database work at the same time.
                uncheckedBanks = range.BanksLeft;
                ahead = range.ReachesHead ? null : Read(range.End, uncheckedBanks, stoppingToken);
                await Commit(ledger, range, stoppingToken);
                position = range.End;
            }
        }
        finally
        {
            await (ahead ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ChainRange?> Read(BlockMark after, IReadOnlySet<int> uncheckedBanks, CancellationToken cancellationToken) =>
        await _retries.ExecuteAsync(async token => await chain.Next(after, uncheckedBanks, token), cancellationToken);

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
                await Task.Delay(ReadingPause(attempt), clock, cancellationToken);
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

    /// <summary>Waits for the writer lock, checks that the stored rows are of this ledger and sound, and says where indexing goes on.</summary>
    private async Task<Position> Open(LedgerIdentity ledger, CancellationToken cancellationToken)
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
            return new Position(ledger.BeforeDeployment, new HashSet<int>());
        }

        await _store.RequireSoundTotals(cancellationToken);
        return new Position(checkpoint, await CheckBanks(_store, checkpoint, cancellationToken));
    }

    /// <summary>
    /// Compares the totals of all banks at the checkpoint with the contract's. Gives those that could not be compared, because the node no longer
    /// has that state, or because the block was replaced, which the next reading says.
    /// </summary>
    private async Task<IReadOnlySet<int>> CheckBanks(LedgerStore store, BlockMark checkpoint, CancellationToken cancellationToken)
    {
        var banks = await store.Banks(cancellationToken);
        for (var attempt = 1; banks.Count > 0; attempt++)
        {
            if (await chain.TotalsAt(checkpoint, banks, cancellationToken) is not { } answered)
            {
                break;
            }

            try
            {
                await store.RequireTotals(checkpoint, answered, cancellationToken);
                return new HashSet<int>();
            }
            catch (TotalsDifferException) when (attempt < MaxReadings)
            {
                await Task.Delay(ReadingPause(attempt), clock, cancellationToken);
            }
        }

        return banks;
    }

    private static TimeSpan ReadingPause(int attempt) => FirstReadingPause * ((1 << attempt) - 2);

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

    /// <summary>Where indexing goes on, and the banks whose totals are still to be compared.</summary>
    private readonly record struct Position(BlockMark Checkpoint, IReadOnlySet<int> UncheckedBanks);
}
