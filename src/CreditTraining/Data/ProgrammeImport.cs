using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Features;
using FinanceChain.CreditScoring.Reading;

namespace FinanceChain.CreditTraining.Data;

/// <summary>
/// Public-programme signals, financial statements and related parties from CSV or JSON (README.md beside this project documents both). Every fact says where it comes
/// from and since when it is known; the words are those of <see cref="ProgrammeSignals.Names"/>. Values out of range and facts of the future are judged when they are
/// used, as of an instant, not here.
/// </summary>
public static class ProgrammeImport
{
    private const int LongestSource = 200;
    private static readonly string[] FactMembers = ["enterprise", "name", "value", "source", "known_on"];
    private static readonly string[] RelationMembers = ["enterprise", "related", "source", "known_on"];

    /// <summary>Facts by enterprise. A text that begins with <c>[</c> is JSON, anything else CSV.</summary>
    /// <exception cref="TrainingException">A member is absent or cannot be read; the message names row, field, value and rule.</exception>
    public static IReadOnlyList<(string Enterprise, DatedFact Fact)> Facts(string text) =>
    [
        .. Rows(text, FactMembers).Select((row, i) =>
        {
            if (!ProgrammeSignals.Names.ContainsKey(row["name"]))
            {
                throw Refused(InputRule.FieldAbsent, "name", row["name"], i);
            }

            return ValueReader.ReadNumber(row["value"], row["name"], null, null, [""], out double value) is { } refusal
                ? throw new TrainingException((refusal with { Row = i + 1 }).ToString())
                : double.IsNaN(value)
                    ? throw Refused(InputRule.NotANumber, "value", "", i)
                    : (row["enterprise"], new DatedFact(row["name"], value, Source(row, i), Day(row, i)));
        }),
    ];

    /// <summary>Related parties by enterprise; <c>related</c> is the counterparty as invoices name it.</summary>
    /// <exception cref="TrainingException">As <see cref="Facts"/>.</exception>
    public static IReadOnlyList<(string Enterprise, RelatedParty Related)> Relations(string text) =>
        [.. Rows(text, RelationMembers).Select((row, i) => (row["enterprise"], new RelatedParty(row["related"], Source(row, i), Day(row, i))))];

    private static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string text, string[] members)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.TrimStart('\uFEFF', ' ', '\r', '\n', '\t').StartsWith('[') ? FromJson(text, members) : FromCsv(CsvTable.Parse(text), members);
    }

    private static IEnumerable<IReadOnlyDictionary<string, string>> FromCsv(CsvTable table, string[] members)
    {
        int[] columns = [.. members.Select(member => table.Column(member) ?? throw Refused(InputRule.FieldAbsent, member, "", null))];
        return table.Rows.Select(row => members.Zip(columns).ToDictionary(item => item.First, item => row[item.Second].Trim()));
    }

    private static IEnumerable<IReadOnlyDictionary<string, string>> FromJson(string text, string[] members)
    {
        JsonArray items;
        try
        {
            items = JsonNode.Parse(text)!.AsArray();
        }
        catch (JsonException fault)
        {
            throw new TrainingException($"The facts are not JSON: {fault.Message}", fault);
        }

        return items.Select((item, i) => members.ToDictionary(member => member, member => (item as JsonObject)?[member] is JsonValue value
            ? value.GetValueKind() == JsonValueKind.String ? ((string)value!).Trim() : value.ToJsonString()
            : throw Refused(InputRule.FieldAbsent, member, "", i)));
    }

    private static DateOnly Day(IReadOnlyDictionary<string, string> row, int i) =>
        DateOnly.TryParseExact(row["known_on"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? day
            : throw Refused(InputRule.NotANumber, "known_on", row["known_on"], i);

    private static string Source(IReadOnlyDictionary<string, string> row, int i) => row["source"].Length switch
    {
        0 => throw Refused(InputRule.FieldAbsent, "source", "", i),
        > LongestSource => throw Refused(InputRule.TooLong, "source", row["source"][..40] + "…", i),
        _ => row["source"],
    };

    private static TrainingException Refused(InputRule rule, string field, string value, int? row) =>
        new(new InputRefusal(rule, field, value, row + 1).ToString());
}
