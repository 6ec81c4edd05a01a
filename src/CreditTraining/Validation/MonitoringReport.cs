using System.Globalization;
using System.Text;
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

/// <summary>One thing that was compared.</summary>
public sealed record MonitoredFigure(string Name, double Value, Light Light);

/// <summary>Recent cases against the training data: stability of every feature and of the grades, missing rates, and calibration per grade where outcomes are known.</summary>
public sealed record MonitoringReport(IReadOnlyList<MonitoredFigure> Figures)
{
    private const double AmberPsi = 0.10, RedPsi = 0.25;
    private const double AmberMissing = 0.05, RedMissing = 0.20;
    private const double AmberZ = 2, RedZ = 3;

    // One unstable feature among many is a reason to look; the score as a whole decides on red, or a quarter of the features.
    private const double RedFeatureShare = 0.25;

    public Light Light
    {
        get
        {
            MonitoredFigure[] features = [.. Figures.Where(figure => figure.Name.StartsWith("psi ", StringComparison.Ordinal))];
            bool many = features.Count(figure => figure.Light == Light.Red) > features.Length * RedFeatureShare;
            bool whole = Figures.Any(figure => figure.Light == Light.Red && !figure.Name.StartsWith("psi ", StringComparison.Ordinal)
                && !figure.Name.StartsWith("missing ", StringComparison.Ordinal));
            return many || whole ? Light.Red : Figures.Any(figure => figure.Light != Light.Green) ? Light.Amber : Light.Green;
        }
    }

    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (MonitoredFigure figure in Figures.OrderByDescending(figure => figure.Light).ThenByDescending(figure => figure.Value).Take(30))
            {
                text.Append(CultureInfo.InvariantCulture, $"{figure.Light,-6} {figure.Name,-40} {figure.Value:F4}\n");
            }

            return text.Append(CultureInfo.InvariantCulture, $"light: {Light}{(Light == Light.Red ? "; score with --scorecard until the champion is retrained" : "")}\n").ToString();
        }
    }

    /// <param name="labels">Outcomes of the same rows; null when they are not known yet.</param>
    /// <exception cref="TrainingException">The table lacks a column or breaks a rule.</exception>
    public static MonitoringReport Of(CreditModelFile file, CsvTable table, double[]? labels)
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
            figures.Add(new MonitoredFigure($"psi {feature.Name}", psi, LightOf(psi, AmberPsi, RedPsi)));
            double missing = (now[^1] / now.Sum()) - (before[^1] / 1e6);
            figures.Add(new MonitoredFigure($"missing {feature.Name}", missing, LightOf(missing, AmberMissing, RedMissing)));
        }

        if (file.GradeShares is { Count: > 0 } shares)
        {
            double[] now = new double[shares.Count];
            foreach (CreditScore score in scored.Scores)
            {
                now[score.GradeIndex]++;
            }

            double psi = Metrics.Psi([.. shares.Select(share => (double)share)], now);
            figures.Add(new MonitoredFigure("score psi over grades", psi, LightOf(psi, AmberPsi, RedPsi)));
        }

        if (labels is not null)
        {
            figures.AddRange(Calibration(file.Champion, scored, labels));
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
                yield return new MonitoredFigure($"calibration {model.Grades[grade].Name}", z, LightOf(z, AmberZ, RedZ));
            }
        }
    }

    private static Light LightOf(double value, double amber, double red) => value >= red ? Light.Red : value >= amber ? Light.Amber : Light.Green;
}
