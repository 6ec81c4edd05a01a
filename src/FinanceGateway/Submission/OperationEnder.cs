using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Ends operations by what the indexer wrote, and by nothing else. The events of a transaction, in log order, are its operations in batch
/// order; one statement ends all that are there, of this gateway and of others that shared the queue.
/// </summary>
internal sealed partial class OperationEnder(
    NpgsqlDataSource database, ChainIdentity chain, IOptions<GatewayOptions> options, IndexedPulse indexed, QueuePulse queue,
    OperationWaiters waiters, EndedNews news, ILogger<OperationEnder> logger) : BackgroundService
{
    private const string EndSql = $"""
        with open as (
            select t.transaction_id, v.transaction_hash, t.operations, x.block_number, x.first_log_index, x.last_log_index
            from gateway.transaction t
            cross join lateral (
                select transaction_hash from gateway.transaction_version where transaction_id = t.transaction_id and kind = 1 offset 0) as v
            cross join lateral (
                select * from ledger.transaction where ledger_id = $2 and transaction_hash = v.transaction_hash limit 1) as x
            where t.chain_id = $1 and t.status = 1 and t.operations > 0
                and (t.recast_block is null or (x.block_number = t.recast_block and t.recast_events = {EventDigest.OfIndexed}))
            for update of t skip locked),
        indexed as (
            select o.transaction_id, o.transaction_hash, o.operations, e.block_number, e.log_index, e.kind, e.topics, e.data,
                   row_number() over (partition by o.transaction_id order by e.log_index) - 1 as position,
                   count(*) over (partition by o.transaction_id) as events
            from open o cross join lateral (
                select * from ledger.event
                where ledger_id = $2 and block_number = o.block_number and log_index between o.first_log_index and o.last_log_index offset 0) as e),
        known as (
            select o.operation_id, o.client_id, o.operation_hash, i.transaction_id, i.transaction_hash,
                   case when i.kind = $3 then 4 else 3 end as status, i.block_number, i.log_index, i.kind, i.topics, i.data
            from indexed i
            cross join lateral (
                select operation_id from gateway.operation_place where transaction_id = i.transaction_id and position = i.position limit 1) as p
            cross join lateral (select * from gateway.operation where operation_id = p.operation_id limit 1) as o
            where i.events = i.operations),
        -- One that has ended before ends otherwise: its chain lost its tail. When it ended first, and in which order, stays.
        ended as (
            insert into gateway.operation_outcome (operation_id, client_id, status, block_number, log_index, event_kind, topics, data)
            select operation_id, client_id, status, block_number, log_index, kind, topics, data from known
            on conflict (operation_id) do update set status = excluded.status, block_number = excluded.block_number,
                log_index = excluded.log_index, event_kind = excluded.event_kind, topics = excluded.topics, data = excluded.data
            returning operation_id, status, topics),
        unclaimed as (
            delete from gateway.operation_claim
            where operation_hash = any(array(select operation_hash from known)) and operation_id = any(array(select operation_id from known))),
        closed as (
            update gateway.transaction t set status = 2, ended_at = now(),
                transaction_hash = (select transaction_hash from known where transaction_id = t.transaction_id limit 1)
            where t.transaction_id = any(array(select distinct transaction_id from known))),
        -- The party number is the event's first indexed field: the last four bytes of the second topic.
        numbered as (
            update gateway.party p set party_id = (
                select ('x' || encode(substring(e.topics from 61 for 4), 'hex'))::bit(32)::bigint from ended e where e.operation_id = p.operation_id)
            where p.operation_id = any(array(select operation_id from ended where status = 3))),
        freed as (
            delete from gateway.party where operation_id = any(array(select operation_id from ended where status = 4)))
        select operation_id from ended
        """;

    /// <summary>
    /// Gateways end one after the other, so that numbers of <c>end_sequence</c> become visible in their order and who follows them misses none. The
    /// lock lives as long as the one statement behind it, which the server finishes even when the gateway falls asleep.
    /// </summary>
    private const string OneAtATimeSql = "select pg_advisory_xact_lock($1)";

    internal const long EndingLock = 0x4743_4741_5445_0002;

    /// <summary>EventKind.OperationRefused, as the indexer stores it.</summary>
    private const short RefusedEvent = (short)LedgerContract.EventKind.OperationRefused;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var poll = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await EndIndexed(stoppingToken);
            }
            catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
            {
                LogNotIndexedYet();
            }
            catch (NpgsqlException problem)
            {
                LogFailed(problem.Message);
            }

            await indexed.Pulse.Wait(poll, stoppingToken);
        }
    }

    private async Task EndIndexed(CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(OneAtATimeSql) { Parameters = { new() { Value = EndingLock } } });
        batch.BatchCommands.Add(new(EndSql)
        {
            Parameters = { new() { Value = checked((long)chain.ChainId) }, new() { Value = options.Value.LedgerId }, new() { Value = RefusedEvent } },
        });
        var ended = new List<Guid>();
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                ended.Add(reader.GetGuid(0));
            }
        }

        // Only now is it committed, and those who wake up will find it.
        foreach (var id in ended)
        {
            waiters.Ended(id);
        }

        if (ended.Count > 0)
        {
            news.Publish();
            queue.Set();
            LogEnded(ended.Count);
        }
    }

    [LoggerMessage(2201, LogLevel.Debug, "Ended {Count} operations")]
    private partial void LogEnded(int count);

    [LoggerMessage(2202, LogLevel.Debug, "The indexer has not made its tables yet")]
    private partial void LogNotIndexedYet();

    [LoggerMessage(2203, LogLevel.Warning, "Ending operations failed and is tried again: {Problem}")]
    private partial void LogFailed(string problem);
}
