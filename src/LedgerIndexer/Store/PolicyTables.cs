using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>The rules of the ledger, and what banks decide for themselves.</summary>
internal static class PolicyTables
{
    private const string InsertParameters = """
        insert into ledger.parameters (ledger_id, block_number, log_index, adopted, start_date, max_tenor_days, max_reviewed_tenor_days,
               max_split_depth, max_splits, max_invoices, recovery_delay_days, notice_days, max_extension_days, approval_days)
        select $1, * from unnest($2::bigint[], $3::integer[], $4::boolean[], $5::date[], $6::integer[], $7::integer[], $8::smallint[],
               $9::smallint[], $10::smallint[], $11::smallint[], $12::smallint[], $13::integer[], $14::smallint[])
        """;

    private const string UpsertLendingPolicies = """
        insert into ledger.lending_policy (ledger_id, bank, dual_approval_fen, obligor_limit_fen, borrower_limit_fen, set_block, set_at)
        select $1, * from unnest($2::integer[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[])
        on conflict (ledger_id, bank) do update
           set dual_approval_fen = excluded.dual_approval_fen, obligor_limit_fen = excluded.obligor_limit_fen,
               borrower_limit_fen = excluded.borrower_limit_fen, set_block = excluded.set_block, set_at = excluded.set_at
        """;

    // How much of a line is used is no business of this statement: triggers add it up from the loans.
    private const string UpsertCreditLimits = """
        insert into ledger.credit_line as c (ledger_id, bank, party_id, side, limit_fen, revision)
        select $1, * from unnest($2::integer[], $3::integer[], $4::smallint[], $5::bigint[], $6::integer[])
        on conflict (ledger_id, bank, party_id, side) do update
           set limit_fen = excluded.limit_fen, revision = c.revision + excluded.revision
        """;

    private const string InsertCreditModels = """
        insert into ledger.credit_model (ledger_id, bank, model_hash, from_date, until_date, block_number, log_index, block_time)
        select $1, * from unnest($2::integer[], $3::bytea[], $4::date[], $5::date[], $6::bigint[], $7::integer[], $8::timestamptz[])
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
