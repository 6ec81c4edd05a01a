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
    LedgerView view,
    RangesAhead.Source ahead,
    NpgsqlDataSource database,
    IndexerProgress progress,
    TimeProvider clock,
    ILogger<LedgerRebuild> logger)
{
    /// <summary>A running indexer that is behind gets level without anything new on the chain.</summary>
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(200);

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
        await using var ranges = ahead.From(new Position(position, new HashSet<int>()), cancellationToken);
        while (position.Number < Math.Max(progress.Final, options.DeployBlock) || !await store.TakeOver(options.LedgerId, cancellationToken))
        {
            if (await ranges.Wait(LookPause, cancellationToken))
            {
                var (range, next) = await ranges.Take(cancellationToken);
                await store.Commit(range, next, cancellationToken);
                position = range.End;
            }
        }

        progress.Committed(position.Number);
        IndexerLog.TakenOver(logger, options.LedgerId, position.Number);
    }
}
