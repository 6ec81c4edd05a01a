using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using Npgsql;

namespace FinanceChain.IndexerBenchmark;

/// <summary>From a block that can be seen at the node to its rows that can be seen in the database: 500 events a block, one block a second.</summary>
internal static class HeadLag
{
    private const int EventsPerBlock = 500;

    public static async Task<int> Run(int blocks, CancellationToken cancellationToken)
    {
        await using var chain = await EmbeddedChain.StartTemporary(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("financechain-benchmark-");
        var postgres = await EmbeddedPostgres.Start(Path.Combine(folder.FullName, "postgres"), new PostgresOptions(), cancellationToken);
        var database = await postgres.CreateDatabase("lag", cancellationToken);
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await using var create = source.CreateCommand(TransferTables.Create);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var (contract, first, last) = await BenchmarkChain.Fill(chain, events: BenchmarkChain.EventsPerBlock, cancellationToken);
        var committed = new ConcurrentDictionary<long, long>();
        var running = OurIndexer.Run(
            new Assignment(chain.Endpoint, contract, first, last + blocks, database), cancellationToken, block => committed[block] = Stopwatch.GetTimestamp());
        using var client = new EthereumClient(chain.Endpoint);
        var sender = Secp256k1Key.Create();
        var chainId = await client.ChainId(cancellationToken);
        var seen = new Dictionary<long, long>();
        for (var i = 0; i < blocks; i++)
        {
            var data = TransferContract.Call(EventsPerBlock, i * EventsPerBlock);
            var signed = new Eip1559Transaction(chainId, (ulong)i, BigInteger.Zero, BigInteger.Zero, 16_000_000, contract, BigInteger.Zero, data).Sign(sender);
            await client.SendRawTransaction(signed.Raw, cancellationToken);
            TransactionReceipt? receipt;
            while ((receipt = await client.Receipt(signed.Hash, cancellationToken)) is null)
            {
            }

            seen[(long)receipt.BlockNumber] = Stopwatch.GetTimestamp();
            await Task.Delay(1_000, cancellationToken);
        }

        await running.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
        await postgres.Stop(cancellationToken);
        folder.Delete(recursive: true);
        double[] lags = [.. seen.Where(item => committed.ContainsKey(item.Key))
            .Select(item => Stopwatch.GetElapsedTime(item.Value, committed[item.Key]).TotalMilliseconds).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{lags.Length} blocks of {EventsPerBlock} events: p50 {lags[lags.Length / 2]:0} ms, p99 {lags[lags.Length * 99 / 100]:0} ms, longest {lags[^1]:0} ms. {Machine.Describe()}"));
        return 0;
    }
}
