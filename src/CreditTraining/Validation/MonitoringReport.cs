using System.Globalization;
using System.Text;
using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.CreditTraining.Validation;

/// <summary>Worse is greater.</summary>
public enum Light
{
    Green = 0,
    Amber,

    /// <summary>The champion is withdrawn; the scorecard answers.</summary>
    Red,
}

/// <summary>What a figure compares.</summary>
public enum MonitoredKind
{
    /// <summary>Population stability of one feature.</summary>
    FeatureStability = 1,

    /// <summary>Rise of the share of missing values of one feature.</summary>
    Missing,

    /// <summary>Population stability of the grades.</summary>
    ScoreStability,

    /// <summary>Defaults of one grade above what its PDs foretell, in standard deviations.</summary>
    Calibration,

    /// <summary>Share of decisions that a person overrode.</summary>
    Overrides,
}

/// <summary>One thing that was compared.</summary>
/// <param name="Name">Of the feature or grade; empty where there is but one.</param>
public sealed record MonitoredFigure(MonitoredKind Kind, string Name, double Value, Light Light)
{
    public string Title => Kind switch
    {
        MonitoredKind.FeatureStability => $"psi {Name}",
        MonitoredKind.Missing => $"missing {Name}",
        MonitoredKind.ScoreStability => "score psi over grades",
        MonitoredKind.Calibration => $"calibration {Name}",
        _ => "overrides",
    };
}

/// <summary>How many decisions there were, and how many of them a person overrode.</summary>
public sealed record OverrideCount(int Decisions, int Overridden);

/// <summary>Recent cases against the training data: stability of every feature and of the grades, missing rates, calibration per grade where outcomes are known, overrides.</summary>
public sealed record MonitoringReport(IReadOnlyList<MonitoredFigure> Figures)
{
    private const double AmberPsi = 0.10, RedPsi = 0.25;
    private const double AmberMissing = 0.05, RedMissing = 0.20;
    private const double AmberZ = 2, RedZ = 3;
    private const double AmberOverrides = 0.05, RedOverrides = 0.15;

    // One unstable feature among many is a reason to look; the score as a whole decides on red, or a quarter of the features.
    private const double RedFeatureShare = 0.25;

    /// <summary>The model's light: what <see cref="Fallback"/> acts on is red here, and so are too many overrides.</summary>
    public Light Light => Fallback.After(this).Active == ActiveModel.ScorecardOnly || Reds(MonitoredKind.Overrides) > 0
        ? Light.Red
        : Figures.Any(figure => figure.Light != Light.Green) ? Light.Amber : Light.Green;

    /// <summary>Whether so many features are red in one respect that the model no longer sees what it was trained on.</summary>
    public bool ManyRed(MonitoredKind kind) => Reds(kind) > Figures.Count(figure => figure.Kind == kind) * RedFeatureShare;

    /// <summary>How many figures of a kind are red.</summary>
    public int Reds(MonitoredKind kind) => Figures.Count(figure => figure.Kind == kind && figure.Light == Light.Red);

    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (MonitoredFigure figure in Figures.OrderByDescending(figure => figure.Light).ThenByDescending(figure => figure.Value).Take(30))
            {
                text.Append(CultureInfo.InvariantCulture, $"{figure.Light,-6} {figure.Title,-40} {figure.Value:F4}\n");
            }

            FallbackDecision fallback = Fallback.After(this);
            return text.Append(CultureInfo.InvariantCulture, $"light: {Light}\nactive: {fallback.Active}, {fallback.Reason}\n").ToString();
        }
    }

    /// <summary>Compares.</summary>
    /// <param name="labels">Outcomes of the same rows; null when they are not known yet.</param>
    /// <param name="overrides">From the decision log; null when there is none.</param>
    /// <exception cref="TrainingException">The table lacks a column or breaks a rule.</exception>
    public static MonitoringReport Of(CreditModelFile file, CsvTable table, double[]? labels, OverrideCount? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(table);
        if (table.Rows.Count == 0)
        {
            throw new TrainingException("There are no rows to compare.");
        }

        ScoredTable scored = ScoredTable.Of(file.Champion, file.MissingMarks, table);
        var figures = new List<MonitoredFigure>();
        for (int i = 0; i < file.Champion.Features.Count; i++)
        {
            ModelFeature feature = file.Champion.Features[i];
            double[] now = new double[feature.Points.Count];
            foreach (int[] bins in scored.Bins)
            {
                now[bins[i]]++;
            }

            double[] before = [.. feature.Shares.Select(share => (double)share)];
            double psi = Metrics.Psi(before, now);
            figures.Add(new MonitoredFigure(MonitoredKind.FeatureStability, feature.Name, psi, LightOf(psi, AmberPsi, RedPsi)));
            double missing = (now[^1] / now.Sum()) - (before[^1] / 1e6);
            figures.Add(new MonitoredFigure(MonitoredKind.Missing, feature.Name, missing, LightOf(missing, AmberMissing, RedMissing)));
        }

        if (file.GradeShares is { Count: > 0 } shares)
        {
            double[] now = new double[shares.Count];
            foreach (CreditScore score in scored.Scores)
            {
                now[score.GradeIndex]++;
            }

            double psi = Metrics.Psi([.. shares.Select(share => (double)share)], now);
            figures.Add(new MonitoredFigure(MonitoredKind.ScoreStability, "", psi, LightOf(psi, AmberPsi, RedPsi)));
        }

        if (labels is not null)
        {
            figures.AddRange(Calibration(file.Champion, scored, labels));
        }

        if (overrides is { Decisions: > 0 } counted)
        {
            double share = counted.Overridden / (double)counted.Decisions;
            figures.Add(new MonitoredFigure(MonitoredKind.Overrides, "", share, LightOf(share, AmberOverrides, RedOverrides)));
        }

        return new MonitoringReport(figures);
    }

    // More defaults in a grade than its PDs foretell, in standard deviations.
    private static IEnumerable<MonitoredFigure> Calibration(PointsModel model, ScoredTable scored, double[] labels)
    {
        for (int grade = 0; grade < model.Grades.Count; grade++)
        {
            double expected = 0, variance = 0, observed = 0;
            for (int row = 0; row < labels.Length; row++)
            {
                if (scored.Scores[row].GradeIndex == grade)
                {
                    double pd = scored.Scores[row].PdPpb / (double)PdTable.One;
                    expected += pd;
                    variance += pd * (1 - pd);
                    observed += labels[row];
                }
            }

            if (variance > 0)
            {
                double z = (observed - expected) / Math.Sqrt(Math.Max(variance, 0.25));
                yield return new MonitoredFigure(MonitoredKind.Calibration, model.Grades[grade].Name, z, LightOf(z, AmberZ, RedZ));
            }
        }
    }

    private static Light LightOf(double value, double amber, double red) => value >= red ? Light.Red : value >= amber ? Light.Amber : Light.Green;
}
