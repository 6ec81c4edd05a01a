using System.Diagnostics;
using System.Numerics;
using System.Threading.Channels;
using FinanceChain.Ethereum;
using FinanceChain.LedgerIndexer;
using FinanceChain.LedgerIndexer.Chain;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinanceChain.IndexerBenchmark.Transfers;

/// <summary>
/// This project's follower, with a projection of transfers and balances in the place of the ledger's. Rows, folded balances and checkpoint stand in one
/// transaction. Far behind the head it takes as many ranges as come within three seconds: what an account receives and gives in between is written once.
/// </summary>
internal static class TransferFollower
{
    /// <summary>Bounds what a crash costs, and with <see cref="MostBalances"/> what is held in memory.</summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromSeconds(3);

    private const int MostBalances = 100_000;

    // In the order of the index, so that neighbours are written one after the other.
    private const string AddBalances = """
        insert into balance as b (account, token, amount) select unnest($1::bytea[]), unnest($2::numeric[]), unnest($3::numeric[]) order by 1, 2
        on conflict (account, token) do update set amount = b.amount + excluded.amount
        """;

    public static async Task Run(Turn task, CancellationToken cancellationToken)
    {
        var options = new LedgerIndexerOptions
        {
            ChainUrl = task.Chain, LedgerAddress = task.Contract.ToString(), DeployBlock = task.First, Postgres = task.Postgres, SynchronousCommit = true,
        };
        await using var services = new ServiceCollection().AddSingleton(options).AddSingleton(TimeProvider.System).AddLogging().AddFollowing()
            .BuildServiceProvider();
        using var client = new EthereumClient(task.Chain);
        var first = await client.Block((ulong)task.First, cancellationToken);
        var before = new BlockMark(task.First - 1, first!.ParentHash, DateTime.UnixEpoch);
        await using var connection = await TransferTables.Open(task.Postgres, cancellationToken);
        var ranges = Channel.CreateBounded<Projected>(2);
        var reading = Read(services.GetRequiredService<Follower>(), before, task.Last, ranges.Writer, cancellationToken);
        await Write(connection, ranges.Reader, cancellationToken);
        await reading;
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static async Task Read(Follower follower, BlockMark before, long last, ChannelWriter<Projected> ranges, CancellationToken cancellationToken)
    {
        var head = long.MaxValue;
        await foreach (var signal in follower.Follow(before, cancellationToken))
        {
            if (signal is ChainSignal.Block seen)
            {
                head = seen.Final;
            }
            else if (signal is ChainSignal.Finalize final)
            {
                await ranges.WriteAsync(Projected.Of(final.Range, isLevel: final.Range.End.Number >= head), cancellationToken);
                if (final.Range.End.Number >= last)
                {
                    break;
                }
            }
        }

        ranges.Complete();
    }

    private static async Task Write(NpgsqlConnection connection, ChannelReader<Projected> ranges, CancellationToken cancellationToken)
    {
        var moved = new Dictionary<(Address Account, BigInteger Token), BigInteger>();
        NpgsqlTransaction? transaction = null;
        var begun = 0L;
        await foreach (var range in ranges.ReadAllAsync(cancellationToken))
        {
            if (transaction is null)
            {
                begun = Stopwatch.GetTimestamp();
                transaction = await connection.BeginTransactionAsync(cancellationToken);
            }

            await TransferTables.CopyRows(connection, range.Rows, cancellationToken);
            foreach (var (balance, change) in range.Moved)
            {
                moved[balance] = moved.GetValueOrDefault(balance) + change;
            }

            if (range.IsLevel || moved.Count >= MostBalances || Stopwatch.GetElapsedTime(begun) >= LongestTransaction)
            {
                await Commit(transaction, moved, range.End, cancellationToken);
                (transaction, moved) = (null, []);
            }
        }
    }

    private static async Task Commit(
        NpgsqlTransaction transaction, Dictionary<(Address Account, BigInteger Token), BigInteger> moved, BlockMark end, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection);
        var balances = new NpgsqlBatchCommand(AddBalances);
        balances.Parameters.Add(new() { Value = moved.Keys.Select(key => key.Account.ToArray()).ToArray() });
        balances.Parameters.Add(new() { Value = moved.Keys.Select(key => key.Token).ToArray() });
        balances.Parameters.Add(new() { Value = moved.Values.ToArray() });
        batch.BatchCommands.Add(balances);
        var checkpoint = new NpgsqlBatchCommand("update checkpoint set block_number = $1, block_hash = $2");
        checkpoint.Parameters.Add(new() { Value = end.Number });
        checkpoint.Parameters.Add(new() { Value = end.Hash.ToArray() });
        batch.BatchCommands.Add(checkpoint);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await transaction.DisposeAsync();
    }

    /// <summary>The rows of a range and what they change, made while the range before is written: it needs no stored row.</summary>
    private sealed record Projected(Transfer[] Rows, Dictionary<(Address Account, BigInteger Token), BigInteger> Moved, BlockMark End, bool IsLevel)
    {
        /// <param name="isLevel">It ends with the last final block that is known.</param>
        public static Projected Of(LogRange range, bool isLevel)
        {
            var rows = new Transfer[range.Logs.Count];
            var moved = new Dictionary<(Address Account, BigInteger Token), BigInteger>();
            for (var i = 0; i < rows.Length; i++)
            {
                var row = rows[i] = Transfer.Of(range.Logs[i]);
                moved[(row.From, row.Id)] = moved.GetValueOrDefault((row.From, row.Id)) - row.Amount;
                moved[(row.To, row.Id)] = moved.GetValueOrDefault((row.To, row.Id)) + row.Amount;
            }

            return new Projected(rows, moved, range.End, isLevel);
        }
    }
}
