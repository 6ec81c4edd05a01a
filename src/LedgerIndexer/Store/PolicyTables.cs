using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>The rules of the ledger, and what banks decide for themselves.</summary>
internal static class PolicyTables
{
    private const string InsertParameters = """
        insert into ledger.parameters (ledger_id, block_number, log_index, adopted, start_date, max_tenor_days, max_reviewed_tenor_days,
               max_split_depth, max_splits, max_invoices, recovery_delay_days, notice_days, max_extension_days, approval_days)
        select $1, unnest($2::bigint[]), unnest($3::integer[]), unnest($4::boolean[]), unnest($5::date[]), unnest($6::integer[]),
               unnest($7::integer[]), unnest($8::smallint[]), unnest($9::smallint[]), unnest($10::smallint[]), unnest($11::smallint[]),
               unnest($12::smallint[]), unnest($13::integer[]), unnest($14::smallint[])
        """;

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

    private const string InsertCreditModels = """
        insert into ledger.credit_model (ledger_id, bank, model_hash, from_date, until_date, block_number, log_index, block_time)
        select $1, unnest($2::integer[]), unnest($3::bytea[]), unnest($4::date[]), unnest($5::date[]), unnest($6::bigint[]), unnest($7::integer[]),
               unnest($8::timestamptz[])
        """;

    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
        if (projected.Parameters is { Count: > 0 } parameters)
        {
            yield return Parameters(ledgerId, parameters);
        }

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

        if (projected.CreditModels is { Count: > 0 } models)
        {
            yield return Sql.Command(
                InsertCreditModels, ledgerId, models.Column(row => row.Bank), models.Column(row => row.ModelHash),
                models.Column(row => row.FromDate), models.Column(row => row.UntilDate), models.Column(row => row.Place.BlockNumber),
                models.Column(row => row.Place.LogIndex), models.Column(row => row.Place.BlockTime));
        }
    }

    private static NpgsqlBatchCommand Parameters(short ledgerId, IReadOnlyList<ParametersRow> rows) => Sql.Command(
        InsertParameters, ledgerId, rows.Column(row => row.Place.BlockNumber), rows.Column(row => row.Place.LogIndex),
        rows.Column(row => row.Adopted), rows.Column(row => row.Rules.StartDate), rows.Column(row => (int)row.Rules.MaxTenorDays),
        rows.Column(row => (int)row.Rules.MaxReviewedTenorDays), rows.Column(row => (short)row.Rules.MaxSplitDepth),
        rows.Column(row => (short)row.Rules.MaxSplits), rows.Column(row => (short)row.Rules.MaxInvoices),
        rows.Column(row => (short)row.Rules.RecoveryDelayDays), rows.Column(row => (short)row.Rules.NoticeDays),
        rows.Column(row => (int)row.Rules.MaxExtensionDays), rows.Column(row => (short)row.Rules.ApprovalDays));
}
