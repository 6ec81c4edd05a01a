using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <summary>Two ledgers of one database compared row by row, but for their numbers.</summary>
internal static class TableDigests
{
    /// <summary>What may depend on how the ranges were cut, or is the ledger's name.</summary>
    private static readonly string[] NotCompared = ["ledger", "control_totals"];

    private static string? _statement;

    /// <summary>Null: the same in every table. Else the tables that differ.</summary>
    public static async Task<string?> Difference(string database, short one, short other)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        _statement ??= await Statement(connection);
        await using var command = new NpgsqlCommand(_statement, connection) { Parameters = { new() { Value = one }, new() { Value = other } } };
        await command.PrepareAsync();
        await using var reader = await command.ExecuteReaderAsync();
        var different = new List<string>();
        while (await reader.ReadAsync())
        {
            different.Add(reader.GetString(0));
        }

        return different.Count == 0 ? null : string.Join(", ", different);
    }

    private static async Task<string> Statement(NpgsqlConnection connection)
    {
        const string Tables = """
            select c.relname, string_agg(format('t.%I', a.attname), ', ' order by a.attnum)
              from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
               and not c.relname = any($1) and a.attname not in ('ledger_id', 'indexed_at')
               and exists (select from pg_attribute i where i.attrelid = c.oid and i.attname = 'ledger_id')
             group by c.relname order by c.relname
            """;
        await using var command = new NpgsqlCommand(Tables, connection) { Parameters = { new() { Value = NotCompared } } };
        await using var reader = await command.ExecuteReaderAsync();
        var parts = new List<string>();
        while (await reader.ReadAsync())
        {
            var (table, columns) = (reader.GetString(0), reader.GetString(1));
            parts.Add($"""
                select '{table}' from (select count(*), md5(string_agg(row({columns})::text, '|' order by row({columns})::text)) from ledger.{table} t where ledger_id = $1) a (n, d),
                  (select count(*), md5(string_agg(row({columns})::text, '|' order by row({columns})::text)) from ledger.{table} t where ledger_id = $2) b (n, d)
                 where (a.n, a.d) is distinct from (b.n, b.d)
                """);
        }

        return string.Join(" union all ", parts);
    }
}
