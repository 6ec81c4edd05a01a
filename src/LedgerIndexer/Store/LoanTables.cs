using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Loans, and what was paid and lost on them.</summary>
internal static class LoanTables
{
    public const string SelectLoans = """
        select loan_id, receivable_id, bank, borrower, obligor, principal_fen, disbursed_fen, repaid_fen, written_off_fen, recovered_fen,
               interest_fen, fee_fen, overdue_fen, recourse_claimed_fen, annual_rate_bps, due_date, extended, with_recourse, status, revision,
               application_hash, review_hash, decision_digest, approver, second_approver, lapse_date,
               opened_block, opened_at, disbursed_at, defaulted_at, ended_at
          from ledger.loan
         where ledger_id = $1 and loan_id = any($2)
        """;

    private const string InsertLoans = """
        insert into ledger.loan (ledger_id, loan_id, receivable_id, bank, borrower, obligor, principal_fen, disbursed_fen, repaid_fen,
               written_off_fen, recovered_fen, interest_fen, fee_fen, overdue_fen, recourse_claimed_fen, annual_rate_bps, due_date, extended,
               with_recourse, status, revision, application_hash, review_hash, decision_digest, approver, second_approver, lapse_date,
               opened_block, opened_at, disbursed_at, defaulted_at, ended_at)
        select $1, unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::integer[]), unnest($5::integer[]), unnest($6::integer[]),
               unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::bigint[]), unnest($10::bigint[]), unnest($11::bigint[]), unnest($12::bigint[]),
               unnest($13::bigint[]), unnest($14::bigint[]), unnest($15::bigint[]), unnest($16::integer[]), unnest($17::date[]),
               unnest($18::boolean[]), unnest($19::boolean[]), unnest($20::smallint[]), unnest($21::integer[]), unnest($22::bytea[]),
               unnest($23::bytea[]), unnest($24::bytea[]), unnest($25::integer[]), unnest($26::integer[]), unnest($27::date[]),
               unnest($28::bigint[]), unnest($29::timestamptz[]), unnest($30::timestamptz[]), unnest($31::timestamptz[]), unnest($32::timestamptz[])
        """;

    private const string UpdateLoans = """
        update ledger.loan l
           set disbursed_fen = c.disbursed_fen, repaid_fen = c.repaid_fen, written_off_fen = c.written_off_fen, recovered_fen = c.recovered_fen,
               interest_fen = c.interest_fen, fee_fen = c.fee_fen, overdue_fen = c.overdue_fen, recourse_claimed_fen = c.recourse_claimed_fen,
               due_date = c.due_date, extended = c.extended, status = c.status, revision = c.revision, disbursed_at = c.disbursed_at,
               defaulted_at = c.defaulted_at, ended_at = c.ended_at
          from (select unnest($2::bigint[]) as loan_id, unnest($3::bigint[]) as disbursed_fen, unnest($4::bigint[]) as repaid_fen,
                       unnest($5::bigint[]) as written_off_fen, unnest($6::bigint[]) as recovered_fen, unnest($7::bigint[]) as interest_fen,
                       unnest($8::bigint[]) as fee_fen, unnest($9::bigint[]) as overdue_fen, unnest($10::bigint[]) as recourse_claimed_fen,
                       unnest($11::date[]) as due_date, unnest($12::boolean[]) as extended, unnest($13::smallint[]) as status,
                       unnest($14::integer[]) as revision, unnest($15::timestamptz[]) as disbursed_at, unnest($16::timestamptz[]) as defaulted_at,
                       unnest($17::timestamptz[]) as ended_at) c
         where l.ledger_id = $1 and l.loan_id = c.loan_id
        """;

    private const string InsertDisbursements = """
        insert into ledger.disbursement (ledger_id, loan_id, bank, borrower, amount_fen, is_first, block_number, log_index, block_time,
               registration_hash, payment_reference)
        select $1, unnest($2::bigint[]), unnest($3::integer[]), unnest($4::integer[]), unnest($5::bigint[]), unnest($6::boolean[]),
               unnest($7::bigint[]), unnest($8::integer[]), unnest($9::timestamptz[]), unnest($10::bytea[]), unnest($11::bytea[])
        """;

    private const string InsertRepayments = """
        insert into ledger.repayment (ledger_id, loan_id, bank, borrower, principal_fen, interest_fen, fee_fen, block_number, log_index,
               block_time, payment_reference)
        select $1, unnest($2::bigint[]), unnest($3::integer[]), unnest($4::integer[]), unnest($5::bigint[]), unnest($6::bigint[]),
               unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::integer[]), unnest($10::timestamptz[]), unnest($11::bytea[])
        """;

    private const string InsertDefaults = """
        insert into ledger.loan_default (ledger_id, loan_id, bank, borrower, outstanding_fen, block_number, log_index, block_time, reason_hash)
        select $1, unnest($2::bigint[]), unnest($3::integer[]), unnest($4::integer[]), unnest($5::bigint[]), unnest($6::bigint[]),
               unnest($7::integer[]), unnest($8::timestamptz[]), unnest($9::bytea[])
        """;

    private const string InsertWriteOffs = """
        insert into ledger.write_off (ledger_id, loan_id, bank, borrower, amount_fen, block_number, log_index, block_time, reason_hash)
        select $1, unnest($2::bigint[]), unnest($3::integer[]), unnest($4::integer[]), unnest($5::bigint[]), unnest($6::bigint[]),
               unnest($7::integer[]), unnest($8::timestamptz[]), unnest($9::bytea[])
        """;

    private const string InsertRecoveries = """
        insert into ledger.loan_recovery (ledger_id, loan_id, bank, borrower, amount_fen, source, block_number, log_index, block_time,
               payment_reference)
        select $1, unnest($2::bigint[]), unnest($3::integer[]), unnest($4::integer[]), unnest($5::bigint[]), unnest($6::smallint[]),
               unnest($7::bigint[]), unnest($8::integer[]), unnest($9::timestamptz[]), unnest($10::bytea[])
        """;

    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
        if (projected.NewLoans is { Count: > 0 } opened)
        {
            yield return New(ledgerId, opened);
        }

        if (projected.ChangedLoans is { Count: > 0 } changed)
        {
            yield return Sql.Command(
                UpdateLoans, ledgerId, changed.Column(row => row.LoanId), changed.Column(row => row.DisbursedFen), changed.Column(row => row.RepaidFen),
                changed.Column(row => row.WrittenOffFen), changed.Column(row => row.RecoveredFen), changed.Column(row => row.InterestFen),
                changed.Column(row => row.FeeFen), changed.Column(row => row.OverdueFen), changed.Column(row => row.RecourseClaimedFen),
                changed.Column(row => row.DueDate), changed.Column(row => row.Extended), changed.Column(row => (short)row.Status),
                changed.Column(row => row.Revision), changed.Column(row => row.DisbursedAt), changed.Column(row => row.DefaultedAt),
                changed.Column(row => row.EndedAt));
        }

        if (projected.Disbursements is { Count: > 0 } disbursed)
        {
            yield return Sql.Command(
                InsertDisbursements, ledgerId, disbursed.Column(row => row.LoanId), disbursed.Column(row => row.Bank),
                disbursed.Column(row => row.Borrower), disbursed.Column(row => row.AmountFen), disbursed.Column(row => row.IsFirst),
                disbursed.Column(row => row.Place.BlockNumber), disbursed.Column(row => row.Place.LogIndex),
                disbursed.Column(row => row.Place.BlockTime), disbursed.Column(row => row.RegistrationHash),
                disbursed.Column(row => row.PaymentReference));
        }

        if (projected.Repayments is { Count: > 0 } repaid)
        {
            yield return Sql.Command(
                InsertRepayments, ledgerId, repaid.Column(row => row.LoanId), repaid.Column(row => row.Bank),
                repaid.Column(row => row.Borrower), repaid.Column(row => row.PrincipalFen), repaid.Column(row => row.InterestFen),
                repaid.Column(row => row.FeeFen), repaid.Column(row => row.Place.BlockNumber), repaid.Column(row => row.Place.LogIndex),
                repaid.Column(row => row.Place.BlockTime), repaid.Column(row => row.PaymentReference));
        }

        foreach (var losses in Losses(ledgerId, projected))
        {
            yield return losses;
        }
    }

    public static LoanRow Loan(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInt64(1),
        reader.GetInt32(2),
        reader.GetInt32(3),
        reader.GetInt32(4),
        reader.GetInt64(5),
        reader.GetInt64(6),
        reader.GetInt64(7),
        reader.GetInt64(8),
        reader.GetInt64(9),
        reader.GetInt64(10),
        reader.GetInt64(11),
        reader.GetInt64(12),
        reader.OptionalValue<long>(13),
        reader.GetInt32(14),
        reader.GetFieldValue<DateOnly>(15),
        reader.GetBoolean(16),
        reader.GetBoolean(17),
        (LoanStatus)reader.GetInt16(18),
        reader.GetInt32(19),
        reader.GetFieldValue<byte[]>(20),
        reader.Optional<byte[]>(21),
        reader.Optional<byte[]>(22),
        reader.GetInt32(23),
        reader.OptionalValue<int>(24),
        reader.GetFieldValue<DateOnly>(25),
        reader.GetInt64(26),
        reader.GetDateTime(27),
        reader.OptionalValue<DateTime>(28),
        reader.OptionalValue<DateTime>(29),
        reader.OptionalValue<DateTime>(30));

    private static IEnumerable<NpgsqlBatchCommand> Losses(short ledgerId, RangeProjection projected)
    {
        if (projected.Defaults is { Count: > 0 } defaulted)
        {
            yield return Sql.Command(
                InsertDefaults, ledgerId, defaulted.Column(row => row.LoanId), defaulted.Column(row => row.Bank),
                defaulted.Column(row => row.Borrower), defaulted.Column(row => row.OutstandingFen),
                defaulted.Column(row => row.Place.BlockNumber), defaulted.Column(row => row.Place.LogIndex),
                defaulted.Column(row => row.Place.BlockTime), defaulted.Column(row => row.ReasonHash));
        }

        if (projected.WriteOffs is { Count: > 0 } writtenOff)
        {
            yield return Sql.Command(
                InsertWriteOffs, ledgerId, writtenOff.Column(row => row.LoanId), writtenOff.Column(row => row.Bank),
                writtenOff.Column(row => row.Borrower), writtenOff.Column(row => row.AmountFen),
                writtenOff.Column(row => row.Place.BlockNumber), writtenOff.Column(row => row.Place.LogIndex),
                writtenOff.Column(row => row.Place.BlockTime), writtenOff.Column(row => row.ReasonHash));
        }

        if (projected.Recoveries is { Count: > 0 } recovered)
        {
            yield return Sql.Command(
                InsertRecoveries, ledgerId, recovered.Column(row => row.LoanId), recovered.Column(row => row.Bank),
                recovered.Column(row => row.Borrower), recovered.Column(row => row.AmountFen), recovered.Column(row => (short)row.Source),
                recovered.Column(row => row.Place.BlockNumber), recovered.Column(row => row.Place.LogIndex),
                recovered.Column(row => row.Place.BlockTime), recovered.Column(row => row.PaymentReference));
        }
    }

    private static NpgsqlBatchCommand New(short ledgerId, IReadOnlyList<LoanRow> rows) => Sql.Command(
        InsertLoans, ledgerId, rows.Column(row => row.LoanId), rows.Column(row => row.ReceivableId), rows.Column(row => row.Bank),
        rows.Column(row => row.Borrower), rows.Column(row => row.Obligor), rows.Column(row => row.PrincipalFen),
        rows.Column(row => row.DisbursedFen), rows.Column(row => row.RepaidFen), rows.Column(row => row.WrittenOffFen),
        rows.Column(row => row.RecoveredFen), rows.Column(row => row.InterestFen), rows.Column(row => row.FeeFen),
        rows.Column(row => row.OverdueFen), rows.Column(row => row.RecourseClaimedFen), rows.Column(row => row.AnnualRateBps),
        rows.Column(row => row.DueDate), rows.Column(row => row.Extended), rows.Column(row => row.WithRecourse),
        rows.Column(row => (short)row.Status), rows.Column(row => row.Revision), rows.Column(row => row.ApplicationHash),
        rows.Column(row => row.ReviewHash), rows.Column(row => row.DecisionDigest), rows.Column(row => row.Approver),
        rows.Column(row => row.SecondApprover), rows.Column(row => row.LapseDate), rows.Column(row => row.OpenedBlock),
        rows.Column(row => row.OpenedAt), rows.Column(row => row.DisbursedAt), rows.Column(row => row.DefaultedAt),
        rows.Column(row => row.EndedAt));
}
