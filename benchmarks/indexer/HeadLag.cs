using System.Diagnostics;
using System.Globalization;
using FinanceChain.EmbeddedEngines;
using FinanceChain.IndexerBenchmark.OwnLedger;
using Npgsql;

namespace FinanceChain.IndexerBenchmark;

/// <summary>
/// From a block of the ledger that can be seen at the node to its rows that can be seen in the database (the checkpoint commits with them):
/// 500 events a block, one block a second, through the product's indexer as it runs in production.
/// </summary>
internal static class HeadLag
{
    private const int TransactionsPerBlock = 5;

    /// <summary>Blocks before the count begins: an indexer of production has been running for days, and its code is compiled.</summary>
    private const int WarmUp = 36;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public static async Task<string> Run(int blocks, CancellationToken cancellation)
    {
        await using var chain = await EmbeddedChain.StartTemporary(new ChainOptions { StateInterval = TimeSpan.FromDays(1) }, cancellation);
        var folder = Machine.NewFolder();
        var postgres = await EmbeddedPostgres.Start(Path.Combine(folder.FullName, "postgres"), new PostgresOptions(), cancellation);
        try
        {
            var database = await postgres.CreateDatabase("lag", cancellation);
            using var ledger = await BusyLedger.Found(chain, cancellation);
            var turn = new Turn(ledger.Field.Chain, ledger.Field.Contract, ledger.Field.First, ledger.Field.Last, database);
            using var indexer = Process.Start(LedgerWorkload.Indexer(turn)) ?? throw new InvalidOperationException("The indexer did not start.");
            indexer.OutputDataReceived += (_, _) => { };
            indexer.BeginOutputReadLine();
            try
            {
                return Report(await Measure(ledger, database, blocks, cancellation));
            }
            finally
            {
                indexer.Kill(entireProcessTree: true);
                await indexer.WaitForExitAsync(CancellationToken.None);
            }
        }
        finally
        {
            await postgres.Stop(CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    private static async Task<List<double>> Measure(BusyLedger ledger, string database, int blocks, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await UntilIndexed(source, ledger.Field.Last, cancellation);
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand("select block_number from ledger.checkpoint", connection);
        await command.PrepareAsync(cancellation);
        var lags = new List<double>();
        await ledger.PlayLives(
            TransactionsPerBlock, WarmUp + blocks,
            async block =>
            {
                while ((long)(await command.ExecuteScalarAsync(cancellation))! < block)
                {
                    await Task.Delay(1, cancellation);
                }

                var lag = Stopwatch.GetElapsedTime(ledger.SeenAt);
                lags.Add(lag.TotalMilliseconds);
                await Task.Delay(Pace > lag ? Pace - lag : TimeSpan.Zero, cancellation);
            },
            cancellation);
        return lags;
    }

    private static async Task UntilIndexed(NpgsqlDataSource source, long block, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await using var command = source.CreateCommand("select block_number from ledger.checkpoint");
                if (await command.ExecuteScalarAsync(cancellation) is long reached && reached >= block)
                {
                    return;
                }
            }
            catch (PostgresException notYet) when (notYet.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
            {
            }

            await Task.Delay(100, cancellation);
        }
    }

    private static string Report(List<double> lags)
    {
        lags.RemoveRange(0, WarmUp);
        lags.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{lags.Count} blocks of {TransactionsPerBlock * BusyLedger.Together} events, one a second, after {WarmUp} others: p50 {lags[lags.Count / 2]:F0} ms, p99 {lags[lags.Count * 99 / 100]:F0} ms, longest {lags[^1]:F0} ms. {Machine.Describe()}");
    }
}
