using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Takes queued operations into one signed transaction. Nonce, bytes and operations are committed together before anything is sent: whatever
/// dies afterwards, the same bytes are sent again, and a nonce is spent once.
/// </summary>
internal sealed class BatchBuilder(
    Signing signing, TransactionStore store, ChainIdentity chain, ChainFees fees, IOptions<GatewayOptions> options, IOptions<SubmissionOptions> submission)
{
    private const string CountOpenSql = """
        select (select count(*) from gateway.transaction where chain_id = $1 and sender = $2 and status = 1),
               exists (select 1 from gateway.transaction where chain_id = $1 and status = 1 and recast_block = 0)
        """;

    // Halved when a batch ran out of gas, grown back by one with each batch that is made.
    private int _maxOperations = options.Value.BatchMaxOperations;

    public void Shrink() => Volatile.Write(ref _maxOperations, Math.Max(1, Volatile.Read(ref _maxOperations) / 2));

    /// <summary>Null when nothing may go now, as many transactions as allowed are on their way, or the sender takes no new work.</summary>
    /// <exception cref="LeaseLostException">Another gateway holds the sender.</exception>
    public async Task<StoredTransaction?> Next(NpgsqlConnection connection, SenderLease lease, CancellationToken cancellationToken)
    {
        if (!signing.TakesWork(lease.Sender))
        {
            return null;
        }

        var (fee, blockGasLimit) = await fees.Current(cancellationToken);
        await using var work = await connection.BeginTransactionAsync(cancellationToken);
        var nonce = await store.Enter(connection, lease, cancellationToken);
        if (!await MayBuild(connection, lease.Sender, cancellationToken))
        {
            return null;
        }

        var size = new BatchSize(Math.Min(options.Value.TransactionMaxGas, blockGasLimit), submission.Value.BatchMaxBytes);
        var chosen = await BatchSelection.Choose(connection, Volatile.Read(ref _maxOperations), size.Add, cancellationToken);
        if (chosen.Count == 0)
        {
            return null;
        }

        var version = signing.Batch(lease.Sender, nonce, fee, size.GasLimit, chosen.ConvertAll(q => q.Calldata));
        var stored = await store.StoreBatch(
            connection, lease.Sender, nonce, version, size.GasLimit, chosen, cancellationToken);
        await work.CommitAsync(cancellationToken);
        Volatile.Write(ref _maxOperations, Math.Min(Volatile.Read(ref _maxOperations) + 1, options.Value.BatchMaxOperations));
        return stored;
    }

    // While a chain that lost its tail gets it back in the old order, nothing new goes before it.
    private async Task<bool> MayBuild(NpgsqlConnection connection, Address sender, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CountOpenSql, connection);
        command.Parameters.Add(new() { Value = checked((long)chain.ChainId) });
        command.Parameters.Add(new() { Value = sender.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(0) < options.Value.MaxTransactionsInFlight && !reader.GetBoolean(1);
    }

    /// <summary>How full a batch is. One operation fits always: what it really costs the ledger says.</summary>
    private sealed class BatchSize(long maxGas, int maxBytes)
    {
        private const int SlotBytes = 32;

        private long _gas = OperationGas.Transaction + OperationGas.Reserve;
        private int _bytes;

        public long GasLimit => Math.Min(_gas, maxGas);

        public bool Add(QueuedOperation operation)
        {
            var gas = OperationGas.Ceiling(SignedOperation.Decode(operation.Calldata), operation.Calldata.Length);
            var bytes = operation.Calldata.Length + (3 * SlotBytes);
            if (_bytes > 0 && (_gas + gas > maxGas || _bytes + bytes > maxBytes))
            {
                return false;
            }

            _gas += gas;
            _bytes += bytes;
            return true;
        }
    }
}
