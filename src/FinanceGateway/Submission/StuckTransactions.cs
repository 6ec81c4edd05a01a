using System.Numerics;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Looks up what became of transactions that were not indexed in time, and mends it. Operations go back to the queue only where a final block
/// says that their transaction can never be mined: what is merely late stays with the bytes that were signed for it.
/// </summary>
internal sealed partial class StuckTransactions(
    EthereumClient node, ChainIdentity chain, Finality finality, BatchBuilder batches, Replacements replacements, TransactionStore store,
    IOptions<GatewayOptions> options, TimeProvider clock, ILogger<StuckTransactions> logger)
{
    private const string OverdueSql = """
        select t.transaction_id, t.sender, t.nonce, t.operations, t.gas_limit, t.recast_block, t.recast_events, extract(epoch from now() - t.signed_at)::int,
               v.transaction_hash, v.kind, extract(epoch from now() - v.signed_at)::int, v.max_fee_per_gas, v.max_priority_fee_per_gas
        from (select * from gateway.transaction
              where chain_id = $1 and status = 1 and ((sender = $2 and signed_at < now() - make_interval(secs => $3)) or recast_block = 0)
              order by transaction_id limit 500) as t
        cross join lateral (select * from gateway.transaction_version where transaction_id = t.transaction_id offset 0) as v
        order by t.transaction_id, v.signed_at
        """;

    private const string RecastSql = """
        update gateway.transaction t set recast_block = q.block_number, recast_events = q.events
        from unnest($1, $2, $3) as q (transaction_id, block_number, events) where t.transaction_id = q.transaction_id and t.status = 1
        """;

    /// <summary>One node of several may lag; what is missing has to be missing for so long.</summary>
    private static readonly TimeSpan MissingPatience = TimeSpan.FromSeconds(3);

    private readonly Dictionary<long, long> _missingSince = [];

    /// <summary>True when the chain and the stored nonces have parted: <see cref="ChainRepair.Bring"/> brings them together.</summary>
    /// <exception cref="LeaseLostException">Another gateway holds the sender.</exception>
    public async Task<bool> Mend(NpgsqlConnection connection, SenderLease lease, CancellationToken cancellationToken)
    {
        var overdue = await Find(connection, lease.Sender, cancellationToken);
        if (overdue.Count == 0)
        {
            return false;
        }

        // The nonces first: a receipt that is missing afterwards, below the final nonce, will never come.
        var final = await finality.Block(cancellationToken);
        var spentForGood = await finality.SpentNonces(lease.Sender, final, cancellationToken);
        var spent = await node.TransactionCount(lease.Sender, BlockTag.Latest, cancellationToken);
        var hashes = overdue.SelectMany(t => t.Versions.Select(v => v.Hash)).ToList();
        var receipts = (await node.Receipts(hashes, cancellationToken)).OfType<TransactionReceipt>().ToDictionary(receipt => receipt.Hash);
        var outcomes = overdue.ConvertAll(t => (Transaction: t, Outcome: OutcomeOf(t, receipts, final)));
        await Apply(connection, lease, outcomes, cancellationToken);

        var missing = outcomes.Where(o => o.Outcome.Kind == OutcomeKind.Missing && o.Transaction.Sender == lease.Sender).Select(o => o.Transaction).ToList();
        var superseded = Superseded(missing, spentForGood);
        await Close(connection, lease, superseded, TransactionStatus.Superseded, cancellationToken);
        var waiting = missing.Where(t => t.Nonce >= spent).ToList();
        await replacements.Make(connection, lease, waiting, cancellationToken);
        return superseded.Count > 0 || outcomes.Exists(o => o.Outcome.Kind == OutcomeKind.Missing && o.Transaction.Nonce >= spent || o.Transaction.Recast is { Block: 0 });
    }

    private enum OutcomeKind
    {
        Missing,
        NotFinal,
        NotIndexed,
        Failed,
        GivenUp,
    }

    private readonly record struct Outcome(OutcomeKind Kind, RecastPlace Place = default);

    private Outcome OutcomeOf(OverdueTransaction transaction, Dictionary<Hash256, TransactionReceipt> receipts, ulong? final)
    {
        foreach (var version in transaction.Versions)
        {
            if (receipts.TryGetValue(version.Hash, out var receipt))
            {
                var isFinal = receipt.BlockNumber <= final;
                var place = new RecastPlace(receipt.BlockNumber, ByteString.Wrap(EventDigest.Of(receipt.Logs, chain.Ledger)));
                return version.Kind == VersionKind.NoOperation ? new Outcome(isFinal ? OutcomeKind.GivenUp : OutcomeKind.NotFinal, place)
                    : receipt.Succeeded ? new Outcome(OutcomeKind.NotIndexed, place)
                    : new Outcome(isFinal ? OutcomeKind.Failed : OutcomeKind.NotFinal, place);
            }
        }

        return new Outcome(OutcomeKind.Missing);
    }

    private async Task Apply(
        NpgsqlConnection connection, SenderLease lease, List<(OverdueTransaction Transaction, Outcome Outcome)> outcomes,
        CancellationToken cancellationToken)
    {
        await Recast(connection, lease, [.. outcomes.Where(o => o.Outcome.Place.Block != 0 && o.Transaction.Recast is { } place && place != o.Outcome.Place)], cancellationToken);
        foreach (var (transaction, outcome) in outcomes.Where(o => o.Transaction.Sender == lease.Sender))
        {
            switch (outcome.Kind)
            {
                case OutcomeKind.Failed:
                    LogFailed(transaction.Nonce, transaction.Versions[0].Hash);
                    batches.Shrink();
                    await Close(connection, lease, [transaction], TransactionStatus.Failed, cancellationToken);
                    break;
                case OutcomeKind.GivenUp:
                    await Close(connection, lease, [transaction], TransactionStatus.Cancelled, cancellationToken);
                    break;
            }
        }

        var unindexed = outcomes.FindAll(o => o.Transaction.Sender == lease.Sender && o.Outcome.Kind == OutcomeKind.NotIndexed);
        if (unindexed.Count > 0)
        {
            // One line for all of them: after a chain lost hundreds of blocks the indexer needs its time.
            LogNotIndexed(unindexed.Count, unindexed.Max(o => o.Outcome.Place.Block), unindexed.Max(o => o.Transaction.AgeSeconds));
        }
    }

    private List<OverdueTransaction> Superseded(List<OverdueTransaction> missing, ulong? spentForGood)
    {
        var lost = missing.Where(t => t.Nonce < spentForGood).ToList();
        lock (_missingSince)
        {
            foreach (var id in _missingSince.Keys.Except(lost.Select(t => t.TransactionId)).ToList())
            {
                if (missing.Exists(t => t.TransactionId == id) || lost.Count == 0)
                {
                    _missingSince.Remove(id);
                }
            }

            lost.ForEach(t => _missingSince.TryAdd(t.TransactionId, clock.GetTimestamp()));
            return lost.FindAll(t => clock.GetElapsedTime(_missingSince[t.TransactionId]) >= MissingPatience);
        }
    }

    private async Task Close(
        NpgsqlConnection connection, SenderLease lease, List<OverdueTransaction> transactions, TransactionStatus status, CancellationToken cancellationToken)
    {
        if (transactions.Count == 0)
        {
            return;
        }

        await using var work = await connection.BeginTransactionAsync(cancellationToken);
        await store.Enter(connection, lease, cancellationToken);
        foreach (var transaction in transactions)
        {
            await TransactionStore.Close(connection, transaction.TransactionId, status, cancellationToken);
            if (transaction.Operations > 0)
            {
                LogQueuedAgain(transaction.Operations, transaction.Nonce, status);
            }
        }

        await work.CommitAsync(cancellationToken);
    }

    private async Task<List<OverdueTransaction>> Find(NpgsqlConnection connection, Address sender, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OverdueSql, connection);
        store.AddSender(command.Parameters, sender);
        command.Parameters.Add(new() { Value = (double)options.Value.StuckAfterSeconds });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var overdue = new List<OverdueTransaction>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (overdue.Count == 0 || overdue[^1].TransactionId != reader.GetInt64(0))
            {
                overdue.Add(new OverdueTransaction(
                    reader.GetInt64(0), Address.FromBytes(reader.GetFieldValue<byte[]>(1)), checked((ulong)reader.GetInt64(2)), reader.GetInt32(3),
                    reader.GetInt64(4), RecastIn(reader), reader.GetInt32(7), []));
            }

            overdue[^1].Versions.Add(new OverdueVersion(
                Hash256.FromBytes(reader.GetFieldValue<byte[]>(8)), (VersionKind)reader.GetInt16(9), reader.GetInt32(10),
                reader.GetFieldValue<BigInteger>(11), reader.GetFieldValue<BigInteger>(12)));
        }

        return overdue;
    }

    private static RecastPlace? RecastIn(NpgsqlDataReader reader) => reader.IsDBNull(5)
        ? null
        : new RecastPlace(checked((ulong)reader.GetInt64(5)), reader.IsDBNull(6) ? ByteString.Empty : ByteString.Wrap(reader.GetFieldValue<byte[]>(6)));

    // The events of the new block may end them now.
    private async Task Recast(
        NpgsqlConnection connection, SenderLease lease, List<(OverdueTransaction Transaction, Outcome Outcome)> moved, CancellationToken cancellationToken)
    {
        if (moved.Count == 0)
        {
            return;
        }

        await using var work = await connection.BeginTransactionAsync(cancellationToken);
        await store.Enter(connection, lease, cancellationToken);
        await using var command = new NpgsqlCommand(RecastSql, connection);
        command.Parameters.Add(new() { Value = moved.ConvertAll(m => m.Transaction.TransactionId), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = moved.ConvertAll(m => (long)m.Outcome.Place.Block), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = moved.ConvertAll(m => m.Outcome.Place.Events.ToArray()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogMoved(moved.Count, chain.ChainId);
    }

    [LoggerMessage(2401, LogLevel.Warning, "Transaction {Hash} failed as a whole at nonce {Nonce}; its operations go into smaller batches")]
    private partial void LogFailed(ulong nonce, Hash256 hash);

    [LoggerMessage(2402, LogLevel.Warning, "{Operations} operations of nonce {Nonce} are queued again: {Status}")]
    private partial void LogQueuedAgain(int operations, ulong nonce, TransactionStatus status);

    [LoggerMessage(2403, LogLevel.Information, "{Count} transactions are in blocks up to {Block} and not indexed yet; the oldest was signed {AgeSeconds} s ago")]
    private partial void LogNotIndexed(int count, ulong block, int ageSeconds);

    [LoggerMessage(2404, LogLevel.Information, "{Count} transactions stand in other blocks of chain {ChainId} than before")]
    private partial void LogMoved(int count, ulong chainId);
}
