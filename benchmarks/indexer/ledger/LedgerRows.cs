using Npgsql;

namespace FinanceChain.IndexerBenchmark.OwnLedger;

/// <summary>
/// The rows that the product's indexer made of the events, kept in files, so that the limit can be measured with the very same rows: what it takes to
/// fetch, decode and COPY, for whoever has nothing to work out.
/// </summary>
internal static class LedgerRows
{
    private const string Variable = "BENCH_ROWS";

    // The events themselves come from the chain.
    private const string Tables = """
        select c.relname, format('create table %I (%s, %s)', c.relname,
                   (select string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' else '' end), ', ' order by a.attnum)
                      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                   pg_get_constraintdef(k.oid))
          from pg_class c join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
         where c.relnamespace = 'ledger'::regnamespace and c.relkind = 'r' and not c.relispartition and c.relname not in ('checkpoint', 'migration')
         order by c.relname
        """;

    /// <summary>Writes the rows of a finished index into a new folder, a file a table, and tells the process about it.</summary>
    public static async Task Keep(string indexed, IDictionary<string, string?> environment)
    {
        var folder = Directory.CreateTempSubdirectory("financechain-benchmark-rows-").FullName;
        environment[Variable] = folder;
        await using var connection = new NpgsqlConnection(indexed);
        await connection.OpenAsync();
        var tables = new List<(string Name, string Definition)>();
        await using (var command = new NpgsqlCommand(Tables, connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        foreach (var (name, definition) in tables)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.sql"), definition);
            await using var rows = await connection.BeginRawBinaryCopyAsync($"copy (select * from ledger.{name}) to stdout (format binary)");
            await using var file = File.Create(Path.Combine(folder, $"{name}.rows"));
            await rows.CopyToAsync(file);
        }
    }

    /// <summary>Sends them, over the one connection that whoever commits rows and checkpoint together has, a transaction a table; no files, no rows.</summary>
    public static async Task Copy(NpgsqlConnection connection)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } folder)
        {
            return;
        }

        foreach (var file in Directory.GetFiles(folder, "*.rows"))
        {
            await using var table = new NpgsqlCommand(await File.ReadAllTextAsync(Path.ChangeExtension(file, ".sql")), connection);
            await table.ExecuteNonQueryAsync();
            await using var rows = File.OpenRead(file);
            await using var copy = await connection.BeginRawBinaryCopyAsync($"copy {Path.GetFileNameWithoutExtension(file)} from stdin (format binary)");
            await rows.CopyToAsync(copy);
        }

        Directory.Delete(folder, recursive: true);
    }
}
