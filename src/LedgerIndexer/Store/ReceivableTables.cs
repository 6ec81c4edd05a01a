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

    private static readonly TableCopy<ReceivableRow> Receivables = new(
        "receivable",
        """
        receivable_id, parent_id, depth, splits, obligor, holder, issued_amount_fen, amount_fen, redeemed_fen, cancelled_fen, disputed_fen,
        dispute_reason, maturity_date, review_needed, status, frozen, freeze_case, revision, issued_block, issued_at
        """,
        (to, row) => to
            .Bigint(row.ReceivableId).Bigint(row.ParentId).Smallint(row.Depth).Smallint(row.Splits).Integer(row.Obligor).Integer(row.Holder)
            .Bigint(row.IssuedAmountFen).Bigint(row.AmountFen).Bigint(row.RedeemedFen).Bigint(row.CancelledFen).Bigint(row.DisputedFen)
            .OptionalBytea(row.DisputeReason).Date(row.MaturityDate).Boolean(row.ReviewNeeded).Smallint((short)row.Status).Boolean(row.Frozen)
            .OptionalBytea(row.FreezeCase).Integer(row.Revision).Bigint(row.IssuedBlock).Timestamptz(row.IssuedAt));

    private static readonly TableCopy<InvoiceRow> Invoices = new(
        "invoice", "fingerprint, receivable_id, amount_fen",
        (to, row) => to.Bytea(row.Fingerprint).Bigint(row.ReceivableId).Bigint(row.AmountFen));

    private static readonly TableCopy<RedemptionRow> Redemptions = new(
        "redemption", "receivable_id, holder, obligor, amount_fen, block_number, log_index, block_time, payment_reference",
        (to, row) => to
            .Bigint(row.ReceivableId).Integer(row.Holder).Integer(row.Obligor).Bigint(row.AmountFen).At(row.Place).Bytea(row.PaymentReference));

    private static readonly TableCopy<CancellationRow> Cancellations = new(
        "cancellation", "receivable_id, holder, obligor, amount_fen, block_number, log_index, block_time, reason_hash",
        (to, row) => to
            .Bigint(row.ReceivableId).Integer(row.Holder).Integer(row.Obligor).Bigint(row.AmountFen).At(row.Place).OptionalBytea(row.ReasonHash));

    public static IEnumerable<AddedRows> Added(short ledgerId, RangeProjection projected) =>
    [
        .. Receivables.Of(ledgerId, projected.NewReceivables),
        .. Invoices.Of(ledgerId, projected.Invoices),
        .. Redemptions.Of(ledgerId, projected.Redemptions),
        .. Cancellations.Of(ledgerId, projected.Cancellations),
    ];

    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
        if (projected.ChangedReceivables is { Count: > 0 } changed)
        {
            yield return Sql.Command(
                UpdateReceivables, ledgerId, changed.Column(row => row.ReceivableId), changed.Column(row => row.Splits), changed.Column(row => row.Holder),
                changed.Column(row => row.AmountFen), changed.Column(row => row.RedeemedFen), changed.Column(row => row.CancelledFen),
                changed.Column(row => row.DisputedFen), changed.Column(row => row.DisputeReason), changed.Column(row => (short)row.Status),
                changed.Column(row => row.Frozen), changed.Column(row => row.FreezeCase), changed.Column(row => row.Revision));
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
}
