using System.Numerics;
using System.Threading.Channels;
using FinanceChain.Ethereum;
using FinanceChain.LedgerIndexer;
using FinanceChain.LedgerIndexer.Chain;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinanceChain.IndexerBenchmark.Transfers;

/// <summary>
/// This project's follower, with a projection of transfers and balances in the place of the ledger's: rows, folded balances and checkpoint in one
/// transaction for a range, as the ledger's tables are written.
/// </summary>
internal static class TransferFollower
{
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
        await foreach (var range in ranges.Reader.ReadAllAsync(cancellationToken))
        {
            await Commit(connection, range, cancellationToken);
        }

        await reading;
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static async Task Read(Follower follower, BlockMark before, long last, ChannelWriter<Projected> ranges, CancellationToken cancellationToken)
    {
        await foreach (var signal in follower.Follow(before, cancellationToken))
        {
            if (signal is ChainSignal.Finalize final)
            {
                await ranges.WriteAsync(Projected.Of(final.Range), cancellationToken);
                if (final.Range.End.Number >= last)
                {
                    break;
                }
            }
        }

        ranges.Complete();
    }

    private static async Task Commit(NpgsqlConnection connection, Projected range, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await TransferTables.CopyRows(connection, range.Rows, cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        var balances = new NpgsqlBatchCommand(AddBalances);
        balances.Parameters.Add(new() { Value = range.Moved.Keys.Select(key => key.Account.ToArray()).ToArray() });
        balances.Parameters.Add(new() { Value = range.Moved.Keys.Select(key => key.Token).ToArray() });
        balances.Parameters.Add(new() { Value = range.Moved.Values.ToArray() });
        batch.BatchCommands.Add(balances);
        var checkpoint = new NpgsqlBatchCommand("update checkpoint set block_number = $1, block_hash = $2");
        checkpoint.Parameters.Add(new() { Value = range.End.Number });
        checkpoint.Parameters.Add(new() { Value = range.End.Hash.ToArray() });
        batch.BatchCommands.Add(checkpoint);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The rows of a range and what they change, made while the range before is written: it needs no stored row.</summary>
    private sealed record Projected(Transfer[] Rows, Dictionary<(Address Account, BigInteger Token), BigInteger> Moved, BlockMark End)
    {
        public static Projected Of(LogRange range)
        {
            var rows = new Transfer[range.Logs.Count];
            var moved = new Dictionary<(Address Account, BigInteger Token), BigInteger>();
            for (var i = 0; i < rows.Length; i++)
            {
                var row = rows[i] = Transfer.Of(range.Logs[i]);
                moved[(row.From, row.Id)] = moved.GetValueOrDefault((row.From, row.Id)) - row.Amount;
                moved[(row.To, row.Id)] = moved.GetValueOrDefault((row.To, row.Id)) + row.Amount;
            }

            return new Projected(rows, moved, range.End);
        }
    }
}
