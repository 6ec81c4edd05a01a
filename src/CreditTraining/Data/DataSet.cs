using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Reading;

namespace FinanceChain.CreditTraining.Data;

/// <summary>One feature with its values.</summary>
/// <param name="Levels">Categorical: levels in ordinal order; a value is an index into them.</param>
public sealed record DataColumn(FeatureSpec Spec, FeatureKind Kind, IReadOnlyList<string> Levels, double[] Values);

/// <summary>Features and outcomes, parsed and judged.</summary>
/// <param name="Labels">1 for default, 0 otherwise.</param>
/// <param name="Groups">Equal rows have equal numbers: they may not stand on both sides of a split.</param>
public sealed record DataSet(IReadOnlyList<DataColumn> Columns, double[] Labels, int[] Groups)
{
    /// <summary>Columns by which the model card breaks the cases down. Nothing is learnt from them.</summary>
    public IReadOnlyList<DataColumn> Segments { get; init; } = [];

    public int Rows => Labels.Length;

    public int Defaults => (int)Labels.Sum();

    /// <summary>The rows with these numbers, in this order.</summary>
    public DataSet Pick(int[] rows) =>
        new([.. Columns.Select(column => Pick(column, rows))], [.. rows.Select(row => Labels[row])], [.. rows.Select(row => Groups[row])])
        {
            Segments = [.. Segments.Select(column => Pick(column, rows))],
        };

    /// <exception cref="TrainingException">A column is absent, or a value breaks a rule; the message names row, field, value and rule.</exception>
    public static DataSet From(CsvTable table, DataSchema schema)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(schema);
        var marks = schema.MissingMarks.ToHashSet();
        DataColumn[] columns = [.. schema.Features.Select(spec => Column(table, spec, marks))];
        double[] labels = Outcomes(table, schema, marks);
        if (labels.Sum() < 5 || labels.Length - labels.Sum() < 5)
        {
            throw new TrainingException(
                $"Field '{schema.Label}': {labels.Sum()} of {labels.Length} rows have the value '{schema.Positive}'; training needs at least 5 of each outcome.");
        }

        var numbers = new Dictionary<string, int>();
        int[] groups = [.. table.Rows.Select(row => Number(numbers, string.Join('\u001F', schema.Features.Select(spec => row[table.Column(spec.Name)!.Value]))))];
        DataColumn[] segments = [.. schema.Segments.Select(name => Column(table, schema.Features.FirstOrDefault(spec => spec.Name == name) ?? Unjudged(name), marks))];
        return new DataSet(columns, labels, groups) { Segments = segments };
    }

    private static DataColumn Pick(DataColumn column, int[] rows) => column with { Values = [.. rows.Select(row => column.Values[row])] };

    private static FeatureSpec Unjudged(string name) => new(name, null, null, null, null, []);

    private static int Number(Dictionary<string, int> numbers, string key)
    {
        if (!numbers.TryGetValue(key, out int number))
        {
            number = numbers.Count;
            numbers.Add(key, number);
        }

        return number;
    }

    private static double[] Outcomes(CsvTable table, DataSchema schema, HashSet<string> marks)
    {
        int at = table.Column(schema.Label) ?? throw Absent(schema.Label);
        var others = new HashSet<string>();
        double[] labels = new double[table.Rows.Count];
        for (int row = 0; row < labels.Length; row++)
        {
            string text = table.Rows[row][at].Trim();
            if (marks.Contains(text))
            {
                throw new TrainingException($"row {row + 1}, field '{schema.Label}': the outcome is missing.");
            }

            labels[row] = text == schema.Positive ? 1 : 0;
            if (labels[row] == 0 && others.Add(text) && others.Count > 1)
            {
                throw new TrainingException(
                    $"row {row + 1}, field '{schema.Label}': besides '{schema.Positive}' there are '{others.First()}' and '{text}'; an outcome has two values, and 'positive' names the default.");
            }
        }

        return labels;
    }

    private static DataColumn Column(CsvTable table, FeatureSpec spec, HashSet<string> marks)
    {
        int at = table.Column(spec.Name) ?? throw Absent(spec.Name);
        FeatureKind kind = spec.Kind
            ?? (table.Rows.All(row => ValueReader.ReadNumber(row[at], spec.Name, null, null, marks, out _) is not { Rule: InputRule.NotANumber })
                ? FeatureKind.Numeric
                : FeatureKind.Categorical);
        double[] values = new double[table.Rows.Count];
        if (kind == FeatureKind.Numeric)
        {
            for (int row = 0; row < values.Length; row++)
            {
                Require(ValueReader.ReadNumber(table.Rows[row][at], spec.Name, spec.Minimum, spec.Maximum, marks, out values[row]), row);
            }

            return new DataColumn(spec, kind, [], values);
        }

        string?[] texts = new string?[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            Require(ValueReader.ReadLevel(table.Rows[row][at], spec.Name, marks, out texts[row]), row);
        }

        string[] levels = [.. texts.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        for (int row = 0; row < values.Length; row++)
        {
            values[row] = texts[row] is { } text ? Array.BinarySearch(levels, text, StringComparer.Ordinal) : double.NaN;
        }

        return new DataColumn(spec, kind, levels, values);
    }

    private static void Require(InputRefusal? refusal, int row)
    {
        if (refusal is not null)
        {
            throw new TrainingException((refusal with { Row = row + 1 }).ToString());
        }
    }

    private static TrainingException Absent(string name) => new(new InputRefusal(InputRule.FieldAbsent, name, "").ToString());
}
