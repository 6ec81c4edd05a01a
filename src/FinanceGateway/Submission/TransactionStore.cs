using System.Numerics;
using FinanceChain.Ethereum;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// The writes of a sender's holder. Each begins with the sender's row, locked by the epoch of the lease: who has lost the lease writes
/// nothing, however late it wakes up.
/// </summary>
internal sealed class TransactionStore(ChainIdentity chain)
{
    private const string FenceSql = "select next_nonce from gateway.sender where chain_id = $1 and address = $2 and epoch = $3 for update";

    private const string StoreBatchSql = """
        with stored as (
            insert into gateway.transaction (chain_id, sender, nonce, transaction_hash, gas_limit, operations)
            values ($1, $2, $3, $4, $5, cardinality($9)) returning transaction_id),
        version as (
            insert into gateway.transaction_version (transaction_hash, transaction_id, kind, raw, max_fee_per_gas, max_priority_fee_per_gas)
            select $4, transaction_id, 1, $6, $7, $8 from stored),
        moved as (
            update gateway.sender set next_nonce = $3 + 1 where chain_id = $1 and address = $2),
        placed as (
            insert into gateway.operation_place (operation_id, transaction_id, position)
            select taken.operation_id, stored.transaction_id, taken.place - 1 from stored, unnest($9) with ordinality as taken (operation_id, place)),
        unqueued as (
            delete from gateway.operation_queued where ctid = any(array(
                select q.ctid from unnest($10, $11) as taken (client_id, sequence) cross join lateral (
                    select ctid from gateway.operation_queued where client_id = taken.client_id and sequence = taken.sequence limit 1) as q)))
        select transaction_id from stored
        """;

    private const string AddVersionSql = """
        with version as (
            insert into gateway.transaction_version (transaction_hash, transaction_id, kind, raw, max_fee_per_gas, max_priority_fee_per_gas)
            values ($2, $1, $3, $4, $5, $6) on conflict do nothing)
        update gateway.transaction set transaction_hash = $2 where transaction_id = $1
        """;

    // A transaction that failed or was cancelled keeps its row; its operations are elsewhere by now.
    private const string FillGapSql = """
        with emptied as (
            update gateway.transaction set status = 1, operations = 0, transaction_hash = $4, recast_block = null
            where chain_id = $1 and sender = $2 and nonce = $3 and status in (3, 5) returning transaction_id),
        stored as (
            insert into gateway.transaction (chain_id, sender, nonce, transaction_hash, gas_limit, operations)
            select $1, $2, $3, $4, 21000, 0 where not exists (select 1 from emptied) returning transaction_id)
        insert into gateway.transaction_version (transaction_hash, transaction_id, kind, raw, max_fee_per_gas, max_priority_fee_per_gas)
        select $4, transaction_id, 2, $5, $6, $7 from (select transaction_id from emptied union all select transaction_id from stored) as filled
        on conflict do nothing
        """;

    private const string CloseSql = """
        with closed as (
            update gateway.transaction set status = $2, ended_at = now(), recast_block = null where transaction_id = $1 and status = 1 returning transaction_id),
        -- What counted as final on a chain that lost its tail has not happened after all.
        unended as (
            delete from gateway.operation_outcome where status = 3 and operation_id = any(array(
                select operation_id from gateway.operation_place where transaction_id = (select transaction_id from closed)))),
        displaced as (
            delete from gateway.operation_place p
            where p.transaction_id = (select transaction_id from closed) and not exists (
                select from gateway.operation_outcome e where e.operation_id = p.operation_id and e.status = 4 offset 0)
            returning p.operation_id),
        back as (
            select o.* from displaced d cross join lateral (select * from gateway.operation where operation_id = d.operation_id limit 1) as o),
        claimed as (
            insert into gateway.operation_claim (operation_hash, operation_id, client_id, changes_party, order_keys)
            select operation_hash, operation_id, client_id, changes_party, order_keys from back on conflict do nothing)
        insert into gateway.operation_queued (client_id, sequence, operation_id, received_at)
        select client_id, sequence, operation_id, received_at from back
        """;

    /// <summary>Begins a transaction of the database with the sender's row. Returns the sender's next nonce.</summary>
    /// <exception cref="LeaseLostException">Another gateway holds the sender.</exception>
    public async Task<ulong> Enter(NpgsqlConnection connection, SenderLease lease, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FenceSql, connection);
        AddSender(command.Parameters, lease.Sender);
        command.Parameters.Add(new() { Value = lease.Epoch });
        return await command.ExecuteScalarAsync(cancellationToken) is long nonce ? checked((ulong)nonce) : throw new LeaseLostException(lease.Sender);
    }

    public async Task<StoredTransaction> StoreBatch(
        NpgsqlConnection connection, Address sender, ulong nonce, SignedVersion version, long gasLimit, IReadOnlyList<QueuedOperation> operations,
        CancellationToken cancellationToken)
    {
        var signed = version.Transaction;
        await using var command = new NpgsqlCommand(StoreBatchSql, connection);
        AddSender(command.Parameters, sender);
        command.Parameters.Add(new() { Value = checked((long)nonce) });
        command.Parameters.Add(new() { Value = signed.Hash.ToArray() });
        command.Parameters.Add(new() { Value = gasLimit });
        command.Parameters.Add(new() { Value = signed.Raw });
        AddFees(command.Parameters, version);
        command.Parameters.Add(new() { Value = operations.Select(o => o.OperationId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = operations.Select(o => o.ClientId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = operations.Select(o => o.Sequence).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        var id = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return new StoredTransaction(id, sender, nonce, signed.Hash, signed.Raw, operations.Count);
    }

    /// <summary>Stores another version of a transaction; from now on it is the one that is sent.</summary>
    public static async Task AddVersion(NpgsqlConnection connection, long transactionId, SignedVersion version, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(AddVersionSql, connection);
        command.Parameters.Add(new() { Value = transactionId });
        command.Parameters.Add(new() { Value = version.Transaction.Hash.ToArray() });
        command.Parameters.Add(new() { Value = (short)version.Kind });
        command.Parameters.Add(new() { Value = version.Transaction.Raw });
        AddFees(command.Parameters, version);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Puts an empty transaction where the chain waits for a nonce whose transaction cannot be sent any more.</summary>
    public async Task FillGap(NpgsqlConnection connection, Address sender, ulong nonce, SignedVersion version, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FillGapSql, connection);
        AddSender(command.Parameters, sender);
        command.Parameters.Add(new() { Value = checked((long)nonce) });
        command.Parameters.Add(new() { Value = version.Transaction.Hash.ToArray() });
        command.Parameters.Add(new() { Value = version.Transaction.Raw });
        AddFees(command.Parameters, version);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends a transaction without events. Its operations, if it has any, are queued again.</summary>
    public static async Task Close(NpgsqlConnection connection, long transactionId, TransactionStatus status, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CloseSql, connection);
        command.Parameters.Add(new() { Value = transactionId });
        command.Parameters.Add(new() { Value = (short)status });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public void AddSender(NpgsqlParameterCollection parameters, Address sender)
    {
        parameters.Add(new() { Value = checked((long)chain.ChainId) });
        parameters.Add(new() { Value = sender.ToArray() });
    }

    private static void AddFees(NpgsqlParameterCollection parameters, SignedVersion version)
    {
        parameters.Add(new NpgsqlParameter<BigInteger> { TypedValue = version.MaxFeePerGas, NpgsqlDbType = NpgsqlDbType.Numeric });
        parameters.Add(new NpgsqlParameter<BigInteger> { TypedValue = version.MaxPriorityFeePerGas, NpgsqlDbType = NpgsqlDbType.Numeric });
    }
}
