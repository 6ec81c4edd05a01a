using Npgsql;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>
/// A long queue at once: real rows of one client, copies of one operation. The ledger takes the first and refuses the others, so that
/// what is measured is the queue and not a ledger that grows.
/// </summary>
internal static class WaitingQueue
{
    private const string FillSql = """
        with asked as (
            insert into gateway.operation (operation_id, client_id, idempotency_key, kind, calldata, operation_hash, order_keys)
            select id, $1, id::text, 4, $2, sha256(id::text::bytea), array[hashtextextended(id::text, 1)]
            from (select gen_random_uuid() as id from generate_series(1, $3)) as waiting
            returning *),
        claimed as (
            insert into gateway.operation_claim (operation_hash, operation_id, client_id, changes_party, order_keys)
            select operation_hash, operation_id, client_id, changes_party, order_keys from asked)
        insert into gateway.operation_queued (client_id, sequence, operation_id, received_at)
        select client_id, sequence, operation_id, received_at from asked
        """;

    // The youngest go.
    private const string ShortenSql = """
        with gone as (
            delete from gateway.operation_queued
            where sequence >= (select sequence from gateway.operation_queued order by sequence offset $1 limit 1)
            returning operation_id)
        delete from gateway.operation_claim c using gone where c.operation_id = gone.operation_id
        """;

    public static async Task Fill(Stage stage, Town town, int waiting, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(stage.Database);
        await connection.OpenAsync(cancellationToken);
        await using var fill = new NpgsqlCommand(FillSql, connection) { CommandTimeout = 1800 };
        fill.Parameters.Add(new() { Value = town.Clients[0].ClientId });
        fill.Parameters.Add(new() { Value = town.Issues(1)[0].Encode() });
        fill.Parameters.Add(new() { Value = waiting });
        await fill.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes operations out of the queue until <paramref name="waiting"/> are left in it.</summary>
    public static async Task Shorten(Stage stage, int waiting, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(stage.Database);
        await connection.OpenAsync(cancellationToken);
        await Tidy(connection, cancellationToken);
        await using var shorten = new NpgsqlCommand(ShortenSql, connection) { CommandTimeout = 1800 };
        shorten.Parameters.Add(new() { Value = waiting });
        await shorten.ExecuteNonQueryAsync(cancellationToken);
        await Tidy(connection, cancellationToken);
    }

    // Before: the statement above is a join, and goes wrong where the server believes the queue to be empty. After: what lies about then is the
    // measurement's doing and not the queue's.
    private static async Task Tidy(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var tidy = new NpgsqlCommand("vacuum (analyze) gateway.operation_queued, gateway.operation_claim", connection) { CommandTimeout = 1800 };
        await tidy.ExecuteNonQueryAsync(cancellationToken);
    }
}
