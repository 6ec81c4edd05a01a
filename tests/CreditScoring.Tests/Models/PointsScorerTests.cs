using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditScoring.Reasons;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.Tests.CreditScoring.Models;

public sealed class PointsScorerTests
{
    private static readonly PointsScorer Scorer = new(SmallModel.Create());

    [Test]
    public void Evaluate_KnownRow_SumsThePoints()
    {
        // base 1000 + cash 45 + debt -50 + size 12 + sector -7 + pair 5
        CreditScore score = Scorer.Evaluate([2, 0.9, 500, 0]);

        Assert.Multiple(() =>
        {
            Assert.That(score.Points, Is.EqualTo(1005));
            Assert.That(score.Losses[0], Is.EqualTo(new TermLoss(1, 45)));
            Assert.That(score.Losses[1], Is.EqualTo(new TermLoss(3, 8)));
            Assert.That(score.Losses[2].Loss, Is.Zero);
        });
    }

    [Test]
    public void Evaluate_EqualLosses_KeepTheOrderOfTheModel()
    {
        PointsModel model = SmallModel.Create();
        ModelFeature one = SmallModel.Numeric("a", Direction.Any, [], [-5, -5], 0);
        var scorer = new PointsScorer(model with { Features = [one, one with { Name = "b" }, one with { Name = "c" }, one with { Name = "d" }, one with { Name = "e" }], Pairs = [] });

        CreditScore score = scorer.Evaluate([1, 1, 1, 1, 1]);

        Assert.That(Enumerable.Range(0, TopLosses.Count).Select(i => score.Losses[i].Term), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [TestCase(0.1, 1)]
    [TestCase(0.0999, 0)]
    [TestCase(1.0, 3)]
    [TestCase(-5.0, 0)]
    [TestCase(1e300, 3)]
    [TestCase(double.NaN, 4)]
    public void Evaluate_ValueAtEdge_TakesTheUpperBin(double value, int bin)
    {
        int[] bins = new int[4];
        Scorer.Evaluate([value, 0, 0, 0], bins);
        Assert.That(bins[0], Is.EqualTo(bin).And.EqualTo(Scorer.Model.Features[0].BinOf(value)));
    }

    [Test]
    public void Evaluate_AnyRow_ContributionsSumToTheScoreAndLossesAreExact() =>
        Prop.ForAll(Rows(), row =>
        {
            CreditScore score = Scorer.Evaluate(row);
            int[] contributions = new ReasonWriter(Scorer).Contributions(row);
            int[] losses = [.. Scorer.Model.Features.Select((f, i) => f.NeutralPoints - contributions[i]).Append(Scorer.Model.Pairs[0].NeutralPoints - contributions[^1])];
            int[] largest = [.. losses.Select((loss, term) => (loss, term)).Where(item => item.loss > 0).OrderByDescending(item => item.loss).ThenBy(item => item.term).Take(4).Select(item => item.term)];
            return Scorer.Model.BasePoints + contributions.Sum() == score.Points
                && largest.SequenceEqual(Enumerable.Range(0, 4).Where(i => score.Losses[i].Loss > 0).Select(i => score.Losses[i].Term));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Evaluate_ConstrainedFeatureImproves_PdNeverRises() =>
        Prop.ForAll(Rows(), Gen.Choose(0, 2_000).ToArbitrary(), (row, step) =>
        {
            int before = Scorer.Evaluate(row).PdPpb;
            double[] richer = [.. row], indebted = [.. row];
            richer[0] += step / 1000.0;
            indebted[1] += step / 1000.0;
            return Scorer.Evaluate(richer).PdPpb <= before && Scorer.Evaluate(indebted).PdPpb >= before;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void NearestChange_Always_LiftsTheGrade() =>
        Prop.ForAll(Rows(), row =>
        {
            NearestChange? change = new ReasonWriter(Scorer).NearestChange(row);
            string[] grades = [.. Scorer.Model.Grades.Select(grade => grade.Name)];
            return change is null || Array.IndexOf(grades, change.Grade) < Scorer.Evaluate(row).GradeIndex;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Reasons_UnknownValue_SaysSoInBothLanguages()
    {
        Reason reason = new ReasonWriter(Scorer).Reasons([double.NaN, 0.1, 500, 1])[0];

        Assert.Multiple(() =>
        {
            Assert.That(reason.Code, Is.EqualTo("UNKNOWN:cash"));
            Assert.That(reason.PointsLost, Is.EqualTo(30));
            Assert.That(reason.English, Does.Contain("not known"));
            Assert.That(reason.Chinese, Does.Contain("缺失"));
        });
    }

    // Most rows lie in the first bin: it is still the low one.
    [Test]
    public void Reasons_MiddleRowInFirstBin_IsLow()
    {
        PointsModel model = SmallModel.Create();
        var writer = new ReasonWriter(new PointsScorer(model with
        {
            Features = [model.Features[0] with { Shares = [900_000, 100_000, 0, 0, 0] }, .. model.Features.Skip(1)],
        }));
        Assert.That(writer.Reasons([0.05, 0.1, 500, 1])[0].Code, Is.EqualTo("LOW:cash"));
    }

    // In a middle bin it is the side on which better points lie that says what is wrong, not the middle of the training rows.
    [TestCase(Direction.RiskFalls, new[] { -60, -10, 20, 45, -60 }, "LOW:cash")]
    [TestCase(Direction.RiskRises, new[] { 45, 20, -10, -60, -60 }, "HIGH:cash")]
    [TestCase(Direction.Any, new[] { 45, 20, -30, 40, -60 }, "RANGE:cash")]
    [TestCase(Direction.Any, new[] { -40, -35, -30, 40, -60 }, "LOW:cash")]
    public void Reasons_MiddleBin_SayTheTrueSide(Direction direction, int[] points, string expected)
    {
        PointsModel model = SmallModel.Create();
        var writer = new ReasonWriter(new PointsScorer(model with
        {
            Features = [model.Features[0] with { Direction = direction, Points = points, NeutralPoints = 30 }, .. model.Features.Skip(1)], Pairs = [],
        }));
        Assert.That(writer.Reasons([0.7, 0.1, 500, 1])[0].Code, Is.EqualTo(expected));
    }

    /// <summary>The change is made, not only believed: a value inside the bin that it names does get the grade that it names.</summary>
    [Test]
    public void NearestChange_Made_GivesTheGradeThatItNames() =>
        Prop.ForAll(Rows(), row =>
        {
            if (new ReasonWriter(Scorer).NearestChange(row) is not { } change)
            {
                return true;
            }

            int feature = Scorer.Model.Features.Select((f, i) => (f, i)).Single(item => item.f.Name == change.Feature).i;
            string low = change.To.Split(',')[0].Trim('[', '('), high = change.To.Split(',')[1].Trim(' ', ')');
            double value = low.Contains('∞', StringComparison.Ordinal)
                ? double.Parse(high, System.Globalization.CultureInfo.InvariantCulture) - 1e-6
                : double.Parse(low, System.Globalization.CultureInfo.InvariantCulture);
            double[] changed = [.. row];
            changed[feature] = value;
            return Scorer.Model.Grades[Scorer.Evaluate(changed).GradeIndex].Name == change.Grade;
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<double[]> Rows() =>
        (from cash in Gen.Choose(-500, 3_000)
         from debt in Gen.Choose(-500, 3_000)
         from size in Gen.Choose(-1, 300)
         from sector in Gen.Choose(-1, 2)
         from unknown in Gen.Choose(0, 8)
         select (double[])[unknown == 0 ? double.NaN : cash / 1000.0, unknown == 1 ? double.NaN : debt / 1000.0, unknown == 2 ? double.NaN : size, sector < 0 ? double.NaN : sector]).ToArbitrary();
}
