using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.CreditScoring.Decisions;

namespace FinanceChain.CreditTraining.Validation;

/// <summary>Which model decides from now on, and why.</summary>
public sealed record FallbackDecision(ActiveModel Active, string Reason);

/// <summary>
/// What follows from a monitoring report, by rule and without a person: on red the scorecard stands in for the champion until that is retrained and activated again.
/// Red is an unstable score, a grade that defaults far more often than foretold, or a quarter of the features unstable or missing. Overrides do not withdraw a model:
/// they say that people distrust it, and a person has to look.
/// </summary>
public static class Fallback
{
    /// <summary>A pure function of the report.</summary>
    public static FallbackDecision After(MonitoringReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        string[] reds =
        [
            .. report.Reds(MonitoredKind.ScoreStability) > 0 ? new[] { "the score's distribution has moved" } : [],
            .. report.Reds(MonitoredKind.Calibration) is var grades and > 0 ? new[] { $"{grades} grades default more often than foretold" } : [],
            .. report.ManyRed(MonitoredKind.FeatureStability) ? new[] { $"{report.Reds(MonitoredKind.FeatureStability)} features have moved" } : [],
            .. report.ManyRed(MonitoredKind.Missing) ? new[] { $"{report.Reds(MonitoredKind.Missing)} features are missing far more often" } : [],
        ];
        return reds.Length == 0
            ? new FallbackDecision(ActiveModel.Champion, "nothing that withdraws the champion")
            : new FallbackDecision(ActiveModel.ScorecardOnly, string.Join("; ", reds));
    }

    /// <summary>The report with its consequence, for 'credit score --monitoring'.</summary>
    public static string Json(MonitoringReport report, string modelHash)
    {
        ArgumentNullException.ThrowIfNull(report);
        FallbackDecision fallback = After(report);
        return new JsonObject
        {
            ["model"] = modelHash,
            ["light"] = report.Light.ToString(),
            ["active"] = fallback.Active.ToString(),
            ["reason"] = fallback.Reason,
            ["figures"] = new JsonArray([.. report.Figures.Select(figure => (JsonNode)new JsonObject
            {
                ["kind"] = figure.Kind.ToString(), ["name"] = figure.Name, ["value"] = Math.Round(figure.Value, 6), ["light"] = figure.Light.ToString(),
            })]),
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    /// <summary>Reads the figures back and judges them anew: a hand that changes the word 'active' changes nothing.</summary>
    /// <exception cref="TrainingException">Not a monitoring report, or one of another model.</exception>
    public static FallbackDecision Read(string json, string modelHash)
    {
        try
        {
            JsonNode root = JsonNode.Parse(json) ?? throw new TrainingException("The monitoring report is empty.");
            if ((string?)root["model"] != modelHash)
            {
                throw new TrainingException($"The monitoring report is of model {root["model"]}, this one is {modelHash}.");
            }

            return After(new MonitoringReport(
            [
                .. root["figures"]!.AsArray().Select(figure => new MonitoredFigure(
                    Enum.Parse<MonitoredKind>((string)figure!["kind"]!), (string)figure["name"]!, (double)figure["value"]!, Enum.Parse<Light>((string)figure["light"]!))),
            ]));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            throw new TrainingException($"Not a monitoring report: {fault.Message}", fault);
        }
    }
}
