using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Positions after each block.</summary>
internal static class HistoryTables
{
    public static IEnumerable<NpgsqlBatchCommand> Statements(short ledgerId, RangeProjection projected)
    {
        if (projected.Positions.Holdings.InOrder() is { Count: > 0 } holdings)
        {
            yield return Sql.Command(
                "call ledger.add_holdings($1, $2, $3, $4, $5, $6, $7, $8, $9)", ledgerId, holdings.Column(row => row.Key.Party),
                holdings.Column(row => row.Block), holdings.Column(row => row.Change.Receivables), holdings.Column(row => row.Change.HeldFen),
                holdings.Column(row => row.Change.PledgedFen), holdings.Column(row => row.Change.DisputedFen),
                holdings.Column(row => row.Change.Debts), holdings.Column(row => row.Change.OwedFen));
        }

        if (projected.Positions.Exposures.InOrder() is { Count: > 0 } exposures)
        {
            yield return Sql.Command(
                "call ledger.add_exposures($1, $2, $3, $4, $5, $6, $7, $8, $9)", ledgerId, exposures.Column(row => row.Key.Bank),
                exposures.Column(row => row.Key.Side), exposures.Column(row => row.Key.Party), exposures.Column(row => row.Block),
                exposures.Column(row => row.Change.Loans), exposures.Column(row => row.Change.OutstandingFen),
                exposures.Column(row => row.Change.UndisbursedFen), exposures.Column(row => row.Change.DefaultedFen));
        }
    }

    /// <summary>Before the raw events of the range are written.</summary>
    public static NpgsqlBatchCommand ProvidePartitions(ChainRange range) =>
        Sql.Command("select ledger.provide_partitions($1, $2)", range.Before.Number + 1, range.End.Number);
}
