using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
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
        var (head, begun, moved) = (long.MaxValue, Stopwatch.GetTimestamp(), new Moved());
        await foreach (var signal in follower.Follow(before, cancellationToken))
        {
            if (signal is ChainSignal.Block seen)
            {
                head = seen.Final;
            }
            else if (signal is ChainSignal.Finalize { Range: var range })
            {
                var rows = moved.Add(range.Logs);
                if (range.End.Number >= head || moved.Count >= MostBalances || Stopwatch.GetElapsedTime(begun) >= LongestTransaction)
                {
                    await ranges.WriteAsync(new Projected(rows, range.End, moved), cancellationToken);
                    (begun, moved) = (Stopwatch.GetTimestamp(), []);
                }
                else
                {
                    await ranges.WriteAsync(new Projected(rows, range.End, Moved: null), cancellationToken);
                }

                if (range.End.Number >= last)
                {
                    break;
                }
            }
        }

        ranges.Complete();
    }

    private static async Task Write(NpgsqlConnection connection, ChannelReader<Projected> ranges, CancellationToken cancellationToken)
    {
        NpgsqlTransaction? transaction = null;
        await foreach (var range in ranges.ReadAllAsync(cancellationToken))
        {
            transaction ??= await connection.BeginTransactionAsync(cancellationToken);
            await TransferTables.CopyRows(connection, range.Rows, cancellationToken);
            if (range.Moved is not null)
            {
                await Commit(transaction, range.Moved, range.End, cancellationToken);
                transaction = null;
            }
        }
    }

    private static async Task Commit(
        NpgsqlTransaction transaction, Moved moved, BlockMark end, CancellationToken cancellationToken)
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

    /// <summary>The rows of a range, made while the one before is written: they need no stored row.</summary>
    /// <param name="Moved">Where a transaction ends: what all its ranges moved.</param>
    private sealed record Projected(Transfer[] Rows, BlockMark End, Moved? Moved);

    /// <summary>What was added to each balance.</summary>
    private sealed class Moved : Dictionary<(Address Account, BigInteger Token), BigInteger>
    {
        public Transfer[] Add(IReadOnlyList<Log> logs)
        {
            var rows = new Transfer[logs.Count];
            for (var i = 0; i < rows.Length; i++)
            {
                var row = rows[i] = Transfer.Of(logs[i]);
                CollectionsMarshal.GetValueRefOrAddDefault(this, (row.From, row.Id), out _) -= row.Amount;
                CollectionsMarshal.GetValueRefOrAddDefault(this, (row.To, row.Id), out _) += row.Amount;
            }

            return rows;
        }
    }
}
