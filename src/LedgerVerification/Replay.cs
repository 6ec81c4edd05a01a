using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerVerification;

/// <summary>Applies the events of a ledger one after the other. What follows from the rows (totals, positions, days) is in <see cref="Derived"/>.</summary>
internal sealed partial class Replay
{
    private DateTime _time;
    private long _block;
    private int _index;

    public Dictionary<string, List<Row>> Lists { get; } = new(StringComparer.Ordinal);

    public Dictionary<long, Row> Parties { get; } = [];

    public Dictionary<long, Row> Receivables { get; } = [];

    public Dictionary<long, Row> Loans { get; } = [];

    /// <param name="time">Of the log's block, UTC.</param>
    public void Apply(Log log, DateTime time)
    {
        (_time, _block, _index) = (time, (long)log.BlockNumber, (int)log.LogIndex);
        var happened = LedgerEvent.Decode(log)
            ?? throw new VerificationException($"The event at block {_block}, log {_index} is none of a FinanceLedger.");
        List("event").Add(new Row
        {
            ["block_number"] = _block,
            ["log_index"] = _index,
            ["transaction_hash"] = log.TransactionHash.ToArray(),
            ["transaction_index"] = log.TransactionIndex,
            ["block_time"] = _time,
            ["kind"] = happened.EventKind,
            ["topics"] = log.Topics.SelectMany(topic => topic.ToArray()).ToArray(),
            ["data"] = log.Data,
        });
        if (!ApplyToParties(happened) && !ApplyToReceivables(happened) && !ApplyToLoans(happened) && happened is not OperationRefused)
        {
            throw new VerificationException($"The event {happened.EventKind} at block {_block}, log {_index} is not known here.");
        }
    }

    public List<Row> List(string table)
    {
        if (!Lists.TryGetValue(table, out var rows))
        {
            Lists[table] = rows = [];
        }

        return rows;
    }

    private static byte[]? Optional(Hash256 hash) => hash.IsZero ? null : hash.ToArray();

    private Row Placed(Row row)
    {
        row["block_number"] = _block;
        row["log_index"] = _index;
        return row;
    }

    private Row Timed(Row row)
    {
        row["block_time"] = _time;
        return Placed(row);
    }
}

/// <summary>The chain cannot be verified; the message says why.</summary>
public sealed class VerificationException(string message) : Exception(message);
