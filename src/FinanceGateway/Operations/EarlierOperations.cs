using FinanceChain.FinanceGateway.Submission;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>An operation that was accepted before and has not ended.</summary>
internal sealed record EarlierOperation(Guid OperationId, string ClientId, bool ChangesParty, IReadOnlyList<long> OrderKeys, byte[] Calldata)
{
    /// <summary>True when it has to be executed before an operation with these keys of this client.</summary>
    public bool Precedes(string clientId, IReadOnlySet<long> keys) => (ChangesParty && ClientId == clientId) || OrderKeys.Any(keys.Contains);
}

/// <summary>
/// Finds what waits and has to come first: operations with a common <see cref="OrderKeys">key</see>, what those build on in turn, and changes
/// of a party by the same client. Says of each candidate what it waits for.
/// </summary>
internal sealed class EarlierOperations(NpgsqlDataSource database, IOptions<GatewayOptions> options)
{
    /// <summary>A longer chain of operations is not followed to its beginning; the ledger then refuses, and the client comes back.</summary>
    private const int MaxRounds = 4;

    private const int MaxFound = 500;

    private const string LoansSql = "select loan_id, receivable_id from ledger.loan where ledger_id = $1 and loan_id = any($2)";

    // Each key and each row is looked up by its index, whatever the planner believes: of claims, which come and go, its statistics say nothing.
    private const string FindSql = """
        with claim as materialized (
            select c.operation_id
            from unnest($1) as k (order_key) cross join lateral (
                select operation_id from gateway.operation_claim where order_keys @> array[k.order_key] limit $3) as c
            union
            select operation_id from gateway.operation_claim where changes_party and client_id = any($2))
        select o.operation_id, o.client_id, o.changes_party, o.order_keys, o.calldata
        from claim c cross join lateral (select * from gateway.operation where operation_id = c.operation_id limit 1) as o
        order by o.sequence limit $3
        """;

    /// <summary>In the order of acceptance. Candidates of the list may wait for those before them too.</summary>
    public async Task<IReadOnlyList<EarlierOperation>> Find(IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0)
        {
            return [];
        }

        await GiveKeys(candidates, cancellationToken);
        var keys = candidates.SelectMany(c => c.OrderKeys).ToHashSet();
        string[] clients = [.. candidates.Select(c => c.ClientId).Distinct()];
        List<EarlierOperation> waiting;
        var rounds = 0;
        int known;
        do
        {
            known = keys.Count;
            waiting = await Look(keys, clients, cancellationToken);
            keys.UnionWith(waiting.SelectMany(w => w.OrderKeys));
        }
        while (keys.Count > known && ++rounds < MaxRounds);

        SayWhatTheyWaitFor(candidates, waiting);
        return waiting;
    }

    private static void SayWhatTheyWaitFor(IReadOnlyList<Candidate> candidates, List<EarlierOperation> waiting)
    {
        var before = new List<EarlierOperation>(waiting);
        var taken = before.SelectMany(b => b.OrderKeys).ToHashSet();
        var changes = before.Exists(b => b.ChangesParty);
        foreach (var candidate in candidates)
        {
            // Most touch nothing that anybody else touches.
            if (changes || candidate.OrderKeys.Any(taken.Contains))
            {
                var keys = candidate.OrderKeys.ToHashSet();
                candidate.WaitsFor = [.. before.Where(b => b.Precedes(candidate.ClientId, keys)).Select(b => b.OperationId)];
            }

            before.Add(AsEarlier(candidate));
            taken.UnionWith(candidate.OrderKeys);
            changes |= candidate.ChangesParty;
        }
    }

    public static EarlierOperation AsEarlier(Candidate candidate) =>
        new(candidate.OperationId, candidate.ClientId, candidate.ChangesParty, candidate.OrderKeys, candidate.Calldata);

    private async Task GiveKeys(IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var loans = candidates.Select(c => OrderKeys.Loan(c.Agreement.Operation)).OfType<LoanId>().Distinct().ToList();
        var receivables = loans.Count == 0 ? [] : await ReceivablesBehind(loans, cancellationToken);
        foreach (var candidate in candidates)
        {
            candidate.OrderKeys = OrderKeys.Of(candidate.Agreement, loan => receivables.TryGetValue(loan.Value, out var id) ? id : null);
        }
    }

    // The ledger names the receivable of a loan only when it is opened; afterwards the indexer knows it.
    private async Task<Dictionary<ulong, ReceivableId>> ReceivablesBehind(List<LoanId> loans, CancellationToken cancellationToken)
    {
        var receivables = new Dictionary<ulong, ReceivableId>();
        try
        {
            await using var command = database.CreateCommand(LoansSql);
            command.Parameters.Add(new() { Value = options.Value.LedgerId });
            command.Parameters.Add(Numbers(loans.Select(loan => (long)loan.Value)));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                receivables[(ulong)reader.GetInt64(0)] = new ReceivableId((ulong)reader.GetInt64(1));
            }
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            // The indexer has not made its tables yet, so there are no loans.
        }

        return receivables;
    }

    private async Task<List<EarlierOperation>> Look(HashSet<long> keys, string[] clients, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindSql);
        command.Parameters.Add(Numbers(keys));
        command.Parameters.Add(new() { Value = clients, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = MaxFound });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<EarlierOperation>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new EarlierOperation(
                reader.GetGuid(0), reader.GetString(1), reader.GetBoolean(2), reader.GetFieldValue<long[]>(3), reader.GetFieldValue<byte[]>(4)));
        }

        return found;
    }

    private static NpgsqlParameter Numbers(IEnumerable<long> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
}
