using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Writes one range: raw events by binary COPY, everything else set-based in one batch of statements over arrays.</summary>
internal static class RangeWriter
{
    private const string CopyEvents = """
        copy ledger.event (ledger_id, block_number, log_index, transaction_hash, transaction_index, block_time, kind, topics, data)
        from stdin (format binary)
        """;

    private const string InsertTransactions = """
        insert into ledger.transaction (ledger_id, transaction_hash, block_number, first_log_index, last_log_index)
        select $1, unnest($2::bytea[]), unnest($3::bigint[]), unnest($4::integer[]), unnest($5::integer[])
        """;

    public static async Task CopyRawEvents(
        NpgsqlConnection connection, short ledgerId, IReadOnlyList<ChainEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return;
        }

        await using var copy = await connection.BeginRawBinaryCopyAsync(CopyEvents, cancellationToken);
        var rows = new BinaryRows(copy);
        foreach (var item in events)
        {
            rows.Row(values: 9);
            rows.Smallint(ledgerId);
            rows.Bigint(item.Place.BlockNumber);
            rows.Integer(item.Place.LogIndex);
            rows.Bytea(item.TransactionHash);
            rows.Integer(item.TransactionIndex);
            rows.Timestamptz(item.Place.BlockTime);
            rows.Smallint((short)item.Content.EventKind);
            rows.Bytea(item.Topics);
            rows.Bytea(item.Data);
            await rows.SendIfFull(cancellationToken);
        }

        await rows.End(cancellationToken);
    }

    /// <summary>The statements that bring the tables to where the projection is; none for what the range did not touch.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, ChainRange range, RangeProjection projected) =>
        Transactions(ledgerId, range.Events)
            .Concat(PartyTables.Statements(ledgerId, projected))
            .Concat(PolicyTables.Statements(ledgerId, projected))
            .Concat(ReceivableTables.Statements(ledgerId, projected))
            .Concat(LoanTables.Statements(ledgerId, projected))
            .Concat(HistoryTables.Statements(ledgerId, projected))
            .Concat(SumTables.Statements(ledgerId, range, projected.Sums));

    private static IEnumerable<NpgsqlBatchCommand> Transactions(short ledgerId, IReadOnlyList<ChainEvent> events)
    {
        // The logs of a transaction follow each other.
        var (firsts, lasts) = (new List<ChainEvent>(), new List<ChainEvent>());
        foreach (var item in events)
        {
            if (lasts is [.., var last] && last.Place.BlockNumber == item.Place.BlockNumber && last.TransactionIndex == item.TransactionIndex)
            {
                lasts[^1] = item;
            }
            else
            {
                firsts.Add(item);
                lasts.Add(item);
            }
        }

        if (firsts.Count > 0)
        {
            yield return Sql.Command(
                InsertTransactions, ledgerId, firsts.Column(item => item.TransactionHash), firsts.Column(item => item.Place.BlockNumber),
                firsts.Column(item => item.Place.LogIndex), lasts.Column(item => item.Place.LogIndex));
        }
    }
}
