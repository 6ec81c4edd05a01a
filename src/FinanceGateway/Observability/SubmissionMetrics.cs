using System.Diagnostics.Metrics;
using FinanceChain.FinanceGateway.Keys;
using FinanceChain.FinanceGateway.Submission;
using Npgsql;

namespace FinanceChain.FinanceGateway.Observability;

/// <summary>The figures of the queue, read from the database every few seconds: they are those of all gateways that share it.</summary>
internal sealed partial class SubmissionMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Only what is open is looked at: the past grows, and says nothing about now. A nonce that was given out and has no transaction stops its sender.
    internal const string Sql = """
        with open as (
            select transaction_id, chain_id, sender, nonce, operations, recast_block from gateway.transaction where status = 1)
        select (select count(*) from gateway.operation_queued),
               (select coalesce(extract(epoch from now() - min(received_at)), 0)::float8 from gateway.operation_queued),
               (select count(*) from open),
               (select coalesce(sum(operations), 0) from open),
               (select count(*) from open where recast_block = 0),
               (select coalesce(sum(s.next_nonce - f.first_nonce - f.taken), 0)::bigint
                from gateway.sender s
                join lateral (
                    select min(o.nonce) as first_nonce, (
                        select count(distinct t.nonce) from gateway.transaction t
                        where t.chain_id = s.chain_id and t.sender = s.address and t.status <> 4 and t.nonce >= min(o.nonce)) as taken
                    from open o where o.chain_id = s.chain_id and o.sender = s.address) as f on f.first_nonce is not null),
               (select count(*) - count(distinct o.transaction_id) from open o cross join lateral (
                    select from gateway.transaction_version where transaction_id = o.transaction_id offset 0) as v),
               (select count(*) from gateway.webhook_delivery where status = 1)
        """;

    private readonly NpgsqlDataSource _database;
    private readonly ILogger<SubmissionMetrics> _logger;
    private volatile Reading _reading = new(0, 0, 0, 0, 0, 0, 0, 0);

    public SubmissionMetrics(NpgsqlDataSource database, SenderWatch senders, EngineState engine, ILogger<SubmissionMetrics> logger)
    {
        (_database, _logger) = (database, logger);
        var meter = GatewayTelemetry.Metrics;
        meter.CreateObservableGauge("gateway.queue.depth", () => _reading.Queued, "{operation}", "Operations that wait for a transaction.");
        meter.CreateObservableGauge("gateway.queue.oldest", () => _reading.OldestSeconds, "s", "Age of the one that waits longest.");
        meter.CreateObservableGauge("gateway.transactions.in_flight", () => _reading.Transactions, "{transaction}", "Sent and not ended.");
        meter.CreateObservableGauge("gateway.operations.in_flight", () => _reading.Operations, "{operation}", "Sent and not ended.");
        meter.CreateObservableGauge("gateway.transactions.recast", () => _reading.Recast, "{transaction}", "Lost by a chain that was reorganised or lost its tail, and sent again.");
        meter.CreateObservableGauge("gateway.nonces.missing", () => _reading.NonceGaps, "{nonce}", "Nonces given out that have no transaction.");
        meter.CreateObservableGauge("gateway.transactions.replaced", () => _reading.Replaced, "{version}", "Raised or cancelled versions of open ones.");
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
        long Queued, double OldestSeconds, long Transactions, long Operations, long Recast, long NonceGaps, long Replaced, long Webhooks);

    private static IEnumerable<Measurement<double>> Balances(SenderWatch senders) => senders.Balances.Select(balance =>
        new Measurement<double>((double)balance.Value / 1e9, new KeyValuePair<string, object?>("sender", balance.Key.ToString())));

    private async Task Read(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        _reading = new Reading(
            reader.GetInt64(0), reader.IsDBNull(1) ? 0 : reader.GetDouble(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
            reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7));
    }

    [LoggerMessage(2701, LogLevel.Warning, "The figures of the queue could not be read: {Problem}")]
    private partial void LogNotRead(string problem);
}
