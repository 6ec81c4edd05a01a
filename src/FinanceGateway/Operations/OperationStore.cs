using System.Globalization;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Submission;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Operations;

internal sealed record KnownOperation(Guid OperationId, Hash256 OperationHash, OperationStatus Status);

/// <summary>What the database knows about candidates, by their index.</summary>
internal sealed record KnownOperations(
    IReadOnlyDictionary<int, KnownOperation> ByKey, IReadOnlySet<int> Waiting, IReadOnlySet<int> UsccTaken);

/// <summary>Looks up and stores whole batches, in one round trip each.</summary>
internal sealed class OperationStore(NpgsqlDataSource database)
{
    private const int MaxAttempts = 3;

    private const string ByKeySql = """
        select q.place, s.operation_id, s.operation_hash, s.status
        from unnest($1, $2) with ordinality as q (client_id, idempotency_key, place)
        cross join lateral (
            select * from gateway.operation_state where client_id = q.client_id and idempotency_key = q.idempotency_key limit 1) as s
        """;

    private const string WaitingSql = """
        select q.place from unnest($1) with ordinality as q (operation_hash, place)
        cross join lateral (select from gateway.operation_claim where operation_hash = q.operation_hash limit 1) as c
        """;

    private const string UsccSql = """
        select q.place from unnest($1) with ordinality as q (uscc, place)
        cross join lateral (select from gateway.party where uscc = q.uscc limit 1) as p
        """;

    private const string InsertSql = """
        with asked as (
            insert into gateway.operation (
                operation_id, client_id, idempotency_key, kind, calldata, operation_hash, changes_party, order_keys, waits_for)
            select operation_id, client_id, idempotency_key, kind, calldata, operation_hash, changes_party, order_keys::bigint[], waits_for::uuid[]
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) with ordinality as q (
                operation_id, client_id, idempotency_key, kind, calldata, operation_hash, changes_party, order_keys, waits_for, place)
            order by q.place
            on conflict do nothing
            returning operation_id, client_id, sequence, received_at, operation_hash, changes_party, order_keys),
        claimed as (
            insert into gateway.operation_claim (operation_hash, operation_id, client_id, changes_party, order_keys)
            select operation_hash, operation_id, client_id, changes_party, order_keys from asked
            on conflict do nothing
            returning operation_id),
        queued as (
            insert into gateway.operation_queued (client_id, sequence, operation_id, received_at)
            select client_id, sequence, operation_id, received_at from asked join claimed using (operation_id))
        select operation_id from claimed
        """;

    // What lost its claim to an equal operation, stored by somebody else at the same moment.
    private const string DropUnclaimedSql = """
        delete from gateway.operation o
        where o.operation_id = any($1) and not exists (
            select from gateway.operation_claim c where c.operation_hash = o.operation_hash and c.operation_id = o.operation_id offset 0)
        """;

    private const string InsertPartySql = """
        insert into gateway.party (operation_id, kind, name, uscc, region_code, industry, profile_salt, profile_hash)
        select o.operation_id, $2, $3, $4, $5, $6, $7, $8 from gateway.operation o where o.operation_id = $1
        on conflict do nothing
        """;

    private const string DropNamelessSql = """
        with dropped as (
            delete from gateway.operation o
            where o.operation_id = any($1) and not exists (select from gateway.party p where p.operation_id = o.operation_id offset 0)
            returning o.operation_id, o.client_id, o.sequence, o.operation_hash),
        unclaimed as (
            delete from gateway.operation_claim
            where operation_hash = any(array(select operation_hash from dropped)) and operation_id = any(array(select operation_id from dropped))),
        unqueued as (
            delete from gateway.operation_queued where ctid = any(array(
                select q.ctid from dropped d cross join lateral (
                    select ctid from gateway.operation_queued where client_id = d.client_id and sequence = d.sequence limit 1) as q)))
        select operation_id from dropped
        """;

    public async Task<KnownOperations> Look(IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(ByKeySql) { Parameters = { Texts(candidates.Select(c => c.ClientId)), Texts(candidates.Select(c => c.IdempotencyKey)) } });
        batch.BatchCommands.Add(new(WaitingSql) { Parameters = { Bytes(candidates.Select(c => c.OperationHash.ToArray())) } });
        batch.BatchCommands.Add(new(UsccSql) { Parameters = { Texts(candidates.Select(c => c.Profile?.Uscc.ToString() ?? "")) } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var byKey = new Dictionary<int, KnownOperation>();
        while (await reader.ReadAsync(cancellationToken))
        {
            byKey[IndexAt(reader)] = new KnownOperation(
                reader.GetGuid(1), Hash256.FromBytes(reader.GetFieldValue<byte[]>(2)), (OperationStatus)reader.GetInt16(3));
        }

        await reader.NextResultAsync(cancellationToken);
        var waiting = await Indexes(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var usccTaken = await Indexes(reader, cancellationToken);
        return new KnownOperations(byKey, waiting, usccTaken);
    }

    /// <summary>The ids that were stored. One that is missing lost against an equal key, operation or company.</summary>
    public async Task<IReadOnlySet<Guid>> Insert(IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await InsertOnce(candidates, cancellationToken);
            }
            catch (PostgresException conflict) when (conflict.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < MaxAttempts)
            {
                // Two gateways stored the same keys in another order; one of them starts again.
            }
        }
    }

    private async Task<IReadOnlySet<Guid>> InsertOnce(IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        // A batch is one implicit transaction: operations and profiles are stored together or not at all.
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(InsertOperations(candidates));
        batch.BatchCommands.Add(new(DropUnclaimedSql) { Parameters = { Ids(candidates.Select(c => c.OperationId)) } });
        var registrations = candidates.Where(candidate => candidate.Profile is not null).ToList();
        foreach (var registration in registrations)
        {
            batch.BatchCommands.Add(InsertParty(registration, registration.Profile!));
        }

        if (registrations.Count > 0)
        {
            batch.BatchCommands.Add(new(DropNamelessSql)
            {
                Parameters = { Ids(registrations.Select(r => r.OperationId)) },
            });
        }

        Observability.OperationTraces.AddTo(batch, candidates);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var stored = await Ids(reader, cancellationToken);
        if (registrations.Count > 0)
        {
            // Inserts without RETURNING give no result set: the next one is the list of those that were dropped.
            await reader.NextResultAsync(cancellationToken);
            stored.ExceptWith(await Ids(reader, cancellationToken));
        }

        return stored;
    }

    private static NpgsqlBatchCommand InsertOperations(IReadOnlyList<Candidate> candidates)
    {
        return new NpgsqlBatchCommand(InsertSql)
        {
            Parameters =
            {
                Ids(candidates.Select(c => c.OperationId)),
                Texts(candidates.Select(c => c.ClientId)),
                Texts(candidates.Select(c => c.IdempotencyKey)),
                new() { Value = candidates.Select(c => (short)c.Agreement.Kind).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint },
                Bytes(candidates.Select(c => c.Calldata)),
                Bytes(candidates.Select(c => c.OperationHash.ToArray())),
                new() { Value = candidates.Select(c => c.ChangesParty).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean },
                // Arrays of one array are of equal lengths, so each list travels as its text.
                Texts(candidates.Select(c => ArrayText(c.OrderKeys))),
                Texts(candidates.Select(c => c.WaitsFor.Count == 0 ? null : ArrayText(c.WaitsFor))),
            },
        };
    }

    private static NpgsqlBatchCommand InsertParty(Candidate candidate, PartyProfile profile) => new(InsertPartySql)
    {
        Parameters =
        {
            new() { Value = candidate.OperationId },
            new() { Value = (short)profile.Kind },
            new() { Value = profile.Name },
            new() { Value = profile.Uscc.ToString() },
            new() { Value = checked((int)profile.Region.Value) },
            new() { Value = profile.Industry.ToString() },
            new() { Value = profile.Salt.ToArray() },
            new() { Value = profile.ProfileHash.ToArray() },
        },
    };

    private static async Task<HashSet<Guid>> Ids(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var ids = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    private static async Task<HashSet<int>> Indexes(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var indexes = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            indexes.Add(IndexAt(reader));
        }

        return indexes;
    }

    // Ordinality counts from 1.
    private static int IndexAt(NpgsqlDataReader reader) => checked((int)reader.GetInt64(0)) - 1;

    private static NpgsqlParameter Ids(IEnumerable<Guid> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private static string ArrayText<T>(IReadOnlyList<T> values) where T : IFormattable =>
        "{" + string.Join(',', values.Select(value => value.ToString(null, CultureInfo.InvariantCulture))) + "}";

    private static NpgsqlParameter Texts(IEnumerable<string?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static NpgsqlParameter Bytes(IEnumerable<byte[]> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };
}
