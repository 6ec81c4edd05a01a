using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>The totals in the database: those of the projected rows, and those that the contract answered.</summary>
internal static class StoredTotals
{
    private const string SelectWhole = """
        select enterprises, banks, receivables, issued_fen, owed_fen, redeemed_fen, cancelled_fen, loans, lent_fen, repaid_fen,
               written_off_fen, overdue_fen, recovered_fen, interest_fen, fee_fen, redemptions_fen, cancellations_fen, disbursements_fen,
               repayments_principal_fen, repayments_interest_fen, repayments_fee_fen, defaults_fen, write_offs_fen, recoveries_fen
          from ledger.running_totals where ledger_id = $1
        """;

    private const string SelectBanks = """
        select bank, lent_fen, repaid_fen, written_off_fen, overdue_fen, disbursements_fen, repayments_fen, write_offs_fen, defaults_fen
          from ledger.bank_totals where ledger_id = $1
        """;

    private const string SelectAnswered = """
        select t.* from ledger.checkpoint c, report.control_totals_as_of($1, c.block_number) t
         where c.ledger_id = $1 and t.enterprises is not null
        """;

    // Blocks without events add nothing to say, except where the last events went by unchecked.
    private const string InsertAnswered = """
        insert into ledger.control_totals (ledger_id, block_number, block_time, enterprises, banks, receivables, loans,
               lent_fen, repaid_fen, issued_fen, redeemed_fen, cancelled_fen, written_off_fen, overdue_fen, recovered_fen, interest_fen, fee_fen)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
         where $18 or not exists (
               select from ledger.control_totals
                where ledger_id = $1
                  and block_number >= (select coalesce(max(block_number), 0) from ledger.event where ledger_id = $1))
        """;

    public static NpgsqlBatchCommand Whole(short ledgerId) => Sql.Command(SelectWhole, ledgerId);

    public static NpgsqlBatchCommand Banks(short ledgerId) => Sql.Command(SelectBanks, ledgerId);

    /// <summary>No row where nothing was compared since the last event.</summary>
    public static NpgsqlBatchCommand AnsweredAtCheckpoint(short ledgerId) => Sql.Command(SelectAnswered, ledgerId);

    public static NpgsqlBatchCommand Keep(short ledgerId, ChainRange range, ControlTotals answered) => Sql.Command(
        InsertAnswered, ledgerId, range.End.Number, range.End.Time, answered.Enterprises, answered.Banks, answered.Receivables, answered.Loans,
        answered.LentFen, answered.RepaidFen, answered.IssuedFen, answered.RedeemedFen, answered.CancelledFen, answered.WrittenOffFen,
        answered.OverdueFen, answered.RecoveredFen, answered.InterestFen, answered.FeeFen, range.Events.Count > 0);

    public static ControlTotals Answered(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6),
        reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12), reader.GetInt64(13));

    public static async Task<ProjectedTotals> ReadWhole(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        return new ProjectedTotals(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
            reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11),
            reader.GetInt64(12), reader.GetInt64(13), reader.GetInt64(14), reader.GetInt64(15), reader.GetInt64(16), reader.GetInt64(17),
            reader.GetInt64(18), reader.GetInt64(19), reader.GetInt64(20), reader.GetInt64(21), reader.GetInt64(22), reader.GetInt64(23));
    }

    /// <summary>Every projected figure that is not what the ledger answered, from the results of <see cref="Whole"/> and <see cref="Banks"/>.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesFrom(LedgerTotals ledger, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var whole = await ReadWhole(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var banks = new Dictionary<int, ProjectedBankTotals>();
        while (await reader.ReadAsync(cancellationToken))
        {
            banks.Add(reader.GetInt32(0), new ProjectedBankTotals(
                reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8)));
        }

        return
        [
            .. whole.DifferencesFrom(ledger.Whole),
            .. ledger.Banks.SelectMany(bank => (banks.GetValueOrDefault(bank.Bank) ?? ProjectedBankTotals.None(bank.Bank)).DifferencesFrom(bank)),
        ];
    }
}
