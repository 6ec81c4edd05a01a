using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Calibration;
using FinanceChain.CreditTraining.Challenger;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Pipeline;

namespace FinanceChain.CreditTraining.Validation;

/// <summary>Figures of one model over outer folds.</summary>
/// <param name="FoldAucs">AUC in each outer fold.</param>
/// <param name="Pooled">All outer predictions together, PDs as the compiled models gave them.</param>
public sealed record OuterResult(string Model, IReadOnlyList<double> FoldAucs, Performance Pooled)
{
    public double MeanAuc => FoldAucs.Average();

    public double AucDeviation => Math.Sqrt(FoldAucs.Average(auc => (auc - MeanAuc) * (auc - MeanAuc)));
}

/// <summary>
/// Nested cross-validation: each outer fold is scored by integer models whose settings, directions, pairs and calibration were found by cross-validation in the other
/// folds only. This is what the whole method, not one model, can be expected to do.
/// </summary>
public static class NestedValidation
{
    public static IReadOnlyList<OuterResult> Run(DataSet data, DataSchema schema, ulong seed, int folds, Action<int>? done = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        int[] fold = Folds.Of(data, folds, seed);
        bool shadow = LightGbmChallenger.Available;
        string[] names = shadow ? ["champion", "scorecard", "challenger"] : ["champion", "scorecard"];
        double[][] pd = [.. names.Select(_ => new double[data.Rows])];
        List<double>[] aucs = [.. names.Select(_ => new List<double>())];
        for (int f = 0; f < folds; f++)
        {
            (int[] train, int[] test) = Folds.Split(fold, f);
            CreditModelFile file = CreditTrainer.Train(data.Pick(train), schema, seed, "").File;
            PointsModel[] models = [file.Champion, file.Scorecard];
            for (int m = 0; m < models.Length; m++)
            {
                var scorer = new PointsScorer(models[m]);
                foreach (int row in test)
                {
                    double[] values = [.. data.Columns.Select(column => column.Values[row])];
                    pd[m][row] = scorer.Evaluate(values).PdPpb / (double)PdTable.One;
                }

                aucs[m].Add(Metrics.Auc([.. test.Select(row => pd[m][row])], [.. test.Select(row => data.Labels[row])]));
            }

            if (shadow)
            {
                Challenge(data, file, train, test, seed, pd[2]);
                aucs[2].Add(Metrics.Auc([.. test.Select(row => pd[2][row])], [.. test.Select(row => data.Labels[row])]));
            }

            done?.Invoke(f + 1);
        }

        return [.. names.Select((name, m) => new OuterResult(name, aucs[m], Performance.Of(pd[m], data.Labels)))];
    }

    // The challenger has the directions of the champion that was trained on the same rows, and is calibrated on a fifth of them that it has not seen.
    private static void Challenge(DataSet data, CreditModelFile file, int[] train, int[] test, ulong seed, double[] pd)
    {
        FoundDirection[] directions = [.. file.Champion.Features.Select(feature => new FoundDirection(feature.Direction, feature.DirectionReason))];
        DataSet known = data.Pick(train);
        (int[] learn, int[] hold) = Folds.Split(Folds.Of(known, 5, seed), 0);
        Calibrator calibrator;
        using (var part = LightGbmChallenger.Fit(known.Pick(learn), directions, seed))
        {
            DataSet held = known.Pick(hold);
            calibrator = Calibrator.Fit(part.Margins(held), held.Labels);
        }

        using var challenger = LightGbmChallenger.Fit(known, directions, seed);
        double[] margins = challenger.Margins(data.Pick(test));
        for (int i = 0; i < test.Length; i++)
        {
            pd[test[i]] = calibrator.Pd(margins[i]);
        }
    }
}
