using System.Numerics;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>A transaction that was not indexed in time, with everything that was signed for its nonce, the latest last.</summary>
/// <param name="Recast">Where it is since it lost its block; null when it did not lose any.</param>
internal sealed record OverdueTransaction(
    long TransactionId, Address Sender, ulong Nonce, int Operations, long GasLimit, RecastPlace? Recast, int AgeSeconds, List<OverdueVersion> Versions);

/// <param name="Block">0 while no block is known.</param>
/// <param name="Events">The digest of what it did there; empty while that is not known.</param>
internal readonly record struct RecastPlace(ulong Block, ByteString Events);

internal sealed record OverdueVersion(Hash256 Hash, VersionKind Kind, int AgeSeconds, BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas);

/// <summary>
/// Signs other versions of transactions that the chain leaves lying: with higher fees, and at last an empty one that frees the nonce. Each is
/// stored before it is sent, and the receipt of any version counts.
/// </summary>
internal sealed partial class Replacements(
    ChainFees fees, Signing signing, TransactionStore store, IOptions<SubmissionOptions> options, ILogger<Replacements> logger)
{
    private const string CalldataSql = """
        select o.calldata from gateway.operation_place p
        cross join lateral (select calldata from gateway.operation where operation_id = p.operation_id limit 1) as o
        where p.transaction_id = $1 order by p.position
        """;

    /// <summary>Pools take a replacement that offers a tenth more of both fees; Geth's rule for large ones and Besu's default are below an eighth.</summary>
    private const int RaiseNumerator = 9;

    private const int RaiseDenominator = 8;

    /// <summary>Stores what has to replace these transactions, which are in no block. Whoever repairs the chain next sends it.</summary>
    /// <exception cref="LeaseLostException">Another gateway holds the sender.</exception>
    public async Task Make(NpgsqlConnection connection, SenderLease lease, List<OverdueTransaction> waiting, CancellationToken cancellationToken)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        var (fee, blockGasLimit) = await fees.Current(cancellationToken);
        var lowest = waiting.Min(t => t.Nonce);
        foreach (var transaction in waiting)
        {
            var isHopeless = transaction.AgeSeconds >= options.Value.CancelAfterSeconds || transaction.GasLimit > blockGasLimit;
            if (isHopeless && transaction.Nonce == lowest && !transaction.Versions.Exists(v => v.Kind == VersionKind.NoOperation))
            {
                var raised = Raise(transaction, fee) ?? fee;
                await Store(connection, lease, transaction, signing.NoOperation(lease.Sender, transaction.Nonce, raised), cancellationToken);
                LogGivenUp(transaction.Nonce, transaction.AgeSeconds);
            }
            else if (transaction.Versions[^1].AgeSeconds >= options.Value.BumpAfterSeconds && Raise(transaction, fee) is { } better)
            {
                var version = transaction.Versions[^1].Kind == VersionKind.NoOperation
                    ? signing.NoOperation(lease.Sender, transaction.Nonce, better)
                    : signing.Batch(
                        lease.Sender, transaction.Nonce, better, transaction.GasLimit, await Calldata(connection, transaction.TransactionId, cancellationToken));
                await Store(connection, lease, transaction, version, cancellationToken);
                LogRaised(transaction.Nonce, better.MaxFeePerGas, better.MaxPriorityFeePerGas);
            }
        }
    }

    /// <summary>At least an eighth above what was offered; null at the ceiling, and on a chain without fees.</summary>
    internal FeeSuggestion? Raise(OverdueTransaction transaction, FeeSuggestion now)
    {
        var last = transaction.Versions[^1];
        var max = BigInteger.Max(now.MaxFeePerGas, Raised(last.MaxFeePerGas));
        var priority = BigInteger.Max(now.MaxPriorityFeePerGas, Raised(last.MaxPriorityFeePerGas));
        return now.BaseFeePerGas.IsZero || max > options.Value.MaxFeePerGasWei || priority > max ? null : new FeeSuggestion(now.BaseFeePerGas, priority, max);
    }

    private static BigInteger Raised(BigInteger offer) => ((offer * RaiseNumerator) + RaiseDenominator - 1) / RaiseDenominator;

    private async Task Store(
        NpgsqlConnection connection, SenderLease lease, OverdueTransaction transaction, SignedVersion version, CancellationToken cancellationToken)
    {
        await using var work = await connection.BeginTransactionAsync(cancellationToken);
        await store.Enter(connection, lease, cancellationToken);
        await TransactionStore.AddVersion(connection, transaction.TransactionId, version, cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private static async Task<List<byte[]>> Calldata(NpgsqlConnection connection, long transactionId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CalldataSql, connection) { Parameters = { new() { Value = transactionId } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var calldata = new List<byte[]>();
        while (await reader.ReadAsync(cancellationToken))
        {
            calldata.Add(reader.GetFieldValue<byte[]>(0));
        }

        return calldata;
    }

    [LoggerMessage(2601, LogLevel.Information, "The transaction with nonce {Nonce} offers {MaxFee} wei per gas now, of them {PriorityFee} to the miner")]
    private partial void LogRaised(ulong nonce, BigInteger maxFee, BigInteger priorityFee);

    [LoggerMessage(2602, LogLevel.Warning, "The transaction with nonce {Nonce} is given up after {AgeSeconds} s: an empty one takes its place")]
    private partial void LogGivenUp(ulong nonce, int ageSeconds);
}
