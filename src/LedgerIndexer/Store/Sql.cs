using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Commands with positional parameters, for batches that cost one round trip.</summary>
internal static class Sql
{
    // The last word counts in a connection string.
    private const string Prepared = "Max Auto Prepare=100;Auto Prepare Min Usages=3;Write Buffer Size=131072;";

    /// <summary>
    /// Connections that parse and plan a statement once and not for each block: a small block costs more of that than of its rows. What the
    /// connection string says itself about preparing stands, also that nothing is.
    /// </summary>
    public static NpgsqlDataSource Source(string postgres) => NpgsqlDataSource.Create(Prepared + postgres);

    public static NpgsqlBatchCommand Command(string text, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    /// <summary>
    /// One column of many rows, as the array that <c>unnest</c> takes. Arrays stand side by side in a select list: in a from clause PostgreSQL would
    /// make a table of each one first.
    /// </summary>
    public static TColumn[] Column<TRow, TColumn>(this IReadOnlyList<TRow> rows, Func<TRow, TColumn> value)
    {
        var column = new TColumn[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        return column;
    }

    /// <summary>A column that may be null.</summary>
    public static T? Optional<T>(this NpgsqlDataReader reader, int column)
        where T : class => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    /// <inheritdoc cref="Optional"/>
    public static T? OptionalValue<T>(this NpgsqlDataReader reader, int column)
        where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
}
