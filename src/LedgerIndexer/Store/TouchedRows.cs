using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>The stored rows that a range's events change, read in one round trip.</summary>
internal sealed record TouchedRows(
    IReadOnlyList<PartyRow> Parties,
    IReadOnlyList<SignerRecoveryRow> PendingRecoveries,
    IReadOnlyList<ReceivableRow> Receivables,
    IReadOnlyList<LoanRow> Loans)
{
    public static async Task<TouchedRows> Read(
        NpgsqlConnection connection, short ledgerId, ChainRange range, CancellationToken cancellationToken)
    {
        var named = NamedRows.In(range.Events);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Sql.Command(PartyTables.SelectParties, ledgerId, named.Parties),
                Sql.Command(PartyTables.SelectPendingRecoveries, ledgerId, named.Parties),
                Sql.Command(ReceivableTables.SelectReceivables, ledgerId, named.Receivables, named.Loans),
                Sql.Command(LoanTables.SelectLoans, ledgerId, named.Loans),
                HistoryTables.ProvidePartitions(range),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return new TouchedRows(
            await Next(reader, PartyTables.Party, cancellationToken),
            await Next(reader, PartyTables.Recovery, cancellationToken),
            await Next(reader, ReceivableTables.Receivable, cancellationToken),
            await Next(reader, LoanTables.Loan, cancellationToken));
    }

    private static async Task<IReadOnlyList<TRow>> Next<TRow>(
        NpgsqlDataReader reader, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellationToken)
    {
        var rows = new List<TRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        await reader.NextResultAsync(cancellationToken);
        return rows;
    }
}
