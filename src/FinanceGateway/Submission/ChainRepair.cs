using System.Diagnostics;
using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Brings the chain up to what is stored: after a crash between storing and sending, to a node that came back without its latest blocks, and
/// where a nonce is missing. Only stored bytes are sent, so it does no harm when two gateways do it at once, or one that was long asleep.
/// </summary>
internal sealed partial class ChainRepair(
    EthereumClient node, ChainWatch watch, ChainIdentity chain, ChainFees fees, Signing signing, TransactionStore store,
    IOptions<GatewayOptions> options, ILogger<ChainRepair> logger)
{
    private const int MaxAtOnce = 500;

    private const string SendersSql = "select address from gateway.sender where chain_id = $1";

    private const string RaiseNonceSql = """
        update gateway.sender set next_nonce = greatest(next_nonce, $3) where chain_id = $1 and address = $2 returning next_nonce
        """;

    // Ended ones are opened again: until their new block is known (0 matches none), no old event may end them a second time.
    private const string ReopenSql = """
        update gateway.transaction t set status = 1, recast_block = 0
        from unnest($2, $3) as q (sender, nonce)
        where t.chain_id = $1 and t.sender = q.sender and t.nonce >= q.nonce and t.status = 2
        """;

    // Those too that were about to end: the index has events of theirs, the chain has not.
    private const string HoldBackSql = """
        update gateway.transaction t set recast_block = 0
        from unnest($2, $3) as q (sender, nonce)
        where t.chain_id = $1 and t.sender = q.sender and t.nonce >= q.nonce and t.status = 1 and t.recast_block is null and exists (
            select from gateway.transaction_version v cross join lateral (
                select from ledger.transaction where ledger_id = $4 and transaction_hash = v.transaction_hash limit 1) as x
            where v.transaction_id = t.transaction_id offset 0)
        """;

    private const string IsIndexedSql = "select to_regclass('ledger.transaction') is not null";

    private const string KnownNoncesSql = """
        select nonce from gateway.transaction where chain_id = $1 and sender = $2 and nonce >= $3 and status in (1, 2)
        """;

    // What has no operations any more must not execute its old batch.
    private const string MissingSql = """
        select t.transaction_id, t.sender, t.nonce, v.transaction_hash, v.raw, t.operations, coalesce(t.recast_block = 0, false)
        from gateway.transaction t
        join unnest($2, $3) as q (sender, nonce) on q.sender = t.sender and t.nonce >= q.nonce
        join lateral (
            select transaction_hash, raw from gateway.transaction_version
            where transaction_id = t.transaction_id and (t.operations > 0 or kind = 2) order by signed_at desc limit 1) as v on true
        where t.chain_id = $1 and t.status = 1 and (t.sender = $4 or t.recast_block = 0)
        order by t.transaction_id limit $5
        """;

    private const string LastEndedSql = """
        select coalesce(max(nonce), -1) from gateway.transaction where chain_id = $1 and sender = $2 and status = 2
        """;

    private static readonly TimeSpan MiningPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private sealed record Missing(StoredTransaction Transaction, bool LostItsBlock);

    /// <summary>Sends once. A node that knows the transaction already is content.</summary>
    /// <exception cref="NodeUnreachableException">The chain is away; the transaction is stored and sent later.</exception>
    public async Task Send(StoredTransaction transaction, CancellationToken cancellationToken)
    {
        watch.RequireKnown();
        try
        {
            await node.SendRawTransaction(transaction.Raw, cancellationToken);
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
    public async Task<bool> HasLostTail(NpgsqlConnection connection, Address sender, CancellationToken cancellationToken)
    {
        // The database first: what it knows as ended was on the chain before the chain is asked.
        await using var command = new NpgsqlCommand(LastEndedSql, connection);
        store.AddSender(command.Parameters, sender);
        var lastEnded = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return checked((long)await node.TransactionCount(sender, BlockTag.Latest, cancellationToken)) <= lastEnded;
    }

    /// <exception cref="LeaseLostException">Another gateway holds the sender.</exception>
    /// <exception cref="ForeignChainException">The node serves another chain.</exception>
    public async Task Bring(NpgsqlConnection connection, SenderLease lease, CancellationToken cancellationToken)
    {
        await watch.Require(cancellationToken);
        var spent = await SpentNonces(connection, cancellationToken);
        var (fee, _) = await fees.Current(cancellationToken);
        await using (var work = await connection.BeginTransactionAsync(cancellationToken))
        {
            await store.Enter(connection, lease, cancellationToken);
            await Reopen(connection, spent, cancellationToken);
            await FillGaps(connection, lease.Sender, spent[lease.Sender], fee, cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        await SendMissing(connection, lease.Sender, spent, cancellationToken);
    }

    private async Task<Dictionary<Address, long>> SpentNonces(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var senders = new List<Address>();
        await using (var command = new NpgsqlCommand(SendersSql, connection) { Parameters = { new() { Value = checked((long)chain.ChainId) } } })
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                senders.Add(Address.FromBytes(reader.GetFieldValue<byte[]>(0)));
            }
        }

        var spent = new Dictionary<Address, long>();
        foreach (var sender in senders)
        {
            spent[sender] = checked((long)await node.TransactionCount(sender, BlockTag.Latest, cancellationToken));
        }

        return spent;
    }

    private async Task Reopen(NpgsqlConnection connection, Dictionary<Address, long> spent, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReopenSql, connection);
        AddSpent(command.Parameters, spent);
        var reopened = await command.ExecuteNonQueryAsync(cancellationToken);
        await using var indexed = new NpgsqlCommand(IsIndexedSql, connection);
        if (await indexed.ExecuteScalarAsync(cancellationToken) is true)
        {
            await using var holdBack = new NpgsqlCommand(HoldBackSql, connection);
            AddSpent(holdBack.Parameters, spent);
            holdBack.Parameters.Add(new() { Value = options.Value.LedgerId });
            reopened += await holdBack.ExecuteNonQueryAsync(cancellationToken);
        }

        if (reopened > 0)
        {
            LogReopened(reopened);
        }
    }

    private async Task FillGaps(NpgsqlConnection connection, Address sender, long spent, FeeSuggestion fee, CancellationToken cancellationToken)
    {
        await using var raise = new NpgsqlCommand(RaiseNonceSql, connection);
        store.AddSender(raise.Parameters, sender);
        raise.Parameters.Add(new() { Value = spent });
        var next = (long)(await raise.ExecuteScalarAsync(cancellationToken))!;
        if (next == spent)
        {
            return;
        }

        var known = new HashSet<long>();
        await using (var command = new NpgsqlCommand(KnownNoncesSql, connection))
        {
            store.AddSender(command.Parameters, sender);
            command.Parameters.Add(new() { Value = spent });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                known.Add(reader.GetInt64(0));
            }
        }

        for (var (nonce, filled) = (spent, 0); nonce < next && filled < MaxAtOnce; nonce++)
        {
            if (!known.Contains(nonce))
            {
                await store.FillGap(connection, sender, (ulong)nonce, signing.NoOperation(sender, (ulong)nonce, fee), cancellationToken);
                LogFilled(sender, nonce);
                filled++;
            }
        }
    }

    /// <summary>
    /// In the order in which they were first made. Where blocks were lost that order is restored across senders: one builds on the other, and
    /// what was accepted as final has to happen again in the same way.
    /// </summary>
    private async Task SendMissing(
        NpgsqlConnection connection, Address sender, Dictionary<Address, long> spent, CancellationToken cancellationToken)
    {
        var missing = await FindMissing(connection, sender, spent, cancellationToken);
        Missing? before = null;
        foreach (var next in missing)
        {
            if (next.LostItsBlock && before is { LostItsBlock: true } && before.Transaction.Sender != next.Transaction.Sender
                && !await IsMined(before.Transaction.Hash, cancellationToken))
            {
                return;
            }

            await Send(next.Transaction, cancellationToken);
            before = next;
        }

        if (missing.Count > 0)
        {
            LogRecast(missing.Count, missing[0].Transaction.Nonce);
        }
    }

    private async Task<List<Missing>> FindMissing(
        NpgsqlConnection connection, Address sender, Dictionary<Address, long> spent, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(MissingSql, connection);
        AddSpent(command.Parameters, spent);
        command.Parameters.Add(new() { Value = sender.ToArray() });
        command.Parameters.Add(new() { Value = MaxAtOnce });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var missing = new List<Missing>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var transaction = new StoredTransaction(
                reader.GetInt64(0), Address.FromBytes(reader.GetFieldValue<byte[]>(1)), checked((ulong)reader.GetInt64(2)),
                Hash256.FromBytes(reader.GetFieldValue<byte[]>(3)), reader.GetFieldValue<byte[]>(4), reader.GetInt32(5));
            missing.Add(new Missing(transaction, reader.GetBoolean(6)));
        }

        return missing;
    }

    private async Task<bool> IsMined(Hash256 hash, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        while (await node.Receipt(hash, cancellationToken) is null)
        {
            if (Stopwatch.GetElapsedTime(since) > MiningPatience)
            {
                return false;
            }

            await Task.Delay(Look, cancellationToken);
        }

        return true;
    }

    private void AddSpent(NpgsqlParameterCollection parameters, Dictionary<Address, long> spent)
    {
        parameters.Add(new() { Value = checked((long)chain.ChainId) });
        parameters.Add(new() { Value = spent.Keys.Select(sender => sender.ToArray()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        parameters.Add(new() { Value = spent.Values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
    }

    [LoggerMessage(2301, LogLevel.Warning, "The chain did not take the transaction with nonce {Nonce}: {Answer}")]
    private partial void LogRefused(ulong nonce, string answer);

    [LoggerMessage(2302, LogLevel.Information, "Sent {Count} stored transactions again, from nonce {Nonce}")]
    private partial void LogRecast(int count, ulong nonce);

    [LoggerMessage(2303, LogLevel.Warning, "The chain lost blocks with {Count} transactions that were indexed; they are sent again in their order")]
    private partial void LogReopened(int count);

    [LoggerMessage(2304, LogLevel.Warning, "Sender {Sender} fills the gap at nonce {Nonce} with an empty transaction")]
    private partial void LogFilled(Address sender, long nonce);
}
