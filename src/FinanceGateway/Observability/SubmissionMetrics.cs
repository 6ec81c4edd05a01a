using System.Diagnostics.Metrics;
using FinanceChain.FinanceGateway.Keys;
using FinanceChain.FinanceGateway.Submission;
using Npgsql;

namespace FinanceChain.FinanceGateway.Observability;

/// <summary>The figures of the queue, read from the database every few seconds: they are those of all gateways that share it.</summary>
internal sealed partial class SubmissionMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Nonces that were given out, are not on the chain's side of the last ended one, and have no transaction: there should be none.
    private const string Sql = """
        select (select count(*) from gateway.operation where status = 1),
               (select coalesce(extract(epoch from now() - min(received_at)), 0)::float8 from (
                   select received_at from gateway.operation where status = 1 order by sequence limit 1) as oldest),
               (select count(*) from gateway.transaction where status = 1),
               (select coalesce(sum(operations), 0) from gateway.transaction where status = 1),
               (select count(*) from gateway.transaction where recast_block is not null),
               (select coalesce(sum(g.last_nonce - g.first_nonce + 1 - g.used), 0)::bigint from (
                   select min(nonce) as first_nonce, max(nonce) as last_nonce, count(distinct nonce) as used
                   from gateway.transaction group by chain_id, sender) as g),
               (select count(*) from gateway.webhook_delivery where status = 1)
        """;

    private readonly NpgsqlDataSource _database;
    private readonly ILogger<SubmissionMetrics> _logger;
    private volatile Reading _reading = new(0, 0, 0, 0, 0, 0, 0);

    public SubmissionMetrics(NpgsqlDataSource database, SenderWatch senders, EngineState engine, ILogger<SubmissionMetrics> logger)
    {
        (_database, _logger) = (database, logger);
        var meter = GatewayTelemetry.Metrics;
        meter.CreateObservableGauge("gateway.queue.depth", () => _reading.Queued, "{operation}", "Operations that wait for a transaction.");
        meter.CreateObservableGauge("gateway.queue.oldest", () => _reading.OldestSeconds, "s", "Age of the one that waits longest.");
        meter.CreateObservableGauge("gateway.transactions.in_flight", () => _reading.Transactions, "{transaction}", "Sent and not ended.");
        meter.CreateObservableGauge("gateway.operations.in_flight", () => _reading.Operations, "{operation}", "Sent and not ended.");
        meter.CreateObservableGauge("gateway.transactions.recast", () => _reading.Recast, "{transaction}", "Sent again after the chain had lost them.");
        meter.CreateObservableGauge("gateway.nonces.missing", () => _reading.NonceGaps, "{nonce}", "Nonces between the first and the last without a transaction.");
        meter.CreateObservableGauge("gateway.webhooks.waiting", () => _reading.Webhooks, "{delivery}", "Deliveries to be made.");
        meter.CreateObservableGauge("gateway.engine.phase", () => (int)engine.Phase, null, "0 starting, 1 standby, 2 running, 3 interrupted.");
        meter.CreateObservableGauge("gateway.sender.balance", () => Balances(senders), "gwei", "What each sender has left.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                await Read(stoppingToken);
            }
            catch (NpgsqlException away)
            {
                LogNotRead(away.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private sealed record Reading(
        long Queued, double OldestSeconds, long Transactions, long Operations, long Recast, long NonceGaps, long Webhooks);

    private static IEnumerable<Measurement<double>> Balances(SenderWatch senders) => senders.Balances.Select(balance =>
        new Measurement<double>((double)balance.Value / 1e9, new KeyValuePair<string, object?>("sender", balance.Key.ToString())));

    private async Task Read(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        _reading = new Reading(
            reader.GetInt64(0), reader.IsDBNull(1) ? 0 : reader.GetDouble(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
            reader.GetInt64(5), reader.GetInt64(6));
    }

    [LoggerMessage(2701, LogLevel.Warning, "The figures of the queue could not be read: {Problem}")]
    private partial void LogNotRead(string problem);
}
