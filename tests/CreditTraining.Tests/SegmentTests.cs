using FinanceChain.CreditTraining;
using FinanceChain.CreditTraining.Cards;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Pipeline;

namespace FinanceChain.Tests.CreditTraining;

/// <summary>The model card breaks its figures down by columns that the schema names.</summary>
public sealed class SegmentTests
{
    private static readonly string WithSegments = SmallData.Schema.Replace("\"id\": \"id\"", "\"id\": \"id\", \"segments\": [\"colour\", \"cash\"]", StringComparison.Ordinal);

    [Test]
    public void Of_LevelsAndNumbers_CountsAreThoseOfTheData()
    {
        DataSet data = Read(WithSegments, 900);
        double[] pd = [.. data.Labels.Select((label, row) => (0.5 * label) + (row % 7 / 20.0))];
        IReadOnlyList<CardSegment> segments = CardSegment.Of(data, pd);
        int[] red = [.. Enumerable.Range(0, data.Rows).Where(row => data.Columns[3].Levels[(int)data.Columns[3].Values[row]] == "red")];

        Assert.Multiple(() =>
        {
            Assert.That(segments.Select(segment => segment.Column).Distinct(), Is.EqualTo(new[] { "colour", "cash" }));
            CardSegment found = segments.Single(segment => segment.Segment == "red");
            Assert.That((found.Rows, found.Defaults), Is.EqualTo((red.Length, (int)red.Sum(row => data.Labels[row]))));
            Assert.That(found.MeanPd, Is.EqualTo(red.Average(row => pd[row])).Within(1e-12));
            Assert.That(found.Auc, Is.InRange(0.9, 1));
            CardSegment[] cash = [.. segments.Where(segment => segment.Column == "cash")];
            Assert.That(cash.Select(segment => segment.Segment), Has.Exactly(4).Items.And.Some.EqualTo("unknown").And.Some.StartsWith("below "));
            Assert.That(cash.Sum(segment => segment.Rows), Is.EqualTo(data.Rows));
            Assert.That(cash.Take(3).Select(segment => segment.Rows), Is.All.InRange(270, 300));
            Assert.That(cash.Sum(segment => segment.Defaults), Is.EqualTo(data.Defaults));
        });
    }

    [Test]
    public void Train_Segments_ChangeTheCardAndNotTheModel()
    {
        (DataSet plain, DataSchema plainSchema) = SmallData.Set(600);
        var schema = DataSchema.Parse(WithSegments);
        TrainedModel with = CreditTrainer.Train(Read(WithSegments, 600), schema, 1, ""), without = CreditTrainer.Train(plain, plainSchema, 1, "");

        Assert.Multiple(() =>
        {
            Assert.That((with.File with { Provenance = without.File.Provenance }).ToCanonicalJson(), Is.EqualTo(without.File.ToCanonicalJson()));
            Assert.That(ModelCard.Page(with), Does.Contain("| colour | red |"));
            Assert.That(ModelCard.Json(with), Does.Contain("\"segment\": \"red\""));
            Assert.That(ModelCard.Page(without), Does.Not.Contain("Segments, out of fold"));
        });
    }

    [TestCase("[\"bad\"]")]
    [TestCase("[\"colour\", \"colour\"]")]
    [TestCase("\"colour\"")]
    [TestCase("[\"absent\"]")]
    public void Schema_WrongSegments_AreRefused(string segments) => Assert.That(
        () => Read(SmallData.Schema.Replace("\"id\": \"id\"", $"\"id\": \"id\", \"segments\": {segments}", StringComparison.Ordinal), 100),
        Throws.TypeOf<TrainingException>().With.Message.Contains(segments.Contains("absent", StringComparison.Ordinal) ? "absent" : "segments"));

    private static DataSet Read(string schema, int rows) => DataSet.From(CsvTable.Parse(SmallData.Csv(rows)), DataSchema.Parse(schema));
}
