using System.Diagnostics;
using System.Threading.Channels;
using FinanceChain.Ethereum;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FinanceChain.LedgerIndexer;

/// <summary>
/// Two halves that work at the same time: one reads final ranges and what the contract says of them, the other commits them. Between them stands a
/// channel of two, so what is read ahead stays bounded. Ends loudly on whatever must not be indexed.
/// </summary>
internal sealed class IndexerWorker(
    LedgerIndexerOptions options,
    NodeSet nodes,
    Follower follower,
    LedgerView view,
    LedgerWriter writer,
    IndexerProgress progress,
    IndexerMetrics metrics,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<IndexerWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Whatever is not named here is a fault of this program: the host logs it and ends the process.
        try
        {
            await Run(stoppingToken);
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

    private async Task Run(CancellationToken stoppingToken)
    {
        var retries = TransientFaults.Pipeline(options, logger, clock);
        await retries.ExecuteAsync(async token => await Migrations.Apply(options.Postgres, logger, token), stoppingToken);
        var ledger = await retries.ExecuteAsync(async token => await view.Identify(token), stoppingToken);
        nodes.Expect(ledger);
        var position = await writer.Open(ledger, stoppingToken);
        IndexerLog.Started(logger, options.LedgerId, options.LedgerAddress, ledger.ChainId, position.Checkpoint.Number);
        progress.Committed(position.Checkpoint.Number);

        using var both = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var ranges = Channel.CreateBounded<ChainRange>(new BoundedChannelOptions(2) { SingleReader = true, SingleWriter = true });
        var reading = ReadInto(ranges.Writer, position, both.Token);
        try
        {
            await foreach (var range in ranges.Reader.ReadAllAsync(stoppingToken))
            {
                await Commit(ledger, range, stoppingToken);
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
            var retries = TransientFaults.Pipeline(options, logger, clock);
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
                        var range = await retries.ExecuteAsync(
                            async token => await view.Complete(final.Range, banks, token), cancellationToken);
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

    private async Task Commit(LedgerIdentity ledger, ChainRange range, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        range = await writer.Commit(ledger, range, cancellationToken);
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

    private void Stop(IndexerExit exit, string reason)
    {
        progress.StoppedBy(exit, reason);
        IndexerLog.Stopped(logger, exit, reason);
        lifetime.StopApplication();
    }
}
