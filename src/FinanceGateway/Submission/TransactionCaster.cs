using FinanceChain.Ethereum;
using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Sends stored transactions, and sends them again to a chain that does not have them: after a crash between storing and sending, and to a
/// node that was killed and came back without its latest blocks.
/// </summary>
internal sealed partial class TransactionCaster(
    EthereumClient chain, ChainIdentity identity, GatewayKeys keys, ILogger<TransactionCaster> logger)
{
    private const string EnterSenderSql = """
        insert into gateway.sender (chain_id, address, next_nonce) values ($1, $2, $3)
        on conflict (chain_id, address) do update set next_nonce = greatest(gateway.sender.next_nonce, excluded.next_nonce)
        """;

    // Ended ones are opened again: until their new block is known (0 matches none), no old event may end them a second time.
    private const string ReopenSql = """
        update gateway.transaction set status = 1, recast_block = 0
        where chain_id = $1 and sender = $2 and nonce >= $3 and status = 2
        """;

    private const string MissingSql = """
        select nonce, raw, operations from gateway.transaction
        where chain_id = $1 and sender = $2 and nonce >= $3 and status <> 4
        order by nonce
        """;

    private const string LastEndedSql = """
        select coalesce(max(nonce), -1) from gateway.transaction where chain_id = $1 and sender = $2 and status = 2
        """;

    /// <summary>Sends once. A node that knows the transaction already is content.</summary>
    /// <exception cref="NodeUnreachableException">The chain is away; the transaction is stored and sent later.</exception>
    public async Task Send(StoredTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            await chain.SendRawTransaction(transaction.Raw, cancellationToken);
        }
        catch (JsonRpcException refusal)
        {
            // Not lost: it stands in the database and is looked up when it is not indexed in time.
            LogRefused(transaction.Nonce, refusal.Message);
        }
    }

    /// <summary>
    /// True when the chain does not have a transaction any more whose events were indexed: it was killed and came back without its latest blocks.
    /// </summary>
    public async Task<bool> HasLostTail(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // The database first: what it knows as ended was on the chain before the chain is asked.
        await using var command = new NpgsqlCommand(LastEndedSql, connection);
        command.Parameters.Add(new() { Value = checked((long)identity.ChainId) });
        command.Parameters.Add(new() { Value = keys.Sender.Address.ToArray() });
        var lastEnded = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return checked((long)await chain.TransactionCount(keys.Sender.Address, BlockTag.Latest, cancellationToken)) <= lastEnded;
    }

    /// <summary>Brings the chain up to the stored nonces. Returns how many transactions it was given again.</summary>
    public async Task<int> Repair(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var nonce = checked((long)await chain.TransactionCount(keys.Sender.Address, BlockTag.Latest, cancellationToken));
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(OfSender(EnterSenderSql, nonce));
            batch.BatchCommands.Add(OfSender(ReopenSql, nonce));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        var missing = await Missing(connection, nonce, cancellationToken);
        foreach (var transaction in missing)
        {
            await Send(transaction, cancellationToken);
        }

        if (missing.Count > 0)
        {
            LogRecast(missing.Count, missing[0].Nonce);
        }

        return missing.Count;
    }

    private async Task<List<StoredTransaction>> Missing(NpgsqlConnection connection, long nonce, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { OfSender(MissingSql, nonce) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var missing = new List<StoredTransaction>();
        while (await reader.ReadAsync(cancellationToken))
        {
            missing.Add(new StoredTransaction(checked((ulong)reader.GetInt64(0)), reader.GetFieldValue<byte[]>(1), reader.GetInt32(2)));
        }

        return missing;
    }

    private NpgsqlBatchCommand OfSender(string sql, long nonce) => new(sql)
    {
        Parameters =
        {
            new() { Value = checked((long)identity.ChainId) },
            new() { Value = keys.Sender.Address.ToArray() },
            new() { Value = nonce },
        },
    };

    [LoggerMessage(2301, LogLevel.Warning, "The chain did not take the transaction with nonce {Nonce}: {Answer}")]
    private partial void LogRefused(ulong nonce, string answer);

    [LoggerMessage(2302, LogLevel.Information, "Sent {Count} stored transactions again, from nonce {Nonce}")]
    private partial void LogRecast(int count, ulong nonce);
}
