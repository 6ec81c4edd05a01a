using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>Looks up what became of transactions that were not indexed in time, and mends it.</summary>
internal sealed partial class StuckTransactions(
    EthereumClient chain, ChainIdentity identity, GatewayKeys keys, BatchBuilder batches, IOptions<GatewayOptions> options,
    ILogger<StuckTransactions> logger)
{
    private const string OverdueSql = """
        select transaction_id, nonce, transaction_hash, coalesce(recast_block = 0, false), extract(epoch from now() - signed_at)::int
        from gateway.transaction
        where chain_id = $1 and sender = $2 and status = 1 and (recast_block = 0 or signed_at < now() - make_interval(secs => $3))
        order by nonce limit 500
        """;

    private const string RequeueSql = """
        with closed as (
            update gateway.transaction set status = $2, ended_at = now() where transaction_id = $1 and status = 1 returning transaction_id)
        update gateway.operation o set status = 1, transaction_id = null, position = null
        from closed where o.transaction_id = closed.transaction_id
        """;

    private const string RecastSql = """
        update gateway.transaction t set recast_block = q.block_number
        from unnest($1, $2) as q (transaction_id, block_number) where t.transaction_id = q.transaction_id
        """;

    private sealed record Overdue(long TransactionId, ulong Nonce, Hash256 Hash, bool Recast, int AgeSeconds);

    /// <summary>True when the chain and the stored nonces have parted: <see cref="TransactionCaster.Repair"/> brings them together.</summary>
    public async Task<bool> Mend(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var overdue = await Find(connection, cancellationToken);
        if (overdue.Count == 0)
        {
            return false;
        }

        // The nonce first: a receipt that is missing afterwards, below this nonce, will never come.
        var spent = await chain.TransactionCount(keys.Sender.Address, BlockTag.Latest, cancellationToken);
        var receipts = await chain.Receipts(overdue.ConvertAll(t => t.Hash), cancellationToken);
        var lacking = false;
        var recast = new List<(long TransactionId, long Block)>();
        for (var i = 0; i < overdue.Count; i++)
        {
            var transaction = overdue[i];
            switch (receipts[i])
            {
                case null when transaction.Nonce < spent:
                    LogSuperseded(transaction.Nonce, transaction.Hash);
                    await Requeue(connection, transaction, TransactionStatus.Superseded, cancellationToken);
                    lacking = true;
                    break;
                case null:
                    lacking = true;
                    break;
                case { Succeeded: false }:
                    LogFailed(transaction.Nonce, transaction.Hash);
                    batches.Shrink();
                    await Requeue(connection, transaction, TransactionStatus.Failed, cancellationToken);
                    break;
                case { } receipt when transaction.Recast:
                    recast.Add((transaction.TransactionId, checked((long)receipt.BlockNumber)));
                    break;
                case { } receipt:
                    LogNotIndexed(transaction.Hash, receipt.BlockNumber, transaction.AgeSeconds);
                    break;
            }
        }

        await Recast(connection, recast, cancellationToken);
        return lacking;
    }

    private async Task<List<Overdue>> Find(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OverdueSql, connection);
        command.Parameters.Add(new() { Value = checked((long)identity.ChainId) });
        command.Parameters.Add(new() { Value = keys.Sender.Address.ToArray() });
        command.Parameters.Add(new() { Value = (double)options.Value.StuckAfterSeconds });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var overdue = new List<Overdue>();
        while (await reader.ReadAsync(cancellationToken))
        {
            overdue.Add(new Overdue(
                reader.GetInt64(0), checked((ulong)reader.GetInt64(1)), Hash256.FromBytes(reader.GetFieldValue<byte[]>(2)),
                reader.GetBoolean(3), reader.GetInt32(4)));
        }

        return overdue;
    }

    private static async Task Requeue(
        NpgsqlConnection connection, Overdue transaction, TransactionStatus status, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(RequeueSql, connection);
        command.Parameters.Add(new() { Value = transaction.TransactionId });
        command.Parameters.Add(new() { Value = (short)status });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task Recast(
        NpgsqlConnection connection, List<(long TransactionId, long Block)> recast, CancellationToken cancellationToken)
    {
        if (recast.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(RecastSql, connection);
        command.Parameters.Add(new() { Value = recast.ConvertAll(r => r.TransactionId), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = recast.ConvertAll(r => r.Block), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(2401, LogLevel.Warning, "Transaction {Hash} failed as a whole at nonce {Nonce}; its operations are queued again in smaller batches")]
    private partial void LogFailed(ulong nonce, Hash256 hash);

    [LoggerMessage(2402, LogLevel.Warning, "Another transaction took nonce {Nonce}; the operations of {Hash} are queued again")]
    private partial void LogSuperseded(ulong nonce, Hash256 hash);

    [LoggerMessage(2403, LogLevel.Information, "Transaction {Hash} is in block {Block} for {AgeSeconds} s and not indexed yet")]
    private partial void LogNotIndexed(Hash256 hash, ulong block, int ageSeconds);
}
