using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>The stored rows that a range's events change, and the checkpoint, read and locked in one round trip.</summary>
internal sealed record TouchedRows(long Checkpoint, byte[] CheckpointHash, List<ReceivableRow> Receivables, List<LoanRow> Loans)
{
    private const string SelectCheckpoint =
        "select block_number, block_hash from ledger.checkpoint where ledger_id = $1 for update";

    private const string SelectReceivables = """
        select receivable_id, parent_id, depth, obligor, holder, issued_amount_fen, amount_fen, redeemed_fen, maturity_date,
               status, revision, fingerprint, issued_block, issued_at
          from ledger.receivable
         where ledger_id = $1
           and (receivable_id = any($2)
                or receivable_id in (select receivable_id from ledger.loan where ledger_id = $1 and loan_id = any($3)))
        """;

    private const string SelectLoans = """
        select loan_id, receivable_id, bank, borrower, principal_fen, repaid_fen, interest_fen, annual_rate_bps, due_date, with_recourse,
               status, revision, opened_block, opened_at, disbursed_at, repaid_at
          from ledger.loan
         where ledger_id = $1 and loan_id = any($2)
        """;

    public static async Task<TouchedRows> Read(
        NpgsqlConnection connection, short ledgerId, IReadOnlyList<ChainEvent> events, CancellationToken cancellationToken)
    {
        var (receivables, loans) = Named(events);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Sql.Command(SelectCheckpoint, ledgerId),
                Sql.Command(SelectReceivables, ledgerId, receivables, loans),
                Sql.Command(SelectLoans, ledgerId, loans),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw new IndexerStoppedException(
                IndexerExit.ProjectionWrong, $"The checkpoint of ledger {ledgerId} vanished while it was indexed: something else deleted it.");
        }

        var touched = new TouchedRows(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), [], []);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            touched.Receivables.Add(Receivable(reader));
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            touched.Loans.Add(Loan(reader));
        }

        return touched;
    }

    private static (long[] Receivables, long[] Loans) Named(IReadOnlyList<ChainEvent> events)
    {
        var receivables = new HashSet<long>();
        var loans = new HashSet<long>();
        foreach (var item in events)
        {
            switch (item.Content)
            {
                case ReceivableAssigned assigned: receivables.Add((long)assigned.Receivable.Value); break;
                case ReceivableSplit split: receivables.Add((long)split.Parent.Value); break;
                case ReceivableRedeemed redeemed: receivables.Add((long)redeemed.Receivable.Value); break;
                case LoanOpened opened: receivables.Add((long)opened.Receivable.Value); break;
                case LoanDisbursed disbursed: loans.Add((long)disbursed.Loan.Value); break;
                case LoanRepaid repaid: loans.Add((long)repaid.Loan.Value); break;
                default: break;
            }
        }

        return ([.. receivables], [.. loans]);
    }

    private static ReceivableRow Receivable(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.IsDBNull(1) ? null : reader.GetInt64(1),
        reader.GetInt16(2),
        reader.GetInt32(3),
        reader.GetInt32(4),
        reader.GetInt64(5),
        reader.GetInt64(6),
        reader.GetInt64(7),
        reader.GetFieldValue<DateOnly>(8),
        (ReceivableStatus)reader.GetInt16(9),
        reader.GetInt32(10),
        reader.IsDBNull(11) ? null : reader.GetFieldValue<byte[]>(11),
        reader.GetInt64(12),
        reader.GetDateTime(13));

    private static LoanRow Loan(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInt64(1),
        reader.GetInt32(2),
        reader.GetInt32(3),
        reader.GetInt64(4),
        reader.GetInt64(5),
        reader.GetInt64(6),
        reader.GetInt32(7),
        reader.GetFieldValue<DateOnly>(8),
        reader.GetBoolean(9),
        (LoanStatus)reader.GetInt16(10),
        reader.GetInt32(11),
        reader.GetInt64(12),
        reader.GetDateTime(13),
        reader.IsDBNull(14) ? null : reader.GetDateTime(14),
        reader.IsDBNull(15) ? null : reader.GetDateTime(15));
}
