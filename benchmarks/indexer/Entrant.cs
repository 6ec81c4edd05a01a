using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using FinanceChain.EmbeddedEngines;
using Npgsql;

namespace FinanceChain.IndexerBenchmark;

/// <summary>An indexer in the comparison. It runs as a process of its own, with an empty database.</summary>
/// <param name="DoneSql">One row, true: the last block is indexed. Cheap, because it is asked while the entrant works. $LAST is that block.</param>
/// <param name="CheckSql">One row: the figures that it keeps of <see cref="Field.Figures"/>, in that order.</param>
internal sealed record Entrant(string Name, Func<Field, Turn, Task<ProcessStartInfo>> Prepare, string DoneSql, string CheckSql)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>A part of this program, as a process.</summary>
    public static Task<ProcessStartInfo> Self(string part) =>
        Task.FromResult(new ProcessStartInfo("dotnet", [Assembly.GetExecutingAssembly().Location, part]) { RedirectStandardOutput = true });

    /// <summary>Indexes everything once, and compares its figures with those that were played.</summary>
    public async Task<Measurement> Run(Field field, EmbeddedPostgres postgres, int round, CancellationToken cancellation)
    {
        var database = await postgres.CreateDatabase($"{Name}_{round}", cancellation);
        var turn = new Turn(field.Chain, field.Contract, field.First, field.Last, database);
        var start = await Prepare(field, turn);
        turn.WriteTo(start.Environment);
        await using var source = NpgsqlDataSource.Create(database);
        var done = DoneSql.Replace("$LAST", field.Last.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var measured = await Measured.Run(start, () => Ask(source, done), Patience, cancellation);
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
        if (!found.SequenceEqual(field.Figures.Take(found.Length)))
        {
            throw new InvalidOperationException($"{Name} has {string.Join(", ", found)} and not {string.Join(", ", field.Figures)}.");
        }
    }
}
