using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.CreditTraining.Validation;

/// <summary>What one model of a file does on data with outcomes.</summary>
public sealed record ModelReport(string Model, Performance Performance)
{
    public string Text => $"{Model,-10} {Performance}";

    public static IReadOnlyList<ModelReport> Of(CreditModelFile file, CsvTable table, DataSet outcomes)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(outcomes);
        return
        [
            .. new[] { file.Champion, file.Scorecard }.Select(model =>
                new ModelReport(model.Name, Performance.Of(ScoredTable.Of(model, file.MissingMarks, table).Pds(), outcomes.Labels))),
        ];
    }
}
