using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Canonical;
using FinanceChain.CreditScoring.Models;

namespace FinanceChain.CreditTraining.Data;

/// <summary>One feature as the schema declares it.</summary>
/// <param name="Kind">Null: numeric when every known training value is a number, else categorical.</param>
/// <param name="Direction">Null: <c>auto</c>, found from training data.</param>
public sealed record FeatureSpec(string Name, FeatureKind? Kind, Direction? Direction, double? Minimum, double? Maximum, IReadOnlyList<double> Specials);

/// <summary>What a data file means. README.md beside this project documents the JSON form.</summary>
/// <param name="Label">Column of the outcome.</param>
/// <param name="Positive">Text of the label that means default.</param>
/// <param name="CentralTendency">Long-run default rate to which PDs are calibrated; null takes that of the training data.</param>
/// <param name="Segments">Columns by which the model card breaks the cases down; they need not be features.</param>
public sealed record DataSchema(
    string Title,
    string Label,
    string Positive,
    string Id,
    IReadOnlyList<string> MissingMarks,
    IReadOnlyList<FeatureSpec> Features,
    double? CentralTendency,
    IReadOnlyList<string> Segments,
    string Hash)
{
    private static readonly string[] DefaultMarks = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "."];
    private static readonly string[] Members =
        ["title", "label", "positive", "id", "missing", "features", "centralTendency", "segments", "$schema", "description"];

    /// <exception cref="TrainingException">The text is not a schema; the message names the member.</exception>
    public static DataSchema Parse(string json)
    {
        try
        {
            JsonObject root = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })?.AsObject()
                ?? throw new TrainingException("A schema is a JSON object.");
            if (root.FirstOrDefault(member => !Members.Contains(member.Key)).Key is { } unknown)
            {
                throw new TrainingException($"Schema: '{unknown}' is not a member; there are {string.Join(", ", Members)}.");
            }

            string label = Text(root["label"]) ?? throw new TrainingException("Schema: 'label' is missing: the column that says who defaulted.");
            FeatureSpec[] features = [.. FeaturesOf(root["features"])];
            if (features.Length == 0)
            {
                throw new TrainingException("Schema: 'features' is empty or missing.");
            }

            if (features.GroupBy(feature => feature.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw new TrainingException($"Schema: feature '{twice.Key}' is declared twice.");
            }

            if (features.Any(feature => feature.Name == label))
            {
                throw new TrainingException($"Schema: the label '{label}' cannot be a feature.");
            }

            double? tendency = (double?)root["centralTendency"];
            if (tendency is <= 0 or >= 1)
            {
                throw new TrainingException($"Schema: 'centralTendency' is {tendency}; it lies between 0 and 1.");
            }

            return new DataSchema(
                Text(root["title"]) ?? "untitled",
                label,
                Text(root["positive"]) ?? "1",
                Text(root["id"]) ?? "",
                root["missing"] is JsonArray marks ? [.. marks.Select(mark => Text(mark) ?? "").Append("").Distinct()] : DefaultMarks,
                features,
                tendency,
                SegmentsOf(root["segments"], label),
                CanonicalJson.Hash(root));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new TrainingException($"The schema is not valid: {fault.Message}", fault);
        }
    }

    private static string[] SegmentsOf(JsonNode? node, string label)
    {
        string[] names = node switch
        {
            null => [],
            JsonArray list => [.. list.Select(item => Text(item) ?? "")],
            _ => throw new TrainingException("Schema: 'segments' is not a list of columns."),
        };
        return names.FirstOrDefault(name => name == label || name.Length == 0 || names.Count(other => other == name) > 1) is { } wrong
            ? throw new TrainingException($"Schema: 'segments' holds '{wrong}'; it lists columns other than the label, each once.")
            : names;
    }

    // A list of names or of objects, or an object from name to direction or to an object.
    private static IEnumerable<FeatureSpec> FeaturesOf(JsonNode? node) => node switch
    {
        JsonArray list => list.Select(item => item is JsonObject members
            ? Feature(Text(members["name"]) ?? throw new TrainingException("Schema: a feature has no 'name'."), members)
            : Feature(Text(item) ?? throw new TrainingException("Schema: a feature has no name."), null)),
        JsonObject map => map.Select(item => Feature(item.Key, item.Value as JsonObject ?? new JsonObject { ["direction"] = Text(item.Value) })),
        _ => [],
    };

    private static FeatureSpec Feature(string name, JsonObject? members)
    {
        string? kind = Text(members?["kind"]) ?? Text(members?["type"]);
        return new FeatureSpec(
            name,
            kind switch
            {
                null or "auto" => null,
                "numeric" => FeatureKind.Numeric,
                "categorical" => FeatureKind.Categorical,
                _ => throw new TrainingException($"Schema: feature '{name}' has kind '{kind}'; there are numeric, categorical and auto."),
            },
            DirectionOf(name, Text(members?["direction"])),
            (double?)members?["minimum"],
            (double?)members?["maximum"],
            members?["special"] is JsonArray special ? [.. special.Select(value => (double)value!)] : []);
    }

    private static Direction? DirectionOf(string name, string? word) => word switch
    {
        null or "auto" => null,
        "riskRises" or "increasing" or "up" or "+" or "+1" or "1" => FinanceChain.CreditScoring.Models.Direction.RiskRises,
        "riskFalls" or "decreasing" or "down" or "-" or "-1" => FinanceChain.CreditScoring.Models.Direction.RiskFalls,
        "any" or "none" or "0" => FinanceChain.CreditScoring.Models.Direction.Any,
        _ => throw new TrainingException($"Schema: feature '{name}' has direction '{word}'; there are riskRises, riskFalls, any and auto."),
    };

    private static string? Text(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => (string?)value,
        JsonValue value => value.ToJsonString(),
        _ => throw new TrainingException($"Schema: '{node.GetPath()}' is not a text."),
    };
}
