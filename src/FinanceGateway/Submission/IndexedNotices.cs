using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>Listens for the indexer's <c>ledger_indexed</c>. A lost connection costs speed, not truth: the loops look by themselves too.</summary>
internal sealed partial class IndexedNotices(
    NpgsqlDataSource database, IndexedPulse indexed, ILogger<IndexedNotices> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (NpgsqlException problem)
            {
                LogLost(problem.Message);
                await Task.Delay(Pause, stoppingToken);
            }
        }
    }

    private async Task Listen(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, _) => indexed.Pulse.Set();
        await using (var listen = new NpgsqlCommand("listen ledger_indexed", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        while (true)
        {
            if (!await connection.WaitAsync(Probe, cancellationToken))
            {
                // A half-open connection stays silent for ever; a query finds it out.
                await using var probe = new NpgsqlCommand("select 1", connection);
                await probe.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "The connection that listens for indexed blocks was lost: {Problem}")]
    private partial void LogLost(string problem);
}
