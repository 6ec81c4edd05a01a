using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Pipeline;

namespace FinanceChain.CreditTraining.Cards;

/// <summary>The model card: what the model is for, what it was trained on, what it does and where it ends. The JSON and the page say the same.</summary>
public static class ModelCard
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Limits =
    [
        "It ranks and prices cases like those it was trained on; 'credit monitor' says when today's cases are no longer like them.",
        "A direction 'auto' was read from the training data and is no law of economics; a risk department should declare the ones that it stands for.",
        "A feature with direction Any makes no promise; only constrained features are monotone.",
        "It decides nothing by itself: an approval is signed by people of the bank, who may override it with a reason.",
    ];

    public static string Json(TrainedModel trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        CreditModelFile file = trained.File;
        return new JsonObject
        {
            ["title"] = file.Title,
            ["purpose"] = Purpose,
            ["modelHash"] = file.Hash(),
            ["provenance"] = new JsonObject(file.Provenance.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value))),
            ["models"] = new JsonArray([.. Models(file).Select(model => (JsonNode)new JsonObject
            {
                ["name"] = model.Name,
                ["features"] = model.Features.Count,
                ["pairs"] = model.Pairs.Count,
                ["constrained"] = model.Features.Count(feature => feature.Direction != Direction.Any),
                ["monotonicityViolations"] = ModelProof.FailuresOf(model).Count,
            })]),
            ["directions"] = new JsonArray([.. file.Champion.Features.Select(feature => (JsonNode)new JsonObject
            {
                ["feature"] = feature.Name,
                ["direction"] = feature.Direction.ToString(),
                ["reason"] = feature.DirectionReason,
            })]),
            ["grades"] = new JsonArray([.. trained.Grades.Select(segment => (JsonNode)new JsonObject
            {
                ["grade"] = segment.Grade, ["rows"] = segment.Rows, ["defaults"] = segment.Defaults, ["meanPd"] = Math.Round(segment.MeanPd, 6),
            })]),
            ["segments"] = new JsonArray([.. trained.Segments.Select(segment => (JsonNode)new JsonObject
            {
                ["column"] = segment.Column,
                ["segment"] = segment.Segment,
                ["rows"] = segment.Rows,
                ["defaults"] = segment.Defaults,
                ["meanPd"] = Math.Round(segment.MeanPd, 6),
                ["auc"] = double.IsNaN(segment.Auc) ? null : Math.Round(segment.Auc, 4),
            })]),
            ["limits"] = new JsonArray([.. Limits.Select(limit => (JsonNode)limit)]),
        }.ToJsonString(Indented) + "\n";
    }

    public static string Page(TrainedModel trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        CreditModelFile file = trained.File;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# Model card: {file.Title}\n\n{Purpose}\n\nModel hash `{file.Hash()}`\n\n## Where it comes from\n| | |\n|---|---|\n");
        foreach ((string name, string value) in file.Provenance.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        }

        page.Append("\nFigures are out of fold: every row was scored by a model that had not seen it.\n\n## Models\n| model | features | pairs | constrained | monotonicity violations (all bins) |\n|---|---|---|---|---|\n");
        foreach (PointsModel model in Models(file))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {model.Name} | {model.Features.Count} | {model.Pairs.Count} | {model.Features.Count(feature => feature.Direction != Direction.Any)} | {ModelProof.FailuresOf(model).Count} |\n");
        }

        page.Append("\n## Grades, out of fold\n| grade | rows | defaults | observed | mean PD |\n|---|---|---|---|---|\n");
        foreach (GradeSegment segment in trained.Grades)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {segment.Grade} | {segment.Rows} | {segment.Defaults} | {(segment.Rows == 0 ? 0 : 100.0 * segment.Defaults / segment.Rows):F2} % | {100 * segment.MeanPd:F2} % |\n");
        }

        if (trained.Segments.Count > 0)
        {
            page.Append("\n## Segments, out of fold\n| column | segment | rows | defaults | observed | mean PD | AUC |\n|---|---|---|---|---|---|---|\n");
            foreach (CardSegment segment in trained.Segments)
            {
                string auc = double.IsNaN(segment.Auc) ? "too few" : segment.Auc.ToString("F3", CultureInfo.InvariantCulture);
                page.Append(CultureInfo.InvariantCulture, $"| {segment.Column} | {segment.Segment} | {segment.Rows} | {segment.Defaults} | {100.0 * segment.Defaults / segment.Rows:F2} % | {100 * segment.MeanPd:F2} % | {auc} |\n");
            }
        }

        page.Append("\n## Directions\n| feature | direction | reason |\n|---|---|---|\n");
        foreach (ModelFeature feature in file.Champion.Features)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {feature.Name} | {feature.Direction} | {feature.DirectionReason} |\n");
        }

        page.Append("\n## Limits\n");
        foreach (string limit in Limits)
        {
            page.Append("- ").Append(limit).Append('\n');
        }

        return page.ToString();
    }

    private const string Purpose = "Estimates the 12-month probability of default of a borrower or an obligor and explains it, as one input of a bank's approval.";

    private static PointsModel[] Models(CreditModelFile file) => [file.Champion, file.Scorecard];
}
