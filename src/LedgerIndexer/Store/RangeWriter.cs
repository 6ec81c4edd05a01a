using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>What one range writes: rows that are added, by binary COPY, and one batch of set-based statements over arrays that change rows.</summary>
internal static class RangeWriter
{
    public static readonly TableCopy<ChainEvent> RawEvents = new(
        "event", "block_number, log_index, transaction_hash, transaction_index, block_time, kind, topics, data",
        (to, item) => to
            .Bigint(item.Place.BlockNumber).Integer(item.Place.LogIndex).Bytea(item.TransactionHash).Integer(item.TransactionIndex)
            .Timestamptz(item.Place.BlockTime).Smallint((short)item.Content.EventKind).Bytea(item.Topics).Bytea(item.Data));

    private static readonly TableCopy<(ChainEvent First, ChainEvent Last)> Transactions = new(
        "transaction", "transaction_hash, block_number, first_log_index, last_log_index",
        (to, row) => to
            .Bytea(row.First.TransactionHash).Bigint(row.First.Place.BlockNumber).Integer(row.First.Place.LogIndex).Integer(row.Last.Place.LogIndex));

    /// <summary>The rows that the range adds besides its raw events. They go first: a signer can be added and removed in one range.</summary>
    public static IEnumerable<AddedRows> Added(short ledgerId, ChainRange range, RangeProjection projected) =>
    [
        .. Transactions.Of(ledgerId, TransactionsOf(range.Events)),
        .. PartyTables.Added(ledgerId, projected),
        .. PolicyTables.Added(ledgerId, projected),
        .. ReceivableTables.Added(ledgerId, projected),
        .. LoanTables.Added(ledgerId, projected),
        .. SumTables.Added(ledgerId, projected.Sums),
    ];

    /// <summary>The statements that bring the other tables to where the projection is; none for what the range did not touch.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, ChainRange range, RangeProjection projected) =>
        PartyTables.Statements(ledgerId, projected)
            .Concat(PolicyTables.Statements(ledgerId, projected))
            .Concat(ReceivableTables.Statements(ledgerId, projected))
            .Concat(LoanTables.Statements(ledgerId, projected))
            .Concat(HistoryTables.Statements(ledgerId, projected))
            .Concat(SumTables.Statements(ledgerId, range, projected.Sums));

    // The logs of a transaction follow each other.
    private static List<(ChainEvent First, ChainEvent Last)> TransactionsOf(IReadOnlyList<ChainEvent> events)
    {
        var rows = new List<(ChainEvent First, ChainEvent Last)>();
        foreach (var item in events)
        {
            if (rows is [.., var (first, last)] && last.Place.BlockNumber == item.Place.BlockNumber && last.TransactionIndex == item.TransactionIndex)
            {
                rows[^1] = (first, item);
            }
            else
            {
                rows.Add((item, item));
            }
        }

        return rows;
    }
}
