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

    private static readonly TableCopy<LoanRow> Loans = new(
        "loan",
        """
        loan_id, receivable_id, bank, borrower, obligor, principal_fen, disbursed_fen, repaid_fen, written_off_fen, recovered_fen, interest_fen,
        fee_fen, overdue_fen, recourse_claimed_fen, annual_rate_bps, due_date, extended, with_recourse, status, revision, application_hash,
        review_hash, decision_digest, approver, second_approver, lapse_date, opened_block, opened_at, disbursed_at, defaulted_at, ended_at
        """,
        (to, row) => to
            .Bigint(row.LoanId).Bigint(row.ReceivableId).Integer(row.Bank).Integer(row.Borrower).Integer(row.Obligor).Bigint(row.PrincipalFen)
            .Bigint(row.DisbursedFen).Bigint(row.RepaidFen).Bigint(row.WrittenOffFen).Bigint(row.RecoveredFen).Bigint(row.InterestFen)
            .Bigint(row.FeeFen).Bigint(row.OverdueFen).Bigint(row.RecourseClaimedFen).Integer(row.AnnualRateBps).Date(row.DueDate)
            .Boolean(row.Extended).Boolean(row.WithRecourse).Smallint((short)row.Status).Integer(row.Revision).Bytea(row.ApplicationHash)
            .OptionalBytea(row.ReviewHash).OptionalBytea(row.DecisionDigest).Integer(row.Approver).Integer(row.SecondApprover).Date(row.LapseDate)
            .Bigint(row.OpenedBlock).Timestamptz(row.OpenedAt).Timestamptz(row.DisbursedAt).Timestamptz(row.DefaultedAt)
            .Timestamptz(row.EndedAt));

    private static readonly TableCopy<DisbursementRow> Disbursements = new(
        "disbursement",
        "loan_id, bank, borrower, amount_fen, is_first, block_number, log_index, block_time, registration_hash, payment_reference",
        (to, row) => to
            .Bigint(row.LoanId).Integer(row.Bank).Integer(row.Borrower).Bigint(row.AmountFen).Boolean(row.IsFirst).At(row.Place)
            .Bytea(row.RegistrationHash).Bytea(row.PaymentReference));

    private static readonly TableCopy<RepaymentRow> Repayments = new(
        "repayment", "loan_id, bank, borrower, principal_fen, interest_fen, fee_fen, block_number, log_index, block_time, payment_reference",
        (to, row) => to
            .Bigint(row.LoanId).Integer(row.Bank).Integer(row.Borrower).Bigint(row.PrincipalFen).Bigint(row.InterestFen).Bigint(row.FeeFen)
            .At(row.Place).Bytea(row.PaymentReference));

    private static readonly TableCopy<LoanDefaultRow> Defaults = new(
        "loan_default", "loan_id, bank, borrower, outstanding_fen, block_number, log_index, block_time, reason_hash",
        (to, row) => to
            .Bigint(row.LoanId).Integer(row.Bank).Integer(row.Borrower).Bigint(row.OutstandingFen).At(row.Place).Bytea(row.ReasonHash));

    private static readonly TableCopy<WriteOffRow> WriteOffs = new(
        "write_off", "loan_id, bank, borrower, amount_fen, block_number, log_index, block_time, reason_hash",
        (to, row) => to.Bigint(row.LoanId).Integer(row.Bank).Integer(row.Borrower).Bigint(row.AmountFen).At(row.Place).Bytea(row.ReasonHash));

    private static readonly TableCopy<LoanRecoveryRow> Recoveries = new(
        "loan_recovery", "loan_id, bank, borrower, amount_fen, source, block_number, log_index, block_time, payment_reference",
        (to, row) => to
            .Bigint(row.LoanId).Integer(row.Bank).Integer(row.Borrower).Bigint(row.AmountFen).Smallint((short)row.Source).At(row.Place)
            .Bytea(row.PaymentReference));

    public static IEnumerable<AddedRows> Added(short ledgerId, RangeProjection projected) =>
    [
        .. Loans.Of(ledgerId, projected.NewLoans),
        .. Disbursements.Of(ledgerId, projected.Disbursements),
        .. Repayments.Of(ledgerId, projected.Repayments),
        .. Defaults.Of(ledgerId, projected.Defaults),
        .. WriteOffs.Of(ledgerId, projected.WriteOffs),
        .. Recoveries.Of(ledgerId, projected.Recoveries),
    ];

    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
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
}
