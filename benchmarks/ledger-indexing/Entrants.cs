using System.Diagnostics;
using System.Globalization;
using FinanceChain.EmbeddedEngines;
using Npgsql;

namespace FinanceChain.IndexingBenchmark;

/// <summary>What every entrant is given: the same chain, ledger and database server.</summary>
internal sealed record Field(Uri Chain, ulong ChainId, BusyLedger Ledger, EmbeddedPostgres Postgres)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An indexer in the comparison. It runs as a process of its own, with an empty database.</summary>
/// <param name="DoneSql">One row, true: the last event's row is there. Cheap, because it is asked while the entrant works.</param>
/// <param name="CheckSql">One row: events, lent fen, repaid fen, owed on receivables fen.</param>
internal sealed record Entrant(string Name, Func<Field, string, Task<ProcessStartInfo>> Prepare, string DoneSql, string CheckSql)
{
    /// <summary>Indexes the whole ledger once, and compares its figures with those that were played.</summary>
    public async Task<Measurement> Run(Field field, int round, CancellationToken cancellation)
    {
        var database = await field.Postgres.CreateDatabase($"{Name}_{round}", cancellation);
        var start = await Prepare(field, database);
        await using var source = NpgsqlDataSource.Create(database);
        var done = DoneSql.Replace("$HEAD", Field.Number(field.Ledger.Head), StringComparison.Ordinal);
        var measured = await Measured.Run(start, () => Ask(source, done), Field.Patience, cancellation);
        await Check(source, field, cancellation);
        return measured;
    }

    private static async Task<bool> Ask(NpgsqlDataSource source, string sql)
    {
        try
        {
            await using var command = source.CreateCommand(sql);
            return await command.ExecuteScalarAsync() is true;
        }
        catch (PostgresException notYet) when (notYet.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return false;
        }
    }

    private async Task Check(NpgsqlDataSource source, Field field, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(CheckSql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        long[] found = [.. Enumerable.Range(0, reader.FieldCount).Select(i => (long)reader.GetDecimal(i))];
        long[] expected = [field.Ledger.Events, field.Ledger.LentFen, field.Ledger.RepaidFen, field.Ledger.OwedFen];
        if (!found.SequenceEqual(expected.Take(found.Length)))
        {
            throw new InvalidOperationException($"{Name} has {string.Join(", ", found)} and not {string.Join(", ", expected)}.");
        }
    }
}

internal static class Entrants
{
    public static readonly IReadOnlyList<Entrant> All =
    [
        new(
            "financechain",
            (field, database) => Task.FromResult(new ProcessStartInfo("dotnet", [typeof(LedgerIndexer.IndexerHost).Assembly.Location])
            {
                RedirectStandardOutput = true,
                Environment =
                {
                    ["LedgerIndexer__Postgres"] = database,
                    ["LedgerIndexer__ChainUrl"] = field.Chain.ToString(),
                    ["LedgerIndexer__LedgerAddress"] = field.Ledger.Address.ToString(),
                    ["LedgerIndexer__DeployBlock"] = Field.Number(field.Ledger.DeployBlock),
                    ["Logging__LogLevel__Default"] = "Warning",
                },
            }),
            "select block_number >= $HEAD from ledger.checkpoint",
            """
            select (select count(*) from ledger.event)::numeric, t.lent_fen::numeric, t.repaid_fen::numeric,
                   (select sum(amount_fen) from ledger.receivable)::numeric
              from ledger.running_totals t
            """),
        new(
            "limit",
            (field, database) => Task.FromResult(new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "limit"])
            {
                RedirectStandardOutput = true,
                Environment =
                {
                    ["LIMIT_DATABASE"] = database,
                    ["LIMIT_CHAIN"] = field.Chain.ToString(),
                    ["LIMIT_LEDGER"] = field.Ledger.Address.ToString(),
                    ["LIMIT_FROM"] = Field.Number(field.Ledger.DeployBlock),
                    ["LIMIT_TO"] = Field.Number(field.Ledger.Head),
                },
            }),
            "select complete from checkpoint",
            "select count(*)::numeric from event"),
        new(
            "ponder",
            (field, database) => Peers.Ponder(field, database),
            "select exists (select from peer.ledger_event where id = '$HEAD-99')",
            """
            select (select count(*) from peer.ledger_event)::numeric, sum(lent_fen)::numeric, sum(repaid_fen)::numeric,
                   (select sum(outstanding_fen) from peer.receivable)::numeric
              from peer.loan
            """),
        new(
            "envio",
            (field, database) => Peers.Envio(field, database),
            """select exists (select from "LedgerEvent" where id = '$HEAD-99')""",
            """
            select (select count(*) from "LedgerEvent")::numeric, sum("lentFen")::numeric, sum("repaidFen")::numeric,
                   (select sum("outstandingFen") from "Receivable")::numeric
              from "Loan"
            """),
    ];
}
