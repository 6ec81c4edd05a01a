using FinanceChain.Ethereum;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Up to where the stored rows go.</summary>
/// <param name="Events">How many of the ledger there are.</param>
internal readonly record struct StoredCheckpoint(long Block, Hash256 Hash, long Events)
{
    private const string Select = "select block_number, block_hash, events from ledger.checkpoint where ledger_id = $1 for update";

    /// <summary>Nobody else moves it until the transaction ends.</summary>
    public static async Task<StoredCheckpoint> Lock(NpgsqlConnection connection, short ledgerId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Sql.Command(Select, ledgerId) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new StoredCheckpoint(reader.GetInt64(0), Hash256.FromBytes(reader.GetFieldValue<byte[]>(1)), reader.GetInt64(2))
            : throw new IndexerStoppedException(
                IndexerExit.ProjectionWrong, $"The checkpoint of ledger {ledgerId} vanished while it was indexed: something else deleted it.");
    }
}
