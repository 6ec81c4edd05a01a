using System.Diagnostics;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Pipeline;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.Tests.CreditTraining;

/// <summary>The targets on a real file. One fit with one hold-out; the full nested figures are in benchmarks/credit.</summary>
public sealed class PolishTests
{
    [Test]
    public void Train_PolishFile_RanksHeldOutCompaniesAndScoresFast()
    {
        string features = string.Join(", ", Enumerable.Range(1, 64).Select(i => $"\"Attr{i}\""));
        var schema = DataSchema.Parse($"{{ \"label\": \"class\", \"features\": [{features}] }}");
        var all = DataSet.From(CsvTable.Parse(SharedData.Read("polish/bankruptcy-one-year-ahead.csv")), schema);
        (int[] train, int[] test) = Folds.Split(Folds.Of(all, 4, 11), 0);
        var watch = Stopwatch.StartNew();
        CreditModelFile file = CreditTrainer.Train(all.Pick(train), schema, 1, "").File;
        double seconds = watch.Elapsed.TotalSeconds;
        double[][] rows = [.. test.Select(row => all.Columns.Select(column => column.Values[row]).ToArray())];
        double[] labels = [.. test.Select(row => all.Labels[row])];
        double[] aucs = [.. new[] { file.Champion, file.Scorecard }.Select(model =>
        {
            var scorer = new PointsScorer(model);
            return Metrics.Auc([.. rows.Select(row => -(double)scorer.Evaluate(row).Points)], labels);
        })];

        Assert.Multiple(() =>
        {
            Assert.That(ModelProof.FailuresOf(file.Champion), Is.Empty);
            Assert.That(file.Champion.Features.Count(feature => feature.Direction != Direction.Any), Is.GreaterThan(5));
            Assert.That(aucs[0], Is.GreaterThan(0.93));
            Assert.That(aucs[1], Is.GreaterThan(0.90));
            Assert.That(seconds, Is.LessThan(240), "a busy machine; the benchmark holds the true figure");
        });
    }
}
