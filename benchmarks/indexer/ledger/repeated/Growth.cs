using System.Diagnostics;
using System.Globalization;
using System.Text;
using FinanceChain.EmbeddedEngines;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.IndexerBenchmark.OwnLedger.Repeated;

/// <summary>
/// What the ledger costs as it grows: one process of the product's indexer follows a repeated chain whose head is raised stage by stage. At each stage its
/// speed over the last events, the time of each report, and the disk that an event takes.
/// </summary>
internal static class Growth
{
    /// <summary>Over so many events before the end of a stage its speed is measured.</summary>
    private const long Stretch = 500_000;

    private const int Questions = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromHours(3);

    /// <summary>Each report as the gateway asks for it; @block is the last block in every second question, else one of the past.</summary>
    private static readonly IReadOnlyDictionary<string, string> Reports = new Dictionary<string, string>
    {
        ["summary"] = "select * from report.summary(1::smallint, @block)",
        ["summary of a day"] = "select * from report.summary(1::smallint, report.block_of_day(1::smallint, ledger.business_day(report.block_time(1::smallint, @block))))",
        ["lending_by_day"] = "select * from report.lending_by_day(1::smallint, @block)",
        ["lending_by_month"] = "select * from report.lending_by_month(1::smallint, @block)",
        ["lending_by_region"] = "select * from report.lending_by_region(1::smallint, @block)",
        ["lending_by_bank"] = "select * from report.lending_by_bank(1::smallint, @block)",
        ["lending_by_industry"] = "select * from report.lending_by_industry(1::smallint, @block)",
        ["lending_by_size"] = "select * from report.lending_by_size(1::smallint, @block)",
        ["parties_by_month"] = "select * from report.parties_by_month(1::smallint, @block)",
        ["holdings"] = "select * from report.holdings(1::smallint, @block)",
        ["exposures, in whole"] = "select * from report.exposures(1::smallint, @block, 0::smallint)",
        ["exposures by obligor"] = "select * from report.exposures(1::smallint, @block, 1::smallint)",
        ["exposures by borrower of a bank"] = "select * from report.exposures(1::smallint, @block, 2::smallint, @bank)",
        ["receivable_tree"] = "select * from report.receivable_tree(1::smallint, @receivable)",
        ["provinces"] = "select * from report.provinces()",
        ["latest_events, a page"] = "select * from report.latest_events where ledger_id = 1 order by block_number desc, log_index desc limit 20",
    };

    public static async Task<string> Run(IReadOnlyList<long> stages, CancellationToken cancellation)
    {
        Console.WriteLine("growth: recording three turns of the ledger ...");
        await using var chain = await RepeatedChain.Serve(await RecordedTurns.Make(cancellation), stages[^1], cancellation);
        var folder = Machine.NewFolder();
        var postgres = await EmbeddedPostgres.Start(Path.Combine(folder.FullName, "postgres"), new PostgresOptions(), cancellation);
        var text = new StringBuilder();
        try
        {
            var database = await postgres.CreateDatabase("growth", cancellation);
            await using var source = NpgsqlDataSource.Create(database);
            var field = chain.Field;
            chain.Head = chain.BlockOf(stages[0]);
            using var indexer = Process.Start(LedgerWorkload.Indexer(new Turn(field.Chain, field.Contract, field.First, field.Last, database)))
                ?? throw new InvalidOperationException("The indexer did not start.");
            indexer.OutputDataReceived += (_, line) => Console.WriteLine(line.Data);
            indexer.BeginOutputReadLine();
            try
            {
                foreach (var stage in stages)
                {
                    chain.Head = chain.BlockOf(stage);
                    var speed = await Speed(source, chain, stage, cancellation);
                    text.Append(await Describe(source, indexer, stage, speed, cancellation));
                    Console.WriteLine(text);
                }
            }
            finally
            {
                indexer.Kill(entireProcessTree: true);
                await indexer.WaitForExitAsync(CancellationToken.None);
            }

            return $"## Growth\n\n{Machine.Describe()}\n{text}";
        }
        finally
        {
            await postgres.Stop(CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Events per second over the last <see cref="Stretch"/> before the head.</summary>
    private static async Task<double> Speed(NpgsqlDataSource source, RepeatedChain chain, long stage, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        await Reached(source, chain.BlockOf(stage - Stretch), clock, cancellation);
        var (from, began) = await Now();
        await Reached(source, chain.Head, clock, cancellation);
        var (to, ended) = await Now();
        return (to - from) * (double)chain.EventsOfABlock / Stopwatch.GetElapsedTime(began, ended).TotalSeconds;

        async Task<(long Block, long Moment)> Now() => (await Checkpoint(source, cancellation), Stopwatch.GetTimestamp());
    }

    private static async Task Reached(NpgsqlDataSource source, long block, Stopwatch clock, CancellationToken cancellation)
    {
        var told = clock.Elapsed;
        while (await Checkpoint(source, cancellation) is var reached && reached < block)
        {
            if (clock.Elapsed > Patience)
            {
                throw new InvalidOperationException($"The indexer stands at block {reached}.");
            }

            if (clock.Elapsed - told > TimeSpan.FromSeconds(30))
            {
                told = clock.Elapsed;
                Console.WriteLine($"  block {reached} of {block}");
            }

            await Task.Delay(100, cancellation);
        }
    }

    private static async Task<long> Checkpoint(NpgsqlDataSource source, CancellationToken cancellation)
    {
        try
        {
            await using var command = source.CreateCommand("select block_number from ledger.checkpoint");
            return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
        }
        catch (PostgresException notYet) when (notYet.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return 0;
        }
    }

    private static async Task<string> Describe(NpgsqlDataSource source, Process indexer, long stage, double speed, CancellationToken cancellation)
    {
        // What a day of operation would have done long ago.
        await Execute(source, "vacuum analyze", cancellation);
        var events = await Scalar(source, "select count(*) from ledger.event", cancellation);
        var bytes = await Scalar(source, "select pg_database_size(current_database())", cancellation);
        indexer.Refresh();
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"\n### {events:N0} events\n");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{speed:N0} events/s over the last {Math.Min(stage, Stretch):N0}; {bytes / (double)events:N0} bytes of disk an event; peak memory of the indexer {indexer.PeakWorkingSet64 / 1_048_576} MB.\n");
        text.AppendLine("| report | p50 ms | p99 ms | rows |\n|---|---|---|---|");
        var last = await Checkpoint(source, cancellation);
        var receivables = await Scalar(source, "select max(receivable_id) from ledger.receivable", cancellation);
        foreach (var (name, sql) in Reports)
        {
            text.AppendLine(await Ask(source, name, sql, last, receivables, cancellation));
        }

        return text.ToString();
    }

    private static async Task<string> Ask(NpgsqlDataSource source, string name, string sql, long last, long receivables, CancellationToken cancellation)
    {
        var chance = new Random(7);
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        var block = command.Parameters.Add("block", NpgsqlDbType.Bigint);
        var bank = command.Parameters.Add("bank", NpgsqlDbType.Integer);
        var receivable = command.Parameters.Add("receivable", NpgsqlDbType.Bigint);
        await command.PrepareAsync(cancellation);
        var times = new List<double>();
        long rows = 0;
        for (var i = 0; i < Questions; i++)
        {
            block.Value = i % 2 == 0 ? last : chance.NextInt64(last / 10, last);
            bank.Value = BusyLedger.BankNumber(chance.Next(BusyLedger.Banks));
            receivable.Value = chance.NextInt64(1, receivables);
            var began = Stopwatch.GetTimestamp();
            rows = 0;
            await using (var reader = await command.ExecuteReaderAsync(cancellation))
            {
                while (await reader.ReadAsync(cancellation))
                {
                    rows++;
                }
            }

            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {times[Questions / 2]:F1} | {times[Questions * 99 / 100]:F1} | {rows} |");
    }

    private static async Task<long> Scalar(NpgsqlDataSource source, string sql, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture);
    }

    private static async Task Execute(NpgsqlDataSource source, string sql, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
