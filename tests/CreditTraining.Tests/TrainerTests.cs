using System.Globalization;
using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining;
using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Cards;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Pipeline;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.Tests.CreditTraining;

public sealed class TrainerTests
{
    private static readonly Lazy<TrainedModel> Trained = new(() => Train(2_000));

    [Test]
    public void Train_KnownLaw_FindsItAndKeepsItsPromises()
    {
        CreditModelFile file = Trained.Value.File;
        Assert.Multiple(() =>
        {
            Assert.That(ModelProof.FailuresOf(file.Champion), Is.Empty);
            Assert.That(ModelProof.FailuresOf(file.Scorecard), Is.Empty);
            Assert.That(Trained.Value.Champion.Auc, Is.GreaterThan(0.75));
            Assert.That(Trained.Value.Scorecard.Auc, Is.GreaterThan(0.74));
            Assert.That(file.Champion.Features[0].Direction, Is.EqualTo(Direction.RiskRises));
            Assert.That(file.Champion.Features[0].DirectionReason, Is.EqualTo("declared in the schema"));
            Assert.That(file.Champion.Features[1].Direction, Is.EqualTo(Direction.RiskFalls));
            Assert.That(file.Champion.Features[1].DirectionReason, Does.StartWith("auto: risk falls"));
            Assert.That(ModelCard.Page(Trained.Value), Does.Contain(file.Hash()).And.Contain("auto: risk falls"));
        });
    }

    // By itself debt looks riskier the more there is, because most cases are of the one kind; for the other kind it is the other way round.
    [Test]
    public void Train_DirectionTurnsWithAnotherFeature_AutoTakesNone()
    {
        var random = new StableRandom(3);
        string csv = "debt,kind,bad\n" + string.Concat(Enumerable.Range(0, 1_000).Select(_ =>
        {
            double debt = random.Fraction();
            int kind = random.Below(10) < 7 ? 0 : 1;
            double risk = kind == 0 ? (4 * debt) - 3 : 1 - (4 * debt);
            return string.Create(CultureInfo.InvariantCulture, $"{debt:F4},{kind},{(random.Fraction() < 1 / (1 + Math.Exp(-risk)) ? 1 : 0)}\n");
        }));
        var schema = DataSchema.Parse("{ \"label\": \"bad\", \"features\": [\"debt\", \"kind\"] }");
        TrainedModel trained = CreditTrainer.Train(DataSet.From(CsvTable.Parse(csv), schema), schema, 1, "");

        Assert.Multiple(() =>
        {
            Assert.That(trained.File.Champion.Features.Select(feature => feature.Direction), Is.All.EqualTo(Direction.Any));
            Assert.That(trained.Champion.Auc, Is.GreaterThan(0.7));
        });
    }

    // Over 800 rows. At twenty to one, which is a gain of 3, five folds of real loans lost .02 of AUC to directions that unseen rows refuted.
    [TestCase(0.5, false)]
    [TestCase(1.5, true)]
    public void Selection_UnseenRowsLikelierWithoutDirections_GivesThemUp(double gain, bool expected) =>
        Assert.That(Selection.GivesUp(800, 0.5, 0.5 - (gain / 800)), Is.EqualTo(expected));

    [Test]
    public void Train_ScorecardBins_HoldFivePercentOfTheKnownRows() =>
        Assert.That(
            Trained.Value.File.Scorecard.Features.SelectMany(feature => feature.Shares.Take(feature.RegularBins).Select(share => share / (1.0 - (feature.Shares[^1] / 1e6)))),
            Is.All.GreaterThanOrEqualTo(49_000));

    [Test]
    public void Train_OtherSeed_OtherModel() => Assert.That(Train(800, 2).File.Hash(), Is.Not.EqualTo(Train(800, 3).File.Hash()));

    [Test]
    public void Train_CentralTendency_MeanPdFollows()
    {
        var schema = DataSchema.Parse(SmallData.Schema.Replace("\"id\": \"id\"", "\"id\": \"id\", \"centralTendency\": 0.01", StringComparison.Ordinal));
        var table = CsvTable.Parse(SmallData.Csv(1_000));
        CreditModelFile file = CreditTrainer.Train(DataSet.From(table, schema), schema, 1, "").File;

        Assert.That(ScoredTable.Of(file.Champion, file.MissingMarks, table).Pds().Average(), Is.EqualTo(0.01).Within(0.004));
    }

    [Test]
    public void Monitor_TrainingLikeData_NotRed_ShiftedData_Red()
    {
        CreditModelFile file = Trained.Value.File;
        var same = CsvTable.Parse(SmallData.Csv(1_000, 77));
        var shifted = CsvTable.Parse(string.Join('\n', SmallData.Csv(1_000, 77).Split('\n').Select((line, i) => i == 0 || line.Length == 0 ? line : Shift(line))));
        Assert.Multiple(() =>
        {
            Assert.That(MonitoringReport.Of(file, same, null).Light, Is.Not.EqualTo(Light.Red));
            Assert.That(MonitoringReport.Of(file, shifted, null).Light, Is.EqualTo(Light.Red));
            Assert.That(MonitoringReport.Of(file, shifted, null).Text, Does.Contain("active: ScorecardOnly"));
        });
    }

    [TestCase("{}", "label")]
    [TestCase("{ \"label\": \"bad\" }", "features")]
    [TestCase("{ \"label\": \"bad\", \"features\": [\"bad\"] }", "cannot be a feature")]
    [TestCase("{ \"label\": \"bad\", \"features\": [\"debt\", \"debt\"] }", "twice")]
    [TestCase("{ \"label\": \"bad\", \"features\": [{ \"name\": \"debt\", \"direction\": \"sideways\" }] }", "sideways")]
    [TestCase("{ \"label\": \"bad\", \"features\": [\"debt\"], \"lable\": 1 }", "lable")]
    [TestCase("{ \"label\": \"bad\", \"features\": [\"debt\"], \"centralTendency\": 2 }", "centralTendency")]
    [TestCase("nonsense", "not valid")]
    public void Schema_Wrong_SaysWhat(string json, string expected) =>
        Assert.That(() => DataSchema.Parse(json), Throws.TypeOf<TrainingException>().With.Message.Contains(expected));

    [TestCase("debt,bad\n1,0\n", "needs", "at least 5")]
    [TestCase("cash,bad\n1,0\n", "FieldAbsent", "debt")]
    [TestCase("debt,bad\n1,0\ntwelve,1\n", "NotANumber", "row 2")]
    [TestCase("debt,bad\n1,0\n-1,1\n", "BelowMinimum", "row 2")]
    [TestCase("debt,bad\n1,0\n1e400,1\n", "NotFinite", "debt")]
    [TestCase("debt,bad\n1,0\n1,yes\n1,no\n", "two values", "row 2")]
    [TestCase("debt,bad\n1\n", "fields", "Row 1")]
    [TestCase("debt,debt\n1,1\n", "twice", "debt")]
    [TestCase("", "empty", "first line")]
    public void Data_Wrong_NamesFieldAndRule(string csv, string first, string second)
    {
        var schema = DataSchema.Parse("{ \"label\": \"bad\", \"features\": [{ \"name\": \"debt\", \"kind\": \"numeric\", \"minimum\": 0 }] }");
        Assert.That(
            () => DataSet.From(CsvTable.Parse(csv), schema),
            Throws.TypeOf<TrainingException>().With.Message.Contains(first).And.Message.Contains(second));
    }

    [Test]
    public void Folds_EqualRows_NeverOnBothSides()
    {
        var schema = DataSchema.Parse("{ \"label\": \"bad\", \"features\": [\"debt\"] }");
        string csv = "debt,bad\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i / 2},{(i / 2) % 4 / 3}\n"));
        var data = DataSet.From(CsvTable.Parse(csv), schema);
        int[] folds = Folds.Of(data, 5, 9);

        Assert.Multiple(() =>
        {
            Assert.That(Enumerable.Range(0, 50).All(pair => folds[2 * pair] == folds[(2 * pair) + 1]));
            Assert.That(folds.GroupBy(fold => fold).Select(group => group.Count()), Is.All.InRange(18, 22));
        });
    }

    private static TrainedModel Train(int rows, ulong seed = 1)
    {
        (DataSet data, DataSchema schema) = SmallData.Set(rows);
        return CreditTrainer.Train(data, schema, seed, "");
    }

    private static string Shift(string line)
    {
        string[] fields = line.Split(',');
        fields[1] = "0.99";
        fields[2] = "0.01";
        return string.Join(',', fields);
    }
}
