using System.Buffers.Binary;
using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Turns the queue into transactions. One session of the database holds the lock of the sender and does all the writing: when that session
/// is lost, so is the right to use the sender, and another gateway may take over.
/// </summary>
internal sealed partial class SubmissionEngine(
    BatchBuilder batches, TransactionCaster caster, StuckTransactions stuck, QueuePulse queue, EngineState state, ChainIdentity chain,
    GatewayKeys keys, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<SubmissionEngine> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunSession(stoppingToken);
            }
            catch (Exception problem) when (problem is NpgsqlException or EthereumException)
            {
                state.Set(EnginePhase.Interrupted);
                LogInterrupted(problem.Message);
                await Task.Delay(Pause, stoppingToken);
            }
        }
    }

    private async Task RunSession(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.Value.Postgres) { Pooling = false, ApplicationName = "financechain-gateway-engine" };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await TakeSender(connection, cancellationToken);
        await caster.Repair(connection, cancellationToken);
        state.Set(EnginePhase.Running);
        LogRunning(keys.Sender.Address);

        var poll = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
        var lookedAt = clock.GetTimestamp();
        while (true)
        {
            await SendQueued(connection, cancellationToken);
            if (clock.GetElapsedTime(lookedAt) >= Pause)
            {
                lookedAt = clock.GetTimestamp();
                if (await stuck.Mend(connection, cancellationToken) || await caster.HasLostTail(connection, cancellationToken))
                {
                    await caster.Repair(connection, cancellationToken);
                }
            }

            await queue.Pulse.Wait(poll, cancellationToken);
        }
    }

    private async Task SendQueued(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        while (await batches.Next(connection, cancellationToken) is { } transaction)
        {
            await caster.Send(transaction, cancellationToken);
            state.Sent(transaction.Operations);
            LogSent(transaction.Nonce, transaction.Operations);

            // One is on its way: what arrives meanwhile shares the next one.
            await Task.Delay(options.Value.BatchWindowMilliseconds, cancellationToken);
        }
    }

    private async Task TakeSender(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var key = BinaryPrimitives.ReadInt64BigEndian(keys.Sender.Address.ToArray()) ^ checked((long)chain.ChainId);
        while (!await TryLock(connection, key, cancellationToken))
        {
            if (state.Phase != EnginePhase.Standby)
            {
                state.Set(EnginePhase.Standby);
                LogStandby(keys.Sender.Address);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task<bool> TryLock(NpgsqlConnection connection, long key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = key } } };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    [LoggerMessage(2001, LogLevel.Information, "Submitting as {Sender}")]
    private partial void LogRunning(Address sender);

    [LoggerMessage(2002, LogLevel.Information, "Another gateway submits as {Sender}; standing by")]
    private partial void LogStandby(Address sender);

    [LoggerMessage(2003, LogLevel.Warning, "Submission was interrupted and starts again: {Problem}")]
    private partial void LogInterrupted(string problem);

    [LoggerMessage(2004, LogLevel.Debug, "Sent nonce {Nonce} with {Operations} operations")]
    private partial void LogSent(ulong nonce, int operations);
}
