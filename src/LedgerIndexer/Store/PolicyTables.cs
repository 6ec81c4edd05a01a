using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>The rules of the ledger, and what banks decide for themselves.</summary>
internal static class PolicyTables
{
    private const string UpsertLendingPolicies = """
        insert into ledger.lending_policy (ledger_id, bank, dual_approval_fen, obligor_limit_fen, borrower_limit_fen, set_block, set_at)
        select $1, unnest($2::integer[]), unnest($3::bigint[]), unnest($4::bigint[]), unnest($5::bigint[]), unnest($6::bigint[]),
               unnest($7::timestamptz[])
        on conflict (ledger_id, bank) do update
           set dual_approval_fen = excluded.dual_approval_fen, obligor_limit_fen = excluded.obligor_limit_fen,
               borrower_limit_fen = excluded.borrower_limit_fen, set_block = excluded.set_block, set_at = excluded.set_at
        """;

    // How much of a line is used is no business of this statement: triggers add it up from the loans.
    private const string UpsertCreditLimits = """
        insert into ledger.credit_line as c (ledger_id, bank, party_id, side, limit_fen, revision)
        select $1, unnest($2::integer[]), unnest($3::integer[]), unnest($4::smallint[]), unnest($5::bigint[]), unnest($6::integer[])
        on conflict (ledger_id, bank, party_id, side) do update
           set limit_fen = excluded.limit_fen, revision = c.revision + excluded.revision
        """;

    private static readonly TableCopy<ParametersRow> Parameters = new(
        "parameters",
        """
        block_number, log_index, adopted, start_date, max_tenor_days, max_reviewed_tenor_days, max_split_depth, max_splits, max_invoices,
        recovery_delay_days, notice_days, max_extension_days, approval_days
        """,
        (to, row) => to
            .Bigint(row.Place.BlockNumber).Integer(row.Place.LogIndex).Boolean(row.Adopted).Date(row.Rules.StartDate)
            .Integer((int)row.Rules.MaxTenorDays).Integer((int)row.Rules.MaxReviewedTenorDays).Smallint((short)row.Rules.MaxSplitDepth)
            .Smallint((short)row.Rules.MaxSplits).Smallint((short)row.Rules.MaxInvoices).Smallint((short)row.Rules.RecoveryDelayDays)
            .Smallint((short)row.Rules.NoticeDays).Integer((int)row.Rules.MaxExtensionDays).Smallint((short)row.Rules.ApprovalDays));

    private static readonly TableCopy<CreditModelRow> CreditModels = new(
        "credit_model", "bank, model_hash, from_date, until_date, block_number, log_index, block_time",
        (to, row) => to.Integer(row.Bank).Bytea(row.ModelHash).Date(row.FromDate).Date(row.UntilDate).At(row.Place));

    public static IEnumerable<AddedRows> Added(short ledgerId, RangeProjection projected) =>
        [.. Parameters.Of(ledgerId, projected.Parameters), .. CreditModels.Of(ledgerId, projected.CreditModels)];

    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
        if (projected.LendingPolicies is { Count: > 0 } policies)
        {
            yield return Sql.Command(
                UpsertLendingPolicies, ledgerId, policies.Column(row => row.Bank), policies.Column(row => row.DualApprovalFen),
                policies.Column(row => row.ObligorLimitFen), policies.Column(row => row.BorrowerLimitFen),
                policies.Column(row => row.Set.BlockNumber), policies.Column(row => row.Set.BlockTime));
        }

        if (projected.CreditLimits is { Count: > 0 } limits)
        {
            yield return Sql.Command(
                UpsertCreditLimits, ledgerId, limits.Column(row => row.Bank), limits.Column(row => row.PartyId),
                limits.Column(row => (short)row.Side), limits.Column(row => row.LimitFen), limits.Column(row => row.Revisions));
        }
    }
}
