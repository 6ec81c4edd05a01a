using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests.Support;

/// <summary>What stands in the database of an indexer.</summary>
internal static class LedgerTables
{
    private static readonly string[] Tables =
    [
        "ledger", "event", "transaction", "party", "signer", "signer_recovery", "parameters", "lending_policy", "credit_line", "credit_model",
        "receivable", "invoice", "redemption", "cancellation",
        "loan", "disbursement", "repayment", "loan_default", "write_off", "loan_recovery", "running_totals", "bank_totals",
        "holding", "exposure", "day", "lending_day", "receivable_day", "mark", "lending_key", "lending_sum", "receivable_sum",
    ];

    /// <summary>The rows, and how far they go.</summary>
    public static async Task<string> Dump(string database)
    {
        var position = await Column<string>(database, "select block_number || ' ' || block_hash::text from ledger.checkpoint");
        return $"{await Rows(database)}\n{string.Join('\n', position)}";
    }

    /// <summary>
    /// Every row of the tables that must not depend on how the ranges were cut, as text. Without the checkpoint, which also moves with blocks that
    /// the chain mines by itself.
    /// </summary>
    public static async Task<string> Rows(string database)
    {
        // One source for all of them: a connection of its own costs more than most tables.
        await using var source = NpgsqlDataSource.Create(database);
        var parts = new List<string>();
        foreach (var table in Tables)
        {
            var rows = await Column<string>(source, $"select t::text from ledger.{table} t order by t::text");
            parts.Add($"{table}: {rows.Count}\n{string.Join('\n', rows)}");
        }

        return string.Join('\n', parts);
    }

    public static async Task<T> Scalar<T>(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task<IReadOnlyList<T>> Column<T>(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        return await Column<T>(source, sql);
    }

    public static async Task Execute(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<IReadOnlyList<T>> Column<T>(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<T>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetFieldValue<T>(0));
        }

        return values;
    }
}
