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

    private const string InsertMarks = "insert into ledger.mark (ledger_id, block_number, events) select $1, unnest($2::bigint[]), unnest($3::bigint[])";

    /// <summary>After the rows of parties, receivables and loans.</summary>
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
        var marks = sums.Marks.Blocks;
        if (sums.Lending is var lending && (lending.Count > 0 || marks.Length > 0))
        {
            yield return Sql.Command(
                "call ledger.add_lending($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
                ledgerId, range.Before.Number, marks, lending.Column(row => row.Cell.Mark), lending.Column(row => row.Cell.Day),
                lending.Column(row => row.Cell.Bank), lending.Column(row => row.Cell.Borrower), lending.Column(row => row.Cell.LoanSize),
                lending.Column(row => row.Figures.Opened), lending.Column(row => row.Figures.Loans), lending.Column(row => row.Figures.LentFen),
                lending.Column(row => row.Figures.RepaidFen), lending.Column(row => row.Figures.WrittenOffFen),
                lending.Column(row => row.Figures.OverdueFen), lending.Column(row => row.Figures.RecoveredFen),
                lending.Column(row => row.Figures.InterestFen), lending.Column(row => row.Figures.FeeFen));
        }

        if (sums.Receivables is var receivables && (receivables.Count > 0 || marks.Length > 0))
        {
            yield return Sql.Command(
                "call ledger.add_receivables($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                ledgerId, range.Before.Number, marks, receivables.Column(row => row.Cell.Mark), receivables.Column(row => row.Cell.Day),
                receivables.Column(row => row.Cell.Obligor), receivables.Column(row => row.Figures.Receivables),
                receivables.Column(row => row.Figures.IssuedFen), receivables.Column(row => row.Figures.RedeemedFen),
                receivables.Column(row => row.Figures.CancelledFen));
        }

        if (marks.Length > 0)
        {
            yield return Sql.Command(InsertMarks, ledgerId, marks, sums.Marks.Events);
        }
    }
}
