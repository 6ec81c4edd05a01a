using FinanceChain.CreditScoring.Models;
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
        string[] names = ["champion", "scorecard"];
        double[][] pd = [new double[data.Rows], new double[data.Rows]];
        List<double>[] aucs = [[], []];
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

            done?.Invoke(f + 1);
        }

        return [.. names.Select((name, m) => new OuterResult(name, aucs[m], Performance.Of(pd[m], data.Labels)))];
    }
}
