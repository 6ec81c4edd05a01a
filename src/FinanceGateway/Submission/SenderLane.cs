using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>What every lane works with.</summary>
internal sealed record LaneParts(
    EngineDatabase Database, BatchBuilder Batches, ChainRepair Repair, StuckTransactions Stuck, QueuePulse Queue, EngineState State, TimeProvider Clock);

/// <summary>Turns the queue into the transactions of one sender, as long as its lease holds.</summary>
internal sealed partial class SenderLane(LaneParts parts, SenderLease lease, IOptions<GatewayOptions> options, ILogger<SenderLane> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile bool _interrupted;

    public SenderLease Lease => lease;

    public bool IsInterrupted => _interrupted;

    /// <summary>Returns when the lease is lost or <paramref name="stop"/> is asked for; works on over faults of chain and database.</summary>
    public async Task Run(CancellationToken stop)
    {
        LogRunning(lease.Sender, lease.Epoch);
        var pulse = parts.Queue.Join();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await Work(pulse, stop);
                }
                catch (Exception problem) when (problem is NpgsqlException or System.Net.Sockets.SocketException or EthereumException)
                {
                    _interrupted = true;
                    LogInterrupted(lease.Sender, problem.Message);
                    await Task.Delay(Pause, stop);
                }
            }
        }
        catch (LeaseLostException)
        {
            LogLost(lease.Sender, lease.Epoch);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is stored is sent by whoever holds the sender next.
        }
        finally
        {
            parts.Queue.Leave(pulse);
        }
    }

    private async Task Work(Pulse pulse, CancellationToken stop)
    {
        await Repair(stop);
        _interrupted = false;
        var poll = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
        var lookedAt = parts.Clock.GetTimestamp();
        while (true)
        {
            await SendQueued(stop);
            if (parts.Clock.GetElapsedTime(lookedAt) >= Pause)
            {
                lookedAt = parts.Clock.GetTimestamp();
                if (await HasParted(stop))
                {
                    await Repair(stop);
                }
            }

            await pulse.Wait(poll, stop);
        }
    }

    private async Task SendQueued(CancellationToken stop)
    {
        while (await Next(stop) is { } transaction)
        {
            await parts.Repair.Send(transaction, stop);
            parts.State.Sent(transaction.Operations);
            LogSent(transaction.Nonce, transaction.Operations);

            // One is on its way: what arrives meanwhile shares the next one.
            await Task.Delay(options.Value.BatchWindowMilliseconds, stop);
        }
    }

    // Each step takes a connection of its own from the pool: one that broke unnoticed is not used again.
    private async Task<StoredTransaction?> Next(CancellationToken stop)
    {
        await using var connection = await parts.Database.Open(stop);
        return await parts.Batches.Next(connection, lease, stop);
    }

    private async Task<bool> HasParted(CancellationToken stop)
    {
        await using var connection = await parts.Database.Open(stop);
        return await parts.Stuck.Mend(connection, lease, stop) || await parts.Repair.HasLostTail(connection, lease.Sender, stop);
    }

    private async Task Repair(CancellationToken stop)
    {
        await using var connection = await parts.Database.Open(stop);
        await parts.Repair.Bring(connection, lease, stop);
    }

    [LoggerMessage(2001, LogLevel.Information, "Submitting as {Sender}, lease {Epoch}")]
    private partial void LogRunning(Address sender, long epoch);

    [LoggerMessage(2002, LogLevel.Warning, "Lease {Epoch} of {Sender} has gone to another gateway")]
    private partial void LogLost(Address sender, long epoch);

    [LoggerMessage(2003, LogLevel.Warning, "Submission as {Sender} was interrupted and starts again: {Problem}")]
    private partial void LogInterrupted(Address sender, string problem);

    [LoggerMessage(2004, LogLevel.Debug, "Sent nonce {Nonce} with {Operations} operations")]
    private partial void LogSent(ulong nonce, int operations);
}
