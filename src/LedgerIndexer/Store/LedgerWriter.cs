using FinanceChain.LedgerIndexer.Chain;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Commits ranges of one ledger, over lost connections and answers of nodes that do not fit each other.</summary>
internal sealed class LedgerWriter(
    LedgerIndexerOptions options, LedgerView view, NpgsqlDataSource database, TimeProvider clock, ILogger<LedgerWriter> logger) : IAsyncDisposable
{
    /// <summary>Readings of a range before a difference in its totals is believed; the pauses between them add up to about a second.</summary>
    private const int MaxReadings = 7;

    private static readonly TimeSpan FirstReadingPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LockPause = TimeSpan.FromSeconds(1);

    private readonly ResiliencePipeline _retries = TransientFaults.Pipeline(options, logger, clock);
    private LedgerStore? _store;

    /// <summary>Waits for the writer lock, checks that the stored rows are of this ledger and sound, and says where indexing goes on.</summary>
    public async Task<Position> Open(LedgerIdentity ledger, CancellationToken cancellationToken) =>
        await _retries.ExecuteAsync(async token => await OpenOnce(ledger, token), cancellationToken);

    /// <summary>
    /// Commits a range whose totals agree. While a node mines, its answers for the newest block can be out of step: anvil runs eth_call on the
    /// state of the block that it is about to show. So a difference counts only when the node, asked again and again, sticks to it.
    /// </summary>
    /// <param name="next">The range behind it, if it is at hand.</param>
    public async Task<ChainRange> Commit(LedgerIdentity ledger, ChainRange range, ChainRange? next, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CommitOnce(ledger, range, next, cancellationToken);
                return range;
            }
            catch (TotalsDifferException) when (attempt < MaxReadings)
            {
                IndexerLog.ReadingAgain(logger, range.Before.Number + 1, range.End.Number, attempt);
                await Task.Delay(ReadingPause(attempt), clock, cancellationToken);
                var unconfirmed = range;
                range = await _retries.ExecuteAsync(async token => await view.ReadAgain(unconfirmed, token), cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync() => await Close();

    private async Task CommitOnce(LedgerIdentity ledger, ChainRange range, ChainRange? next, CancellationToken cancellationToken) => await _retries.ExecuteAsync(
        async token =>
        {
            try
            {
                // After a lost connection another process may have written: Commit compares the checkpoint.
                if (_store is null && (await OpenOnce(ledger, token)).Checkpoint is var checkpoint && checkpoint.Number < range.Before.Number)
                {
                    throw new CheckpointFellBackException(checkpoint.Number, range.Before.Number);
                }

                await _store!.Commit(range, next, token);
            }
            catch (NpgsqlException)
            {
                await Close();
                throw;
            }
        },
        cancellationToken);

    private async Task<Position> OpenOnce(LedgerIdentity ledger, CancellationToken cancellationToken)
    {
        await Close();
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

            _store = await LedgerStore.TryOpen(database, options, options.LedgerId, cancellationToken);
        }

        var checkpoint = await _store.Adopt(ledger, options.Name, cancellationToken);
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
            if (await view.TotalsAt(checkpoint, banks, cancellationToken) is not { } answered)
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

    private async Task Close()
    {
        if (_store is { } store)
        {
            _store = null;
            await store.DisposeAsync();
        }
    }
}

/// <summary>
/// The database that answers now lacks commits that it had confirmed: a replica was promoted before it had them, or the server fell over before it
/// had flushed them. The rows are sound, and the chain still has what they lack.
/// </summary>
internal sealed class CheckpointFellBackException(long block, long committed)
    : Exception($"The database is at block {block} and was at {committed}.")
{
    public long Block => block;

    public long Committed => committed;
}

/// <summary>Where indexing goes on, and the banks whose totals are still to be compared.</summary>
internal readonly record struct Position(BlockMark Checkpoint, IReadOnlySet<int> UncheckedBanks);
