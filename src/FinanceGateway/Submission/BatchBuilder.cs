using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>A transaction that is stored and may be sent any number of times.</summary>
internal sealed record StoredTransaction(ulong Nonce, byte[] Raw, int Operations);

/// <summary>
/// Takes the oldest queued operations into one signed transaction. Nonce, bytes and operations are committed together before anything is
/// sent: whatever dies afterwards, the same bytes are sent again, and a nonce is spent once.
/// </summary>
internal sealed class BatchBuilder(GatewayKeys keys, ChainIdentity chain, ChainFees fees, IOptions<GatewayOptions> options)
{
    private const string LockSenderSql = "select next_nonce from gateway.sender where chain_id = $1 and address = $2 for update";

    private const string CountOpenSql = "select count(*) from gateway.transaction where chain_id = $1 and sender = $2 and status = 1";

    private const string TakeSql = """
        select operation_id, calldata from gateway.operation where status = 1 order by sequence limit $1 for update skip locked
        """;

    private const string StoreSql = """
        with stored as (
            insert into gateway.transaction (chain_id, sender, nonce, transaction_hash, raw, gas_limit, operations)
            values ($1, $2, $3, $4, $5, $6, cardinality($7)) returning transaction_id),
        moved as (
            update gateway.sender set next_nonce = $3 + 1 where chain_id = $1 and address = $2)
        update gateway.operation o set status = 2, transaction_id = stored.transaction_id, position = taken.place - 1
        from stored, unnest($7) with ordinality as taken (operation_id, place)
        where o.operation_id = taken.operation_id
        """;

    // Halved when a batch ran out of gas, grown back by one with each batch that is made.
    private int _maxOperations = options.Value.BatchMaxOperations;

    private sealed record Queued(Guid OperationId, byte[] Calldata);

    public void Shrink() => _maxOperations = Math.Max(1, _maxOperations / 2);

    /// <summary>Null when the queue is empty or as many transactions as allowed are on their way.</summary>
    public async Task<StoredTransaction?> Next(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var work = await connection.BeginTransactionAsync(cancellationToken);
        var (nonce, open, queued) = await Take(connection, cancellationToken);
        if (queued.Count == 0 || open >= options.Value.MaxTransactionsInFlight)
        {
            return null;
        }

        var signed = await Sign(nonce, queued, cancellationToken);
        await Store(connection, nonce, signed.Transaction, signed.GasLimit, [.. queued.Take(signed.Operations).Select(q => q.OperationId)], cancellationToken);
        await work.CommitAsync(cancellationToken);
        _maxOperations = Math.Min(_maxOperations + 1, options.Value.BatchMaxOperations);
        return new StoredTransaction(nonce, signed.Transaction.Raw, signed.Operations);
    }

    private async Task<(ulong Nonce, long Open, List<Queued> Queued)> Take(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(OfSender(LockSenderSql));
        batch.BatchCommands.Add(OfSender(CountOpenSql));
        batch.BatchCommands.Add(new(TakeSql) { Parameters = { new() { Value = _maxOperations } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var nonce = checked((ulong)reader.GetInt64(0));
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var open = reader.GetInt64(0);
        await reader.NextResultAsync(cancellationToken);
        var queued = new List<Queued>();
        while (await reader.ReadAsync(cancellationToken))
        {
            queued.Add(new Queued(reader.GetGuid(0), reader.GetFieldValue<byte[]>(1)));
        }

        return (nonce, open, queued);
    }

    private async Task<(SignedTransaction Transaction, long GasLimit, int Operations)> Sign(
        ulong nonce, List<Queued> queued, CancellationToken cancellationToken)
    {
        var (fee, blockGasLimit) = await fees.Current(cancellationToken);
        var ceilings = queued.ConvertAll(q => OperationGas.Ceiling(SignedOperation.Decode(q.Calldata), q.Calldata.Length));
        var limit = Math.Min(options.Value.TransactionMaxGas, blockGasLimit);
        var count = OperationGas.Fit(ceilings, limit);
        var gasLimit = Math.Min(limit, OperationGas.Transaction + OperationGas.Reserve + ceilings.Take(count).Sum());
        var data = FinanceLedgerContract.EncodeSubmit([.. queued.Take(count).Select(q => ByteString.Wrap(q.Calldata))]);
        var transaction = new Eip1559Transaction(
            chain.ChainId, nonce, fee.MaxPriorityFeePerGas, fee.MaxFeePerGas, checked((ulong)gasLimit), chain.Ledger, 0, data);
        return (transaction.Sign(keys.Sender), gasLimit, count);
    }

    private async Task Store(
        NpgsqlConnection connection, ulong nonce, SignedTransaction signed, long gasLimit, Guid[] operationIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(StoreSql, connection);
        command.Parameters.Add(new() { Value = checked((long)chain.ChainId) });
        command.Parameters.Add(new() { Value = keys.Sender.Address.ToArray() });
        command.Parameters.Add(new() { Value = checked((long)nonce) });
        command.Parameters.Add(new() { Value = signed.Hash.ToArray() });
        command.Parameters.Add(new() { Value = signed.Raw });
        command.Parameters.Add(new() { Value = gasLimit });
        command.Parameters.Add(new() { Value = operationIds, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlBatchCommand OfSender(string sql) => new(sql)
    {
        Parameters = { new() { Value = checked((long)chain.ChainId) }, new() { Value = keys.Sender.Address.ToArray() } },
    };
}
