using FinanceChain.Ethereum;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FinanceChain.LedgerIndexer;

/// <summary>Brings the schemas up to date, follows the ledger, and ends the process loudly on whatever must not be indexed.</summary>
internal sealed class IndexerWorker(
    LedgerIndexerOptions options,
    LedgerFollowing following,
    LedgerRebuild rebuild,
    LedgerWriter writer,
    IndexerProgress progress,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<IndexerWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Whatever is not named here is a fault of this program: the host logs it and ends the process.
        try
        {
            await TransientFaults.Pipeline(options, logger, clock).ExecuteAsync(
                async token => await Migrations.Apply(options.Postgres, logger, token), stoppingToken);
            if (options.Rebuild)
            {
                await rebuild.Run(stoppingToken);
                if (options.EndAfterRebuild)
                {
                    progress.Ended();
                    lifetime.StopApplication();
                    return;
                }
            }

            await following.Run(stoppingToken);
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
        catch (Exception fault) when (fault is EthereumException or NodeBehindException or NpgsqlException)
        {
            Stop(IndexerExit.DependencyFailed, fault.Message);
        }
        finally
        {
            await writer.DisposeAsync();
        }
    }

    private void Stop(IndexerExit exit, string reason)
    {
        progress.StoppedBy(exit, reason);
        IndexerLog.Stopped(logger, exit, reason);
        lifetime.StopApplication();
    }
}
