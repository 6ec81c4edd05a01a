using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>The sums of days, and the running sums at marks.</summary>
internal static class SumTables
{
    private const string UpsertDays = """
        insert into ledger.day as d (ledger_id, day, first_block, last_block)
        select $1, unnest($2::date[]), unnest($3::bigint[]), unnest($4::bigint[])
        on conflict (ledger_id, day) do update set last_block = excluded.last_block
        """;

    private const string UpsertLendingDays = """
        insert into ledger.lending_day as d (ledger_id, day, bank, region_code, industry, loan_size, opened, loans, lent_fen, repaid_fen,
               written_off_fen, overdue_fen, recovered_fen, interest_fen, fee_fen)
        select $1, unnest($2::date[]), unnest($3::integer[]), unnest($4::integer[]), unnest($5::text[]), unnest($6::smallint[]),
               unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::bigint[]), unnest($10::bigint[]), unnest($11::bigint[]),
               unnest($12::bigint[]), unnest($13::bigint[]), unnest($14::bigint[]), unnest($15::bigint[])
        on conflict (ledger_id, day, bank, region_code, industry, loan_size) do update
           set opened = d.opened + excluded.opened, loans = d.loans + excluded.loans, lent_fen = d.lent_fen + excluded.lent_fen,
               repaid_fen = d.repaid_fen + excluded.repaid_fen, written_off_fen = d.written_off_fen + excluded.written_off_fen,
               overdue_fen = d.overdue_fen + excluded.overdue_fen, recovered_fen = d.recovered_fen + excluded.recovered_fen,
               interest_fen = d.interest_fen + excluded.interest_fen, fee_fen = d.fee_fen + excluded.fee_fen
        """;

    private const string UpsertReceivableDays = """
        insert into ledger.receivable_day as d (ledger_id, day, region_code, industry, receivables, issued_fen, redeemed_fen, cancelled_fen)
        select $1, unnest($2::date[]), unnest($3::integer[]), unnest($4::text[]), unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::bigint[]),
               unnest($8::bigint[])
        on conflict (ledger_id, day, region_code, industry) do update
           set receivables = d.receivables + excluded.receivables, issued_fen = d.issued_fen + excluded.issued_fen,
               redeemed_fen = d.redeemed_fen + excluded.redeemed_fen, cancelled_fen = d.cancelled_fen + excluded.cancelled_fen
        """;

    private static readonly TableCopy<(long Block, long Events)> Marks = new(
        "mark", "block_number, events", (to, row) => to.Bigint(row.Block).Bigint(row.Events));

    public static IEnumerable<AddedRows> Added(short ledgerId, Sums sums) => Marks.Of(ledgerId, [.. sums.Marks.Blocks.Zip(sums.Marks.Events)]);

    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, ChainRange range, Sums sums)
    {
        if (range.Events.Count == 0)
        {
            yield break;
        }

        var days = range.Events.GroupBy(item => Sums.BusinessDay(item.Place)).ToList();
        yield return Sql.Command(
            UpsertDays, ledgerId, days.Column(day => day.Key), days.Column(day => day.First().Place.BlockNumber),
            days.Column(day => day.Last().Place.BlockNumber));
        if (sums.LendingDays() is { Count: > 0 } lendingDays)
        {
            yield return Sql.Command(
                UpsertLendingDays, ledgerId, lendingDays.Column(row => row.Cell.Day), lendingDays.Column(row => row.Cell.Bank),
                lendingDays.Column(row => row.Cell.Region), lendingDays.Column(row => row.Cell.Industry), lendingDays.Column(row => row.Cell.LoanSize),
                lendingDays.Column(row => row.Change.Opened), lendingDays.Column(row => row.Change.Loans), lendingDays.Column(row => row.Change.LentFen),
                lendingDays.Column(row => row.Change.RepaidFen), lendingDays.Column(row => row.Change.WrittenOffFen),
                lendingDays.Column(row => row.Change.OverdueFen), lendingDays.Column(row => row.Change.RecoveredFen),
                lendingDays.Column(row => row.Change.InterestFen), lendingDays.Column(row => row.Change.FeeFen));
        }

        if (sums.ReceivableDays() is { Count: > 0 } receivableDays)
        {
            yield return Sql.Command(
                UpsertReceivableDays, ledgerId, receivableDays.Column(row => row.Cell.Day), receivableDays.Column(row => row.Cell.Region),
                receivableDays.Column(row => row.Cell.Industry), receivableDays.Column(row => row.Change.Receivables),
                receivableDays.Column(row => row.Change.IssuedFen), receivableDays.Column(row => row.Change.RedeemedFen),
                receivableDays.Column(row => row.Change.CancelledFen));
        }

        foreach (var atMarks in AtMarks(ledgerId, sums))
        {
            yield return atMarks;
        }
    }

    private static IEnumerable<NpgsqlBatchCommand> AtMarks(short ledgerId, Sums sums)
    {
        if (sums.LendingAtMarks() is { Count: > 0 } lending)
        {
            yield return Sql.Command(
                "call ledger.add_lending_sums($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                ledgerId, lending.Column(row => row.Key.Region), lending.Column(row => row.Key.Axis), lending.Column(row => row.Key.Key),
                lending.Column(row => row.Mark), lending.Column(row => row.Change.Opened), lending.Column(row => row.Change.Loans),
                lending.Column(row => row.Change.LentFen), lending.Column(row => row.Change.RepaidFen),
                lending.Column(row => row.Change.WrittenOffFen), lending.Column(row => row.Change.OverdueFen),
                lending.Column(row => row.Change.RecoveredFen), lending.Column(row => row.Change.InterestFen),
                lending.Column(row => row.Change.FeeFen));
        }

        if (sums.ReceivablesAtMarks() is { Count: > 0 } receivables)
        {
            yield return Sql.Command(
                "call ledger.add_receivable_sums($1, $2, $3, $4, $5, $6, $7)",
                ledgerId, receivables.Column(row => row.Region), receivables.Column(row => row.Mark), receivables.Column(row => row.Change.Receivables),
                receivables.Column(row => row.Change.IssuedFen), receivables.Column(row => row.Change.RedeemedFen),
                receivables.Column(row => row.Change.CancelledFen));
        }
    }
}
