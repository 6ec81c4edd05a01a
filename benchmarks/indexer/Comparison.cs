using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using FinanceChain.EmbeddedEngines;
using Npgsql;

namespace FinanceChain.IndexerBenchmark;

/// <summary>Runs all contenders in turn, several rounds, on one chain and one database server, checks that they wrote the same, and writes the report.</summary>
internal sealed class Comparison(int events, int rounds, bool peers)
{
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        await using var chain = await EmbeddedChain.StartTemporary(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("financechain-benchmark-");
        await using var postgres = await EmbeddedPostgres.Start(Path.Combine(folder.FullName, "postgres"), new PostgresOptions(), cancellationToken);
        Console.WriteLine($"Filling the chain with {events} events ...");
        var (contract, first, last) = await BenchmarkChain.Fill(chain, events, cancellationToken);
        List<Contender> contenders = [Contender.Limit, Contender.Ours, .. peers ? Peers.All() : []];
        var results = new List<Result>();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var database = await postgres.CreateDatabase($"{contender.Name}_{round}".ToLowerInvariant(), cancellationToken);
                var result = await Measure(contender, new Assignment(chain.Endpoint, contract, first, last, database), cancellationToken);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {round}: {contender.Name}: {result.Seconds:0.00} s, {events / result.Seconds:0} events/s, {result.PeakMegabytes} MB, CPU {result.CpuSeconds:0.0} s"));
                results.Add(result);
            }
        }

        await File.WriteAllTextAsync("benchmarks/indexer/report.md", Report(results), cancellationToken);
        await postgres.Stop(cancellationToken);
        folder.Delete(recursive: true);
        return 0;
    }

    private async Task<Result> Measure(Contender contender, Assignment assignment, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(assignment.Postgres);
        if (contender.WritesOurTables)
        {
            await using var create = source.CreateCommand(TransferTables.Create);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var start = contender.Start(assignment);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var (name, value) in assignment.Environment)
        {
            start.Environment[name] = value;
        }

        var log = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => log.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.AppendLine(line.Data);
        var began = Stopwatch.GetTimestamp();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var (peak, cpu) = (0L, 0.0);
        while (!process.HasExited && !(contender.RunsOn && await Count(source, contender, cancellationToken) >= events))
        {
            (peak, cpu) = ProcessTree.Usage(process.Id, peak, cpu);
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(10))
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"{contender.Name} did not come to the end.\n{log}");
            }

            await Task.Delay(50, cancellationToken);
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync(cancellationToken);
        var written = await Count(source, contender, cancellationToken);
        return written == events
            ? new Result(contender.Name, seconds, peak / 1_048_576, cpu)
            : throw new InvalidOperationException($"{contender.Name} wrote {written} of {events} rows.\n{log}");
    }

    private static async Task<long> Count(NpgsqlDataSource source, Contender contender, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand(contender.CountSql);
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return 0;
        }
    }

    private string Report(List<Result> results)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Indexing, side by side

            {events} `TransferSingle` events in {events / BenchmarkChain.EventsPerBlock} blocks of one anvil, one row and two balances per event, one
            PostgreSQL with fsync and synchronous commit on; {rounds} interleaved rounds, medians. Command: `benchmarks/indexer/run.sh`.
            Machine: {Machine.Describe()}. Time is from the start of the process to the last row, so it holds the start of each runtime.

            | indexer | seconds | events/s | of the limit | own CPU s | peak memory |
            |---|---|---|---|---|---|
            """);
        var byName = results.GroupBy(result => result.Name).ToDictionary(group => group.Key, group => group.OrderBy(item => item.Seconds).ElementAt(group.Count() / 2));
        var limit = byName[Contender.Limit.Name].Seconds;
        foreach (var item in byName.Values)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {item.Name} | {item.Seconds:0.00} | {events / item.Seconds:0} | {limit / item.Seconds:P0} | {item.CpuSeconds:0.0} | {item.PeakMegabytes} MB |");
        }

        return text.ToString();
    }

    private sealed record Result(string Name, double Seconds, long PeakMegabytes, double CpuSeconds);
}

/// <param name="RunsOn">It goes on following the chain, and is ended when its rows are complete.</param>
internal sealed record Contender(string Name, bool WritesOurTables, bool RunsOn, string CountSql, Func<Assignment, ProcessStartInfo> Start)
{
    public static readonly Contender Limit = new("limit", true, false, "select count(*) from transfer", _ => Self("limit"));

    public static readonly Contender Ours = new("FinanceChain", true, false, "select count(*) from transfer", _ => Self("ours"));

    private static ProcessStartInfo Self(string part) => new("dotnet", [Assembly.GetExecutingAssembly().Location, part]);
}
