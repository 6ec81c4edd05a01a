using System.Text;

namespace FinanceChain.CreditTraining.Data;

/// <summary>A comma-separated file with a header (RFC 4180: quoted fields may hold commas, quotes and line ends).</summary>
public sealed class CsvTable
{
    private readonly Dictionary<string, int> _columns;

    private CsvTable(IReadOnlyList<string> header, IReadOnlyList<string[]> rows)
    {
        Header = header;
        Rows = rows;
        _columns = header.Select((name, index) => (name, index)).ToDictionary(item => item.name, item => item.index);
    }

    public IReadOnlyList<string> Header { get; }

    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>Index of a column, or null.</summary>
    public int? Column(string name) => _columns.TryGetValue(name, out int index) ? index : null;

    /// <exception cref="TrainingException">No header, a column named twice, or a row of another length.</exception>
    public static CsvTable Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string[]> lines = Lines(text.TrimStart('\uFEFF'));
        if (lines.Count == 0)
        {
            throw new TrainingException("The data file is empty: its first line must name the columns.");
        }

        string[] header = [.. lines[0].Select(name => name.Trim())];
        if (header.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new TrainingException($"Column '{twice.Key}' stands twice in the header.");
        }

        for (int i = 1; i < lines.Count; i++)
        {
            if (lines[i].Length != header.Length)
            {
                throw new TrainingException($"Row {i} has {lines[i].Length} fields, the header {header.Length}.");
            }
        }

        return new CsvTable(header, lines[1..]);
    }

    /// <summary>A field as it is written in a file.</summary>
    public static string Quote(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : "\"" + field.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }

    private static List<string[]> Lines(string text)
    {
        var lines = new List<string[]>();
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false, any = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append(c);
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = any = true;
            }
            else if (c == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
                any = true;
            }
            else if (c == '\n')
            {
                End(lines, fields, field, any);
                any = false;
            }
            else if (c != '\r')
            {
                field.Append(c);
                any = true;
            }
        }

        End(lines, fields, field, any);
        return lines;
    }

    private static void End(List<string[]> lines, List<string> fields, StringBuilder field, bool any)
    {
        if (any)
        {
            fields.Add(field.ToString());
            lines.Add([.. fields]);
        }

        fields.Clear();
        field.Clear();
    }
}
