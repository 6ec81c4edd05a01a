using System.Globalization;

namespace FinanceChain.LedgerVerification;

/// <summary>A derived row: columns by name, in the types of .NET. Its text is what Postgres writes for the same row.</summary>
internal sealed class Row : Dictionary<string, object?>
{
    public Row()
        : base(StringComparer.Ordinal)
    {
    }

    public long Number(string column) => Convert.ToInt64(this[column], CultureInfo.InvariantCulture);

    public void Add(string column, long change) => this[column] = Number(column) + change;

    public Row Copy()
    {
        var copy = new Row();
        foreach (var (column, value) in this)
        {
            copy[column] = value;
        }

        return copy;
    }

    /// <summary>Column and value, in the order of the names.</summary>
    public SortedDictionary<string, string?> ToText()
    {
        var text = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (column, value) in this)
        {
            text[column] = Text(value);
        }

        return text;
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        bool truth => truth ? "true" : "false",
        byte[] bytes => $"\\x{Convert.ToHexStringLower(bytes)}",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-ddTHH:mm:ss+00:00", CultureInfo.InvariantCulture),
        Enum kind => Convert.ToInt64(kind, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
