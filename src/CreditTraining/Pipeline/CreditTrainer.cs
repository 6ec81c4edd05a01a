using System.Globalization;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Numerics;
using FinanceChain.CreditTraining.Calibration;
using FinanceChain.CreditTraining.Cards;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>What a training run brings: the file, and what it was seen to do on rows that it had not learnt from.</summary>
public sealed record TrainedModel(CreditModelFile File, Performance Champion, Performance Scorecard, IReadOnlyList<GradeSegment> Grades, IReadOnlyList<CardSegment> Segments);

/// <summary>Cases of one grade, each graded by a model that had not seen it.</summary>
public sealed record GradeSegment(string Grade, int Rows, int Defaults, double MeanPd);

/// <summary>Trains a model file from a data set. Everything depends on data, schema and seed alone.</summary>
public static class CreditTrainer
{
    // One-sided 75 % bound: the margin of conservatism for the error of the default rate.
    private const double MarginQuantile = 0.6744897501960817;
    private const int ThinFilePercent = 30;

    public static TrainedModel Train(DataSet data, DataSchema schema, ulong seed, string dataHash)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(schema);
        (CrossValidated<Champion> champion, CrossValidated<Scorecards.BinnedScorecard> card) = Selection.Choose(data, seed);
        double tendency = schema.CentralTendency ?? data.Labels.Average();
        double margin = MarginOf(data);
        Calibrator calibrator = champion.Calibrator.To(tendency, champion.OutOfFold);
        PointsModel first = champion.Model.Compile("champion", new PdScale(calibrator, margin));
        PointsModel second = card.Model.Compile("scorecard", new PdScale(card.Calibrator.To(tendency, card.OutOfFold), margin));
        Performance one = Performance.OutOfFold(champion.OutOfFold, data.Labels), two = Performance.OutOfFold(card.OutOfFold, data.Labels);
        GradeSegment[] grades = GradesOf(champion, first, data);
        var file = new CreditModelFile(
            schema.Title,
            schema.Id,
            schema.MissingMarks,
            ThinFilePercent,
            first,
            second,
            [.. grades.Select(segment => (int)(segment.Rows * 1_000_000L / data.Rows))],
            new Dictionary<string, string>
            {
                ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
                ["data"] = dataHash,
                ["schema"] = schema.Hash,
                ["rows"] = data.Rows.ToString(CultureInfo.InvariantCulture),
                ["defaults"] = data.Defaults.ToString(CultureInfo.InvariantCulture),
                ["label"] = $"{schema.Label} = {schema.Positive}",
                ["centralTendency"] = tendency.ToString("F6", CultureInfo.InvariantCulture),
                ["marginOfConservatism"] = margin.ToString("F6", CultureInfo.InvariantCulture),
                ["championChoice"] = champion.Choice,
                ["championCalibration"] = champion.Calibrator.Kind,
                ["championOutOfFold"] = one.ToString(),
                ["scorecardChoice"] = card.Choice,
                ["scorecardCalibration"] = card.Calibrator.Kind,
                ["scorecardOutOfFold"] = two.ToString(),
            });
        if (new[] { first, second }.SelectMany(ModelProof.FailuresOf).FirstOrDefault() is { } failure)
        {
            throw new InvalidOperationException($"The trained model breaks its promise and is not published: {failure.Term}: {failure.What}.");
        }

        return new TrainedModel(file, one, two, grades, CardSegment.Of(data, [.. champion.OutOfFold.Select(calibrator.Pd)]));
    }

    private static GradeSegment[] GradesOf(CrossValidated<Champion> champion, PointsModel model, DataSet data)
    {
        int[] entries = [.. champion.OutOfFold.Select(margin => model.Pd.IndexOf((int)PdScale.ScoreOf(margin)))];
        return
        [
            .. model.Grades.Select((grade, index) =>
            {
                int[] rows = [.. Enumerable.Range(0, data.Rows).Where(row => MasterScale.IndexOf(model.Grades, model.Pd.Conservative[entries[row]]) == index)];
                double pd = rows.Length == 0 ? 0 : rows.Average(row => model.Pd.Best[entries[row]]) / PdTable.One;
                return new GradeSegment(grade.Name, rows.Length, (int)rows.Sum(row => data.Labels[row]), pd);
            }),
        ];
    }

    // How far the log-odds of the upper bound of the default rate (Wilson) lie above those of the rate itself.
    private static double MarginOf(DataSet data)
    {
        double n = data.Rows, p = data.Labels.Average(), z = MarginQuantile, square = z * z;
        double upper = (p + (square / (2 * n)) + (z * Math.Sqrt((p * (1 - p) / n) + (square / (4 * n * n))))) / (1 + (square / n));
        return Math.Max(0, PortableMath.Logit(upper) - PortableMath.Logit(p));
    }
}
