using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Additive;
using FinanceChain.CreditTraining.Calibration;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Pipeline;
using FinanceChain.CreditTraining.Scorecards;

namespace FinanceChain.Tests.CreditTraining;

public sealed class ChampionTests
{
    private static readonly (DataSet Data, DataSchema Schema) Small = SmallData.Set(900);
    private static readonly BoostedModel Boosted = BoostedModel.Fit(Small.Data, ChampionOptions.Candidates[1], 3);
    private static readonly BinnedScorecard Card = BinnedScorecard.Fit(Small.Data, Boosted.Directions, CardOptions.Candidates[1]);
    private static readonly PdScale Scale = new(new Calibrator("Platt", 1, 1, 0, 0), 0);

    // Points are whole; each term may be half a point off.
    [TestCase(0.0)]
    [TestCase(0.4)]
    [TestCase(1.0)]
    public void Compile_AnyShare_PointsAreTheMarginsOfBothAndTheProofHolds(double share)
    {
        var champion = new Champion(Boosted, Card, new Blend(share, 0.1, share, 1 - share));
        double[] margins = champion.Margins(Small.Data);
        PointsModel model = champion.Compile("champion", Scale);
        var scorer = new PointsScorer(model);
        double slack = (model.Features.Count + model.Pairs.Count + 1) * 0.5;
        int[] known = [.. Enumerable.Range(0, Small.Data.Rows).Where(row => Small.Data.Columns.All(column => !double.IsNaN(column.Values[row])))];

        Assert.That(ModelProof.FailuresOf(model), Is.Empty);
        Assert.That(model.Pairs.Count > 0, Is.EqualTo(share > 0));
        Assert.That(
            known.Select(row => Math.Abs(scorer.Evaluate([.. Small.Data.Columns.Select(column => column.Values[row])]).Points - PdScale.ScoreOf(margins[row]))),
            Is.All.LessThanOrEqualTo(slack));
    }

    // Steps that could not be taken back would carry the effect of noise away, the further the more steps.
    [Test]
    public void BoostedModel_DirectionOnNoise_SaysNoMoreThanTheFreeEffect()
    {
        var options = new ChampionOptions("noise", 20, new BoostingOptions(Rounds: 600, Pairs: 0));
        double[] ranges = [.. new Direction?[] { Direction.RiskFalls, Direction.Any }.Select(direction =>
        {
            DataColumn noise = Small.Data.Columns[2];
            DataSet data = Small.Data with { Columns = [noise with { Spec = noise.Spec with { Direction = direction } }] };
            double[] margins = BoostedModel.Fit(data, options, 1).Margins(data);
            return margins.Max() - margins.Min();
        })];

        Assert.That(ranges[0], Is.LessThan(ranges[1]));
    }

    [TestCase(1, 1)]
    [TestCase(-1, 1)]
    [TestCase(0, -1)]
    public void PairStep_ManySteps_TheEffectStaysMonotone(int first, int second)
    {
        var step = new PairStep(new BoostingOptions());
        var random = new StableRandom(7);
        double[] gradient = new double[256], curvature = new double[256];
        int[] rows = new int[256];
        double[,] effect = new double[6, 5];
        for (int round = 0; round < 200; round++)
        {
            for (int cell = 0; cell < rows.Length; cell++)
            {
                (gradient[cell], curvature[cell], rows[cell]) = (random.Fraction() - 0.5, 0.2, 9);
            }

            step.Find(gradient, curvature, rows, 6, 5);
            double[,] before = effect;
            effect = new double[6, 5];
            step.Take(before, effect, (sbyte)first, (sbyte)second);
        }

        (int I, int J)[] cells = [.. Enumerable.Range(0, 30).Select(cell => (cell / 5, cell % 5))];
        Assert.Multiple(() =>
        {
            Assert.That(effect.Cast<double>().Distinct().Count(), Is.GreaterThan(1));
            Assert.That(cells.Where(cell => cell.I > 0).Select(cell => (effect[cell.I, cell.J] - effect[cell.I - 1, cell.J]) * first), Is.All.GreaterThanOrEqualTo(0));
            Assert.That(cells.Where(cell => cell.J > 0).Select(cell => (effect[cell.I, cell.J] - effect[cell.I, cell.J - 1]) * second), Is.All.GreaterThanOrEqualTo(0));
        });
    }

    // The second column is the first with its sign turned and a little noise: free, its coefficient goes below zero.
    [Test]
    public void LogisticRegression_BoundedCoefficient_StaysAtZeroWhereTheFreeOneIsNegative()
    {
        double[] first = [.. Small.Data.Columns[0].Values], second = [.. first.Select((value, i) => -value + (0.01 * (i % 3)))];
        double[] free = LogisticRegression.Fit([first, second], Small.Data.Labels, 1), bounded = LogisticRegression.Fit([first, second], Small.Data.Labels, 1, [true, true]);

        Assert.Multiple(() =>
        {
            Assert.That(free[2], Is.Negative);
            Assert.That(bounded[2], Is.Zero);
            Assert.That(bounded[..2], Is.EqualTo(LogisticRegression.Fit([first], Small.Data.Labels, 1)).Within(1e-6));
        });
    }

    [Test]
    public void LogisticRegression_BoundsThatDoNotBind_ChangeNothing() =>
        Assert.That(
            LogisticRegression.Fit([Small.Data.Columns[0].Values], Small.Data.Labels, 1, [true]),
            Is.EqualTo(LogisticRegression.Fit([Small.Data.Columns[0].Values], Small.Data.Labels, 1)).Within(1e-7));

    [Test]
    public void BinnedScorecard_SignsHeld_NoFeatureIsTurnedAround()
    {
        AdditivePart part = Card.Part;
        for (int feature = 0; feature < part.Bins.Length; feature++)
        {
            double[] effect = part.Effects[feature][..part.Bins[feature].Regular];
            if (Small.Data.Columns[feature].Kind == FeatureKind.Numeric)
            {
                Assert.That(effect, Is.Ordered.Or.Ordered.Descending, Small.Data.Columns[feature].Spec.Name);
            }
        }
    }

    // Bins of at least 5 % are twenty even where 5 % are three rows; with wider ones a few dozen rows rank worse.
    [Test]
    public void BinnedScorecard_AFewDozenRows_StillTwentyBins()
    {
        DataSet few = SmallData.Set(67).Data;
        FoundDirection[] none = [.. few.Columns.Select(_ => new FoundDirection(Direction.Any, ""))];
        AdditivePart part = BinnedScorecard.Fit(few, none, new CardOptions(3, true)).Part;

        Assert.That(part.Bins[Array.FindIndex([.. few.Columns], column => column.Spec.Name == "noise")].Regular, Is.EqualTo(20));
    }

    [Test]
    public void BinnedScorecard_MeanOfForms_IsTheMeanOfTheirMarginsAndTheProofHolds()
    {
        (CardOptions Form, double Weight, Calibrator Line)[] parts =
        [
            (new CardOptions(1, true), 0.2, new Calibrator("Platt", 1.5, 1.5, -0.1, 0)),
            (new CardOptions(40, false), 0.5, new Calibrator("Platt", 0.5, 0.5, 0.3, 0)),
            (new CardOptions(3, true, RanksOnly: true), 0.3, new Calibrator("Platt", 1, 1, 0, 0)),
        ];
        BinnedScorecard[] cards = [.. parts.Select(part => BinnedScorecard.Fit(Small.Data, Boosted.Directions, part.Form))];
        var mean = BinnedScorecard.Mean([.. parts.Select((part, i) => (cards[i], part.Weight, part.Line))]);
        double[][] margins = [.. cards.Select(card => card.Margins(Small.Data))];

        Assert.That(
            mean.Margins(Small.Data),
            Is.EqualTo(Enumerable.Range(0, Small.Data.Rows).Select(row => parts.Select((part, i) => part.Weight * part.Line.Line(margins[i][row])).Sum())).Within(1e-9));
        Assert.That(ModelProof.FailuresOf(mean.Compile("scorecard", Scale)), Is.Empty);
    }

    [Test]
    public void BinnedScorecard_RanksOnly_MissingIsNeutralAndLevelsStillSpeak()
    {
        AdditivePart part = BinnedScorecard.Fit(Small.Data, Boosted.Directions, new CardOptions(1, false, RanksOnly: true)).Part;
        int cash = Array.FindIndex([.. Small.Data.Columns], column => column.Spec.Name == "cash"), colour = Array.FindIndex([.. Small.Data.Columns], column => column.Spec.Name == "colour");

        Assert.That(part.Effects[cash][^1], Is.EqualTo(0).Within(1e-9));
        Assert.That(part.Effects[colour], Has.Some.Not.Zero);
    }
}
