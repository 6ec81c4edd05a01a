using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Store;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;

namespace FinanceChain.LedgerIndexer;

/// <summary>
/// Projects a ledger anew beside the rows that stand, under its negative number, and takes over when level. Readers and a running indexer notice
/// nothing; an attempt that was cut off is begun again.
/// </summary>
internal sealed class LedgerRebuild(
    LedgerIndexerOptions options,
    NodeSet nodes,
    Follower follower,
    LedgerView view,
    NpgsqlDataSource database,
    IndexerProgress progress,
    TimeProvider clock,
    ILogger<LedgerRebuild> logger)
{
    private readonly ResiliencePipeline _retries = TransientFaults.Pipeline(options, logger, clock);

    /// <exception cref="IndexerStoppedException">The stored rows are of another ledger, or another rebuild of this one is under way.</exception>
    public async Task Run(CancellationToken cancellationToken)
    {
        var ledger = await _retries.ExecuteAsync(async token => await view.Identify(token), cancellationToken);
        nodes.Expect(ledger);
        var beside = (short)-options.LedgerId;
        await using var store = await LedgerStore.TryOpen(database, options, beside, cancellationToken)
            ?? throw new IndexerStoppedException(IndexerExit.DependencyFailed, $"Another rebuild of ledger {options.LedgerId} is under way.");
        await store.RequireSame(ledger, options.LedgerId, cancellationToken);
        await store.Adopt(ledger, options.Name, cancellationToken);
        await store.Clear(ledger, cancellationToken);
        var position = ledger.BeforeDeployment;
        IReadOnlySet<int> uncheckedBanks = new HashSet<int>();
        await foreach (var signal in follower.Follow(position, cancellationToken))
        {
            switch (signal)
            {
                case ChainSignal.Finalize final:
                    var range = await _retries.ExecuteAsync(async token => await view.Complete(final.Range, uncheckedBanks, token), cancellationToken);
                    await store.Commit(range, next: null, cancellationToken);
                    (position, uncheckedBanks) = (range.End, range.BanksLeft);
                    break;
                case ChainSignal.Block seen:
                    progress.Saw(seen.Head, seen.Final);
                    if (position.Number >= Math.Max(seen.Final, options.DeployBlock) && await store.TakeOver(options.LedgerId, cancellationToken))
                    {
                        progress.Committed(position.Number);
                        IndexerLog.TakenOver(logger, options.LedgerId, position.Number);
                        return;
                    }

                    break;
            }
        }
    }
}
