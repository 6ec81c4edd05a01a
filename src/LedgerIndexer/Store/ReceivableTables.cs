using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Receivables, their invoices, and what was paid or cancelled of them.</summary>
internal static class ReceivableTables
{
    public const string SelectReceivables = """
        select receivable_id, parent_id, depth, splits, obligor, holder, issued_amount_fen, amount_fen, redeemed_fen, cancelled_fen,
               disputed_fen, dispute_reason, maturity_date, review_needed, status, freeze_case, revision, issued_block, issued_at
          from ledger.receivable
         where ledger_id = $1
           and receivable_id = any(array(select unnest($2::bigint[]) union
                                         select receivable_id from ledger.loan where ledger_id = $1 and loan_id = any($3)))
        """;

    private const string InsertReceivables = """
        insert into ledger.receivable (ledger_id, receivable_id, parent_id, depth, splits, obligor, holder, issued_amount_fen, amount_fen,
               redeemed_fen, cancelled_fen, disputed_fen, dispute_reason, maturity_date, review_needed, status, frozen, freeze_case,
               revision, issued_block, issued_at)
        select $1, unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::smallint[]), unnest($5::smallint[]), unnest($6::integer[]),
               unnest($7::integer[]), unnest($8::bigint[]), unnest($9::bigint[]), unnest($10::bigint[]), unnest($11::bigint[]),
               unnest($12::bigint[]), unnest($13::bytea[]), unnest($14::date[]), unnest($15::boolean[]), unnest($16::smallint[]),
               unnest($17::boolean[]), unnest($18::bytea[]), unnest($19::integer[]), unnest($20::bigint[]), unnest($21::timestamptz[])
        """;

    private const string UpdateReceivables = """
        update ledger.receivable r
           set splits = c.splits, holder = c.holder, amount_fen = c.amount_fen, redeemed_fen = c.redeemed_fen, cancelled_fen = c.cancelled_fen,
               disputed_fen = c.disputed_fen, dispute_reason = c.dispute_reason, status = c.status, frozen = c.frozen, freeze_case = c.freeze_case,
               revision = c.revision
          from (select unnest($2::bigint[]) as receivable_id, unnest($3::smallint[]) as splits, unnest($4::integer[]) as holder,
                       unnest($5::bigint[]) as amount_fen, unnest($6::bigint[]) as redeemed_fen, unnest($7::bigint[]) as cancelled_fen,
                       unnest($8::bigint[]) as disputed_fen, unnest($9::bytea[]) as dispute_reason, unnest($10::smallint[]) as status,
                       unnest($11::boolean[]) as frozen, unnest($12::bytea[]) as freeze_case, unnest($13::integer[]) as revision) c
         where r.ledger_id = $1 and r.receivable_id = c.receivable_id
        """;

    private const string InsertInvoices = """
        insert into ledger.invoice (ledger_id, fingerprint, receivable_id, amount_fen)
        select $1, unnest($2::bytea[]), unnest($3::bigint[]), unnest($4::bigint[])
        """;

    private const string InsertRedemptions = """
        insert into ledger.redemption (ledger_id, receivable_id, holder, obligor, amount_fen, block_number, log_index, block_time,
               payment_reference)
        select $1, unnest($2::bigint[]), unnest($3::integer[]), unnest($4::integer[]), unnest($5::bigint[]), unnest($6::bigint[]),
               unnest($7::integer[]), unnest($8::timestamptz[]), unnest($9::bytea[])
        """;

    private const string InsertCancellations = """
        insert into ledger.cancellation (ledger_id, receivable_id, holder, obligor, amount_fen, block_number, log_index, block_time,
               reason_hash)
        select $1, unnest($2::bigint[]), unnest($3::integer[]), unnest($4::integer[]), unnest($5::bigint[]), unnest($6::bigint[]),
               unnest($7::integer[]), unnest($8::timestamptz[]), unnest($9::bytea[])
        """;

    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
        if (projected.NewReceivables is { Count: > 0 } issued)
        {
            yield return New(ledgerId, issued);
        }

        if (projected.ChangedReceivables is { Count: > 0 } changed)
        {
            yield return Sql.Command(
                UpdateReceivables, ledgerId, changed.Column(row => row.ReceivableId), changed.Column(row => row.Splits), changed.Column(row => row.Holder),
                changed.Column(row => row.AmountFen), changed.Column(row => row.RedeemedFen), changed.Column(row => row.CancelledFen),
                changed.Column(row => row.DisputedFen), changed.Column(row => row.DisputeReason), changed.Column(row => (short)row.Status),
                changed.Column(row => row.Frozen), changed.Column(row => row.FreezeCase), changed.Column(row => row.Revision));
        }

        if (projected.Invoices is { Count: > 0 } invoices)
        {
            yield return Sql.Command(
                InsertInvoices, ledgerId, invoices.Column(row => row.Fingerprint), invoices.Column(row => row.ReceivableId),
                invoices.Column(row => row.AmountFen));
        }

        if (projected.Redemptions is { Count: > 0 } redeemed)
        {
            yield return Sql.Command(
                InsertRedemptions, ledgerId, redeemed.Column(row => row.ReceivableId), redeemed.Column(row => row.Holder),
                redeemed.Column(row => row.Obligor), redeemed.Column(row => row.AmountFen), redeemed.Column(row => row.Place.BlockNumber),
                redeemed.Column(row => row.Place.LogIndex), redeemed.Column(row => row.Place.BlockTime),
                redeemed.Column(row => row.PaymentReference));
        }

        if (projected.Cancellations is { Count: > 0 } cancelled)
        {
            yield return Sql.Command(
                InsertCancellations, ledgerId, cancelled.Column(row => row.ReceivableId), cancelled.Column(row => row.Holder),
                cancelled.Column(row => row.Obligor), cancelled.Column(row => row.AmountFen), cancelled.Column(row => row.Place.BlockNumber),
                cancelled.Column(row => row.Place.LogIndex), cancelled.Column(row => row.Place.BlockTime),
                cancelled.Column(row => row.ReasonHash));
        }
    }

    public static ReceivableRow Receivable(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.OptionalValue<long>(1),
        reader.GetInt16(2),
        reader.GetInt16(3),
        reader.GetInt32(4),
        reader.GetInt32(5),
        reader.GetInt64(6),
        reader.GetInt64(7),
        reader.GetInt64(8),
        reader.GetInt64(9),
        reader.GetInt64(10),
        reader.Optional<byte[]>(11),
        reader.GetFieldValue<DateOnly>(12),
        reader.GetBoolean(13),
        (ReceivableStatus)reader.GetInt16(14),
        reader.Optional<byte[]>(15),
        reader.GetInt32(16),
        reader.GetInt64(17),
        reader.GetDateTime(18));

    private static NpgsqlBatchCommand New(short ledgerId, IReadOnlyList<ReceivableRow> rows) => Sql.Command(
        InsertReceivables, ledgerId, rows.Column(row => row.ReceivableId), rows.Column(row => row.ParentId), rows.Column(row => row.Depth),
        rows.Column(row => row.Splits), rows.Column(row => row.Obligor), rows.Column(row => row.Holder),
        rows.Column(row => row.IssuedAmountFen), rows.Column(row => row.AmountFen), rows.Column(row => row.RedeemedFen),
        rows.Column(row => row.CancelledFen), rows.Column(row => row.DisputedFen), rows.Column(row => row.DisputeReason),
        rows.Column(row => row.MaturityDate), rows.Column(row => row.ReviewNeeded), rows.Column(row => (short)row.Status),
        rows.Column(row => row.Frozen), rows.Column(row => row.FreezeCase), rows.Column(row => row.Revision),
        rows.Column(row => row.IssuedBlock), rows.Column(row => row.IssuedAt));
}
