using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Reading;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.CreditTraining.Validation;

/// <summary>Rows of a table read for a model and scored. A row that breaks a rule stops it: figures over part of a file would mislead.</summary>
/// <param name="Bins">Bin of each feature, by row.</param>
public sealed record ScoredTable(PointsModel Model, CreditScore[] Scores, int[][] Bins)
{
    /// <exception cref="TrainingException">A column is absent or a value breaks a rule.</exception>
    public static ScoredTable Of(PointsModel model, IReadOnlyList<string> missingMarks, CsvTable table)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        HashSet<string> marks = [.. missingMarks];
        int[] columns =
        [
            .. model.Features.Select(feature => table.Column(feature.Name)
                ?? throw new TrainingException(new InputRefusal(InputRule.FieldAbsent, feature.Name, "").ToString())),
        ];
        var scorer = new PointsScorer(model);
        var scores = new CreditScore[table.Rows.Count];
        int[][] bins = new int[scores.Length][];
        double[] values = new double[columns.Length];
        for (int row = 0; row < scores.Length; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                if (ValueReader.Read(model.Features[i], table.Rows[row][columns[i]], marks, out values[i]) is { } refusal)
                {
                    throw new TrainingException((refusal with { Row = row + 1 }).ToString());
                }
            }

            bins[row] = new int[columns.Length];
            scores[row] = scorer.Evaluate(values, bins[row]);
        }

        return new ScoredTable(model, scores, bins);
    }

    /// <summary>Best-estimate PDs.</summary>
    public double[] Pds() => [.. Scores.Select(score => score.PdPpb / (double)PdTable.One)];
}
