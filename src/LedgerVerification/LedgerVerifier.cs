using System.Security.Cryptography;
using System.Text;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using Npgsql;

namespace FinanceChain.LedgerVerification;

/// <summary>What is to be verified.</summary>
/// <param name="Chain">A node that the verifier trusts, best their own.</param>
/// <param name="Postgres">The database in question; it is only read.</param>
public sealed record VerificationTask(Uri Chain, Address Ledger, long DeployBlock, string Postgres, short LedgerId)
{
    /// <summary>Events between two marks of the running sums, as the indexer sets them. Only tests have another number.</summary>
    public int EventsPerMark { get; init; } = 2_048;
}

/// <summary>The outcome.</summary>
/// <param name="Rows">Compared rows by table.</param>
/// <param name="Digest">SHA-256 over all rows that follow from the chain up to the block: the same for everybody who derives them.</param>
/// <param name="ContractAgrees">The contract's own totals at that block are those of the rows; null where the node no longer has that state.</param>
/// <param name="Difference">The first difference in a sentence; null: every row is what the chain says.</param>
public sealed record VerificationReport(
    long Block, string BlockHash, IReadOnlyDictionary<string, int> Rows, string Digest, bool? ContractAgrees, string? Difference)
{
    public bool IsGood => Difference is null && ContractAgrees != false;
}

/// <summary>Derives every table from the chain and compares it with what is stored.</summary>
public sealed class LedgerVerifier(VerificationTask task)
{
    private const ulong BlocksAtOnce = 500;

    /// <exception cref="VerificationException">The database holds no such ledger, or the chain another contract.</exception>
    /// <exception cref="EthereumException">The node is away or refuses.</exception>
    /// <exception cref="NpgsqlException">The database is away or refuses.</exception>
    public async Task<VerificationReport> Verify(CancellationToken cancellationToken)
    {
        using var client = new EthereumClient(task.Chain);
        await using var connection = new NpgsqlConnection(task.Postgres);
        await connection.OpenAsync(cancellationToken);
        var stored = await StoredRows.Read(connection, task.LedgerId, cancellationToken);
        var block = (await client.Block((ulong)Math.Max(0, stored.Block), cancellationToken))
            ?? throw new VerificationException($"The node has no block {stored.Block}, up to which the database is indexed.");
        var hash = $"\\x{Convert.ToHexStringLower(block.Hash.ToArray())}";
        var replay = await Replayed(client, (ulong)stored.Block, cancellationToken);
        var tables = Text(replay);
        var difference = hash == stored.BlockHash ? null : $"The database is indexed up to block {stored.Block} with the hash {stored.BlockHash}, the chain has {hash}.";
        foreach (var table in StoredRows.Compared)
        {
            difference ??= Difference(table, tables[table], stored.Tables[table]);
        }

        return new VerificationReport(
            stored.Block, hash, tables.ToDictionary(item => item.Key, item => item.Value.Count), Digest(tables),
            await ContractAgrees(client, replay, stored.Block, cancellationToken), difference);
    }

    private async Task<Replay> Replayed(EthereumClient client, ulong until, CancellationToken cancellationToken)
    {
        var replay = new Replay();
        var derived = new Derived(replay, task.EventsPerMark);
        Hash256? parent = null;
        for (var from = (ulong)task.DeployBlock; from <= until; from += BlocksAtOnce)
        {
            var to = Math.Min(until, from + BlocksAtOnce - 1);
            var numbers = new List<ulong>();
            for (var number = from; number <= to; number++)
            {
                numbers.Add(number);
            }

            var headers = await client.Blocks(numbers, cancellationToken);
            var logs = (await client.Logs(task.Ledger, from, to, topics0: null, cancellationToken)).ToLookup(log => log.BlockNumber);
            foreach (var header in headers)
            {
                if (header is null || (parent is { } expected && header.ParentHash != expected))
                {
                    throw new VerificationException("The node's blocks do not follow each other: it changed its chain while it was read. Begin again.");
                }

                parent = header.Hash;
                await RequireWhole(client, header, logs[header.Number], cancellationToken);
                foreach (var log in logs[header.Number])
                {
                    replay.Apply(log, DateTime.UnixEpoch.AddSeconds(header.Timestamp));
                }

                if (logs[header.Number].Any())
                {
                    derived.AfterBlock((long)header.Number);
                }
            }
        }

        derived.AtTheEnd();
        return replay;
    }

    private async Task RequireWhole(EthereumClient client, BlockHeader header, IEnumerable<Log> logs, CancellationToken cancellationToken)
    {
        if (logs.Any(log => log.BlockHash != header.Hash)
            || (!logs.Any() && header.LogsBloom?.MayHoldEventsOf(task.Ledger) == true && (await client.Logs(task.Ledger, header, cancellationToken)).Count > 0))
        {
            throw new VerificationException($"The node's logs of block {header.Number} are not those of its header.");
        }
    }

    private static Dictionary<string, List<SortedDictionary<string, string?>>> Text(Replay replay)
    {
        replay.Lists["party"] = [.. replay.Parties.Values];
        replay.Lists["receivable"] = [.. replay.Receivables.Values];
        replay.Lists["loan"] = [.. replay.Loans.Values];
        return StoredRows.Compared.ToDictionary(table => table, table => replay.List(table).ConvertAll(row => row.ToText()));
    }

    private static string? Difference(string table, List<SortedDictionary<string, string?>> chain, List<SortedDictionary<string, string?>> stored)
    {
        var (expected, found) = (Lines(chain), Lines(stored));
        for (var i = 0; i < Math.Max(expected.Count, found.Count); i++)
        {
            var (one, other) = (i < expected.Count ? expected[i] : null, i < found.Count ? found[i] : null);
            if (one != other)
            {
                return $"ledger.{table} ({expected.Count} rows by the chain, {found.Count} stored): by the chain {one ?? "nothing"}, stored {other ?? "nothing"}";
            }
        }

        return null;
    }

    private static List<string> Lines(List<SortedDictionary<string, string?>> rows)
    {
        var lines = rows.ConvertAll(row => string.Join(' ', row.Select(column => $"{column.Key}={column.Value ?? "null"}")));
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static string Digest(Dictionary<string, List<SortedDictionary<string, string?>>> tables)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var table in StoredRows.Compared)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{table}\n"));
            foreach (var line in Lines(tables[table]))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{line}\n"));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<bool?> ContractAgrees(EthereumClient client, Replay replay, long block, CancellationToken cancellationToken)
    {
        Totals totals;
        try
        {
            totals = await new LedgerReader(client, task.Ledger).Totals(BlockTag.At((ulong)block), cancellationToken);
        }
        catch (JsonRpcException)
        {
            return null;
        }

        var row = replay.List("running_totals").Single();
        return row.Number("enterprises") == totals.Enterprises && row.Number("banks") == totals.Banks
            && row.Number("receivables") == (long)totals.Receivables && row.Number("loans") == (long)totals.Loans
            && row.Number("lent_fen") == (long)totals.LentFen.Value && row.Number("repaid_fen") == (long)totals.RepaidFen.Value
            && row.Number("issued_fen") == (long)totals.IssuedFen.Value && row.Number("redeemed_fen") == (long)totals.RedeemedFen.Value
            && row.Number("cancelled_fen") == (long)totals.CancelledFen.Value && row.Number("written_off_fen") == (long)totals.WrittenOffFen.Value
            && row.Number("overdue_fen") == (long)totals.OverdueFen.Value && row.Number("recovered_fen") == (long)totals.RecoveredFen.Value
            && row.Number("interest_fen") == (long)totals.InterestFen.Value && row.Number("fee_fen") == (long)totals.FeeFen.Value;
    }
}
