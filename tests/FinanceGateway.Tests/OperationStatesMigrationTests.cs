using FinanceChain.EmbeddedEngines;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.Tests;
using Npgsql;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>A database from before migration 6, with an operation in each state: afterwards each stands where it stood.</summary>
[TestFixture]
internal sealed class OperationStatesMigrationTests
{
    private const string Before = """
        insert into gateway.client (client_id, name, scopes, secret_hash) values ('c', 'c', '{}', sha256('c'));
        insert into gateway.sender (chain_id, address, next_nonce) values (1, decode(repeat('01', 20), 'hex'), 2);
        insert into gateway.transaction (chain_id, sender, nonce, transaction_hash, gas_limit, operations, status)
        select 1, decode(repeat('01', 20), 'hex'), nonce, sha256(('t' || nonce)::bytea), 1, 2, case nonce when 0 then 2 else 1 end from generate_series(0, 1) as nonce;
        insert into gateway.operation (
            operation_id, client_id, idempotency_key, kind, calldata, operation_hash, order_keys, changes_party, status, transaction_id, position,
            ended_at, end_sequence, block_number, log_index, event_kind, topics, data)
        select gen_random_uuid(), 'c', name, 4, 'call'::bytea, sha256(name::bytea), array[n], n = 1, status, transaction_id, position,
               ended_at, end_sequence, block_number, log_index, event_kind, topics::bytea, data::bytea
        from (values
            (1, 'queued', 1, null::bigint, null::int, null::timestamptz, null::bigint, null::bigint, null::int, null::int, null, null),
            (2, 'submitted', 2, 2, 0, null, null, null, null, null, null, null),
            (3, 'final', 3, 1, 0, '2026-01-01T00:00Z', 8, 5, 1, 4, 'topics', 'data'),
            (4, 'refused', 4, 1, 1, '2026-01-01T00:00Z', 9, 5, 2, 11, 'topics', 'reason')) as v (
                n, name, status, transaction_id, position, ended_at, end_sequence, block_number, log_index, event_kind, topics, data);
        select setval('gateway.end_sequence', 10, false);
        """;

    private const string After = """
        select string_agg(concat_ws(' ', s.idempotency_key, s.status, s.transaction_id, s.position, extract(epoch from s.ended_at)::bigint, s.end_sequence,
                   s.block_number, s.log_index, s.event_kind, convert_from(s.topics, 'UTF8'), convert_from(s.data, 'UTF8'),
                   case when q.operation_id = s.operation_id then 'waits' end, case when c.operation_id = s.operation_id then 'claims ' || c.order_keys[1] || ' ' || c.changes_party end),
               e'\n' order by s.sequence)
        from gateway.operation_state s
        left join gateway.operation_queued q on q.client_id = s.client_id and q.sequence = s.sequence
        left join gateway.operation_claim c on c.operation_hash = s.operation_hash
        """;

    [Test]
    [CancelAfter(120_000)]
    public async Task Operations_OfADatabaseFromBefore_StandWhereTheyStood(CancellationToken stop)
    {
        EmbeddedEngineGate.Require();
        await using var server = await EmbeddedPostgres.StartTemporary(stop);
        await using var database = NpgsqlDataSource.Create(await server.CreateDatabase("before", stop));
        await using (var schema = database.CreateCommand("create schema gateway"))
        {
            await schema.ExecuteNonQueryAsync(stop);
        }

        var assembly = typeof(OperationStatus).Assembly;
        foreach (var script in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (script.EndsWith("0006_operation_states.sql", StringComparison.Ordinal))
            {
                await Execute(database, Before, stop);
            }

            using var text = new StreamReader(assembly.GetManifestResourceStream(script)!);
            await Execute(database, await text.ReadToEndAsync(stop), stop);
        }

        await using var look = database.CreateCommand(After);
        Assert.That(await look.ExecuteScalarAsync(stop), Is.EqualTo("""
            queued 1 waits claims 1 true
            submitted 2 2 0 claims 2 false
            final 3 1 0 1767225600 8 5 1 4 topics data
            refused 4 1 1 1767225600 9 5 2 11 topics reason
            """));
    }

    private static async Task Execute(NpgsqlDataSource database, string sql, CancellationToken stop)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(stop);
    }
}
