using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>A queued operation that a batch may take.</summary>
internal sealed record QueuedOperation(Guid OperationId, long Sequence, string ClientId, bool ChangesParty, Guid[] WaitsFor, byte[] Calldata);

/// <summary>
/// Chooses the operations of the next batch: the oldest of each client in turn, so that nobody waits behind another's million; and of those only
/// what may go now. An operation that builds on others goes when they have ended, or behind them in the same transaction, which is executed
/// whole or not at all.
/// </summary>
internal static class BatchSelection
{
    private const int WiderLook = 4;

    // $1 the operations of a batch, $2 how many to look at.
    // A loose scan over the clients that have something queued, and of each the oldest: the cost does not grow with the queue. The first of each client,
    // then the second of each, and so on; what another sender is taking at this moment is passed over, and only what is looked at is locked.
    private const string CandidatesSql = """
        with recursive client as (
            (select client_id from gateway.operation_queued order by client_id limit 1)
            union all
            select (select q.client_id from gateway.operation_queued q where q.client_id > c.client_id order by q.client_id limit 1)
            from client c where c.client_id is not null),
        oldest as (
            select c.client_id, q.sequence, row_number() over (partition by c.client_id order by q.sequence) as turn
            from client c cross join lateral (
                select sequence from gateway.operation_queued where client_id = c.client_id order by sequence
                limit greatest(2, 8 * $1 / greatest(2, (select count(*) from client)))) as q
            where c.client_id is not null),
        taken as (
            select q.operation_id, o.sequence, o.client_id, o.turn
            from (select * from oldest order by turn, sequence) as o cross join lateral (
                select operation_id from gateway.operation_queued where client_id = o.client_id and sequence = o.sequence for update skip locked) as q
            order by o.turn, o.sequence limit $2)
        select t.operation_id, t.sequence, t.client_id, o.changes_party, o.waits_for, o.calldata
        from taken t cross join lateral (select * from gateway.operation where operation_id = t.operation_id limit 1) as o
        order by t.turn, t.sequence
        """;

    private const string OpenSql = """
        select o.operation_id from gateway.operation o
        where o.operation_id = any($1) and not exists (select from gateway.operation_outcome e where e.operation_id = o.operation_id offset 0)
        """;

    private const string OldestOpenSql = """
        select least(
            (select sequence from gateway.operation_queued where client_id = $1 and not operation_id = any($2) order by sequence limit 1),
            (select min(o.sequence)
             from gateway.transaction t
             cross join lateral (select operation_id from gateway.operation_place where transaction_id = t.transaction_id offset 0) as p
             cross join lateral (select * from gateway.operation where operation_id = p.operation_id limit 1) as o
             where t.status = 1 and o.client_id = $1
               and not exists (select from gateway.operation_outcome e where e.operation_id = o.operation_id offset 0)))
        """;

    /// <summary>In the order of execution. Locks what it looks at, inside the caller's transaction.</summary>
    public static async Task<List<QueuedOperation>> Choose(
        NpgsqlConnection connection, int max, Func<QueuedOperation, bool> fits, CancellationToken cancellationToken)
    {
        var candidates = await Candidates(connection, max, max, cancellationToken);
        var startable = await Startable(connection, candidates, cancellationToken);
        if (candidates.Count == max && startable.Count <= max / 2)
        {
            // What has to wait keeps nothing back that has not.
            startable = await Startable(connection, await Candidates(connection, max, WiderLook * max, cancellationToken), cancellationToken);
        }

        var fitting = startable.Take(max).TakeWhile(fits).ToList();
        return [.. (await Startable(connection, fitting, cancellationToken)).OrderBy(q => q.Sequence)];
    }

    /// <summary>Those of <paramref name="candidates"/> that may go if all of them go together; in the order given.</summary>
    private static async Task<List<QueuedOperation>> Startable(
        NpgsqlConnection connection, List<QueuedOperation> candidates, CancellationToken cancellationToken)
    {
        var open = await StillOpen(connection, [.. candidates.SelectMany(q => q.WaitsFor).Distinct()], cancellationToken);
        var ids = new HashSet<Guid>();
        foreach (var candidate in candidates.OrderBy(q => q.Sequence))
        {
            if (candidate.WaitsFor.All(earlier => !open.Contains(earlier) || ids.Contains(earlier))
                && (!candidate.ChangesParty || await IsOldest(connection, candidate, ids, cancellationToken)))
            {
                ids.Add(candidate.OperationId);
            }
        }

        return candidates.FindAll(candidate => ids.Contains(candidate.OperationId));
    }

    /// <summary>In turn.</summary>
    private static async Task<List<QueuedOperation>> Candidates(NpgsqlConnection connection, int max, int look, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CandidatesSql, connection) { Parameters = { new() { Value = max }, new() { Value = look } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var candidates = new List<QueuedOperation>();
        while (await reader.ReadAsync(cancellationToken))
        {
            candidates.Add(new QueuedOperation(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetString(2), reader.GetBoolean(3),
                reader.IsDBNull(4) ? [] : reader.GetFieldValue<Guid[]>(4), reader.GetFieldValue<byte[]>(5)));
        }

        return candidates;
    }

    private static async Task<HashSet<Guid>> StillOpen(NpgsqlConnection connection, Guid[] ids, CancellationToken cancellationToken)
    {
        var open = new HashSet<Guid>();
        if (ids.Length == 0)
        {
            return open;
        }

        await using var command = new NpgsqlCommand(OpenSql, connection) { Parameters = { Ids(ids) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            open.Add(reader.GetGuid(0));
        }

        return open;
    }

    // Everything of the client before it has ended or stands before it in this batch.
    private static async Task<bool> IsOldest(
        NpgsqlConnection connection, QueuedOperation operation, HashSet<Guid> chosen, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OldestOpenSql, connection)
        {
            Parameters = { new() { Value = operation.ClientId }, Ids([.. chosen]) },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is not long oldest || oldest >= operation.Sequence;
    }

    private static NpgsqlParameter Ids(Guid[] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };
}
