using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Projection;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>The stored rows that a range's events change, and the checkpoint, read and locked in one round trip.</summary>
/// <param name="Events">The ledger's events up to the checkpoint.</param>
internal sealed record TouchedRows(
    long Checkpoint,
    byte[] CheckpointHash,
    long Events,
    IReadOnlyList<PartyRow> Parties,
    IReadOnlyList<SignerRecoveryRow> PendingRecoveries,
    IReadOnlyList<ReceivableRow> Receivables,
    IReadOnlyList<LoanRow> Loans)
{
    private const string SelectCheckpoint =
        "select block_number, block_hash, events from ledger.checkpoint where ledger_id = $1 for update";

    public static async Task<TouchedRows> Read(
        NpgsqlConnection connection, short ledgerId, ChainRange range, CancellationToken cancellationToken)
    {
        var named = NamedRows.In(range.Events);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Sql.Command(SelectCheckpoint, ledgerId),
                Sql.Command(PartyTables.SelectParties, ledgerId, named.Parties),
                Sql.Command(PartyTables.SelectPendingRecoveries, ledgerId, named.Parties),
                Sql.Command(ReceivableTables.SelectReceivables, ledgerId, named.Receivables, named.Loans),
                Sql.Command(LoanTables.SelectLoans, ledgerId, named.Loans),
                HistoryTables.ProvidePartitions(range),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw new IndexerStoppedException(
                IndexerExit.ProjectionWrong, $"The checkpoint of ledger {ledgerId} vanished while it was indexed: something else deleted it.");
        }

        var checkpoint = reader.GetInt64(0);
        var hash = reader.GetFieldValue<byte[]>(1);
        var events = reader.GetInt64(2);
        return new TouchedRows(
            checkpoint,
            hash,
            events,
            await Next(reader, PartyTables.Party, cancellationToken),
            await Next(reader, PartyTables.Recovery, cancellationToken),
            await Next(reader, ReceivableTables.Receivable, cancellationToken),
            await Next(reader, LoanTables.Loan, cancellationToken));
    }

    private static async Task<IReadOnlyList<TRow>> Next<TRow>(
        NpgsqlDataReader reader, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        var rows = new List<TRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
