using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>
/// How rows of one kind are added to their table: by COPY, which needs no array for each column and no statement that names each of them thrice. In the
/// server it costs what an INSERT over arrays does.
/// </summary>
/// <param name="columns">Without the ledger's number, which comes first.</param>
/// <param name="write">A row's values in the order of the columns.</param>
internal sealed class TableCopy<TRow>(string table, string columns, Action<BinaryRows, TRow> write)
{
    private readonly string _command = $"copy ledger.{table} (ledger_id, {columns}) from stdin (format binary)";
    private readonly short _values = (short)(columns.Split(',').Length + 1);

    /// <summary>One that is ready to be sent, or none when there are no rows.</summary>
    public IEnumerable<AddedRows> Of(short ledgerId, IReadOnlyCollection<TRow> rows)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var binary = new BinaryRows();
        foreach (var row in rows)
        {
            Write(binary, ledgerId, row);
        }

        return [new AddedRows(_command, binary)];
    }

    /// <summary>Sends rows while they are being written.</summary>
    public async Task Send(NpgsqlConnection connection, short ledgerId, IReadOnlyCollection<TRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await using var copy = await connection.BeginRawBinaryCopyAsync(_command, cancellationToken);
        var binary = new BinaryRows();
        foreach (var row in rows)
        {
            Write(binary, ledgerId, row);
            await binary.SendFull(copy, cancellationToken);
        }

        await binary.SendRest(copy, cancellationToken);
    }

    private void Write(BinaryRows binary, short ledgerId, TRow row) => write(binary.Row(_values).Smallint(ledgerId), row);
}

/// <summary>Rows of one table, ready to be sent. Once: their memory is then used for others.</summary>
internal sealed class AddedRows(string command, BinaryRows rows)
{
    public async Task Send(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(command, cancellationToken);
        await rows.SendRest(copy, cancellationToken);
    }
}
