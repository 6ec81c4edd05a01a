using System.Diagnostics;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Operations;
using FinanceChain.LedgerContract;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Observability;

/// <summary>
/// Tells the way of an operation from its request to its final block, once it has ended: a span in the trace of the request for the operation, with one for
/// the queue and one for the chain, and a span of its own for the transaction, linked with all operations that shared it. Told afterwards from what the
/// database knows, so that the engine carries none of it, and by whichever gateway comes first.
/// </summary>
internal sealed partial class OperationTraces(NpgsqlDataSource database, ILogger<OperationTraces> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const string AddSql = """
        insert into gateway.operation_trace (operation_id, trace_parent)
        select o.operation_id, q.trace_parent
        from unnest($1, $2) as q (operation_id, trace_parent)
        cross join lateral (select operation_id from gateway.operation where operation_id = q.operation_id limit 1) as o
        """;

    private const string TakeSql = """
        with taken as (
            delete from gateway.operation_trace t
            where t.operation_id = any(array(
                select w.operation_id from gateway.operation_trace w
                where exists (select from gateway.operation_outcome e where e.operation_id = w.operation_id offset 0)
                limit 500 for update of w skip locked))
            returning t.operation_id, t.trace_parent)
        select t.trace_parent, s.operation_id, s.kind, s.status, s.received_at, s.ended_at, s.block_number, s.signed_at, s.transaction_hash
        from taken t cross join lateral (select * from gateway.operation_state where operation_id = t.operation_id limit 1) as s
        """;

    private sealed record Ended(
        ActivityContext Request, Guid OperationId, OperationKind Kind, bool IsFinal, DateTimeOffset ReceivedAt, DateTimeOffset EndedAt, long Block,
        DateTimeOffset SignedAt, string Transaction);

    /// <summary>Keeps the traces of candidates beside their operations, in the same transaction. No command where nobody traces.</summary>
    public static void AddTo(NpgsqlBatch batch, IReadOnlyList<Candidate> candidates)
    {
        var traced = candidates.Where(candidate => candidate.TraceParent is not null).ToList();
        if (traced.Count > 0)
        {
            batch.BatchCommands.Add(new(AddSql)
            {
                Parameters =
                {
                    new() { Value = traced.Select(c => c.OperationId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                    new() { Value = traced.Select(c => c.TraceParent!).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                },
            });
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                foreach (var transaction in (await Take(stoppingToken)).GroupBy(ended => ended.Transaction))
                {
                    Tell(transaction.Key, [.. transaction]);
                }
            }
            catch (NpgsqlException away)
            {
                LogNotTold(away.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<List<Ended>> Take(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(TakeSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var taken = new List<Ended>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (ActivityContext.TryParse(reader.GetString(0), null, isRemote: true, out var request))
            {
                taken.Add(new Ended(
                    request, reader.GetGuid(1), (OperationKind)reader.GetInt16(2), reader.GetInt16(3) == 3, reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetFieldValue<DateTimeOffset>(5), reader.GetInt64(6), reader.GetFieldValue<DateTimeOffset>(7),
                    Hex.Encode(reader.GetFieldValue<byte[]>(8))));
            }
        }

        return taken;
    }

    private static void Tell(string transaction, IReadOnlyList<Ended> operations)
    {
        var links = new List<ActivityLink>(operations.Count);
        foreach (var ended in operations)
        {
            using var operation = Span($"operation {ended.Kind}", ended.Request, ended.ReceivedAt, ended.EndedAt);
            if (operation is null)
            {
                continue;
            }

            operation.SetTag("operation.id", ended.OperationId.ToString()).SetTag("transaction.hash", transaction).SetTag("block.number", ended.Block);
            operation.SetStatus(ended.IsFinal ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
            links.Add(new ActivityLink(operation.Context));
            Span("queue", operation.Context, ended.ReceivedAt, ended.SignedAt)?.Dispose();
            Span("chain", operation.Context, ended.SignedAt, ended.EndedAt)?.Dispose();
        }

        using var batch = GatewayTelemetry.Traces.StartActivity(
            "transaction", ActivityKind.Producer, default(ActivityContext), [new("transaction.hash", transaction)], links, operations[0].SignedAt);
        batch?.SetEndTime(operations.Max(ended => ended.EndedAt).UtcDateTime);
    }

    private static Activity? Span(string name, ActivityContext parent, DateTimeOffset start, DateTimeOffset end)
    {
        var span = GatewayTelemetry.Traces.StartActivity(name, ActivityKind.Internal, parent, startTime: start);
        span?.SetEndTime(end > start ? end.UtcDateTime : start.UtcDateTime);
        return span;
    }

    [LoggerMessage(2711, LogLevel.Warning, "The traces of ended operations could not be told: {Problem}")]
    private partial void LogNotTold(string problem);
}
