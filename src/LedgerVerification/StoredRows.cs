using System.Text.Json;
using Npgsql;

namespace FinanceChain.LedgerVerification;

/// <summary>The rows of one ledger as they stand in Postgres, all of one snapshot, as text.</summary>
internal sealed record StoredRows(long Block, string BlockHash, Dictionary<string, List<SortedDictionary<string, string?>>> Tables)
{
    /// <summary>Every table of the schema but those that say where the index is, and what the contract answered on the way.</summary>
    public static readonly string[] Compared =
    [
        "event", "transaction", "party", "signer", "signer_recovery", "parameters", "lending_policy", "credit_line", "credit_model", "receivable", "invoice",
        "redemption", "cancellation", "loan", "disbursement", "repayment", "loan_default", "write_off", "loan_recovery", "running_totals", "bank_totals",
        "holding", "exposure", "day", "lending_day", "receivable_day", "mark", "lending_key", "lending_sum", "receivable_sum",
    ];

    public static async Task<StoredRows> Read(NpgsqlConnection connection, short ledgerId, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await Execute(connection, "set local timezone = 'UTC'", cancellationToken);
        var checkpoint = await Rows(connection, "checkpoint", ledgerId, cancellationToken);
        if (checkpoint is not [var only])
        {
            throw new VerificationException($"The database holds no ledger {ledgerId}.");
        }

        var tables = new Dictionary<string, List<SortedDictionary<string, string?>>>(StringComparer.Ordinal);
        foreach (var table in Compared)
        {
            tables[table] = await Rows(connection, table, ledgerId, cancellationToken);
        }

        tables["holding"] = Changes(tables["holding"], "holding", "party_id");
        tables["exposure"] = Changes(tables["exposure"], "exposure", "bank", "side", "party_id");
        return new StoredRows(long.Parse(only["block_number"]!, null), only["block_hash"]!, tables);
    }

    /// <summary>All figures of a position are zero.</summary>
    public static bool IsNothing(SortedDictionary<string, string?> row, string table) =>
        row.Where(column => !Key(table).Contains(column.Key)).All(column => column.Value == "0");

    private static string[] Key(string table) => table == "holding" ? ["party_id", "block_number"] : ["bank", "side", "party_id", "block_number"];

    // A row that repeats the one before says nothing: where a block takes a change back, one stands.
    private static List<SortedDictionary<string, string?>> Changes(
        List<SortedDictionary<string, string?>> rows, string table, params string[] key)
    {
        var last = new Dictionary<string, SortedDictionary<string, string?>>(StringComparer.Ordinal);
        var changes = new List<SortedDictionary<string, string?>>();
        foreach (var row in rows.OrderBy(row => long.Parse(row["block_number"]!, null)))
        {
            var name = string.Join(' ', key.Select(column => row[column]));
            var repeats = last.TryGetValue(name, out var before)
                ? row.All(column => column.Key == "block_number" || column.Value == before[column.Key])
                : IsNothing(row, table);
            if (!repeats)
            {
                last[name] = row;
                changes.Add(row);
            }
        }

        return changes;
    }

    private static async Task<List<SortedDictionary<string, string?>>> Rows(
        NpgsqlConnection connection, string table, short ledgerId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select (to_jsonb(t) - 'ledger_id')::text from ledger.{table} t where ledger_id = $1", connection)
        {
            Parameters = { new() { Value = ledgerId } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<SortedDictionary<string, string?>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            using var json = JsonDocument.Parse(reader.GetString(0));
            var row = new SortedDictionary<string, string?>(StringComparer.Ordinal);
            foreach (var column in json.RootElement.EnumerateObject())
            {
                row[column.Name] = column.Value.ValueKind switch
                {
                    JsonValueKind.Null => null,
                    JsonValueKind.String => column.Value.GetString(),
                    _ => column.Value.GetRawText(),
                };
            }

            rows.Add(row);
        }

        return rows;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
