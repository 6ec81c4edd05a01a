using FinanceChain.CreditScoring.Models;

namespace FinanceChain.Tests.CreditScoring.Models;

public sealed class ModelProofTests
{
    [Test]
    public void FailuresOf_SoundModel_None() => Assert.That(ModelProof.FailuresOf(SmallModel.Create()), Is.Empty);

    [TestCase(0, new[] { -60, -10, -11, 45, -20 }, "bin 2 goes against")]
    [TestCase(1, new[] { 30, 31, -50, -10 }, "bin 1 goes against")]
    [TestCase(0, new[] { -60, -10, 20, 45, 11 }, "unknown value gets 11")]
    [TestCase(2, new[] { 5, -5, 12, 4, -9 }, "unknown value gets 4")]
    [TestCase(1, new[] { 30, 0, -50 }, "3 points do not fit")]
    public void FailuresOf_BrokenFeature_NamesIt(int index, int[] points, string expected)
    {
        PointsModel model = SmallModel.Create();
        ModelFeature[] features = [.. model.Features];
        features[index] = features[index] with { Points = points };

        IReadOnlyList<ProofFailure> failures = ModelProof.FailuresOf(model with { Features = features, Pairs = [] });

        Assert.That(failures.Select(failure => $"{failure.Term}: {failure.What}"), Has.Some.Contains($"{features[index].Name}:").And.Some.Contains(expected));
    }

    [TestCase(new[] { -10, -30, -11, 5 }, -2, "cell 1,0")]
    [TestCase(new[] { -10, -9, 25, 5 }, -2, "cell 0,1")]
    [TestCase(new[] { -10, -30, 25, 5 }, 1, "unknown value gets 1")]
    public void FailuresOf_BrokenPair_NamesIt(int[] points, int unknown, string expected)
    {
        PointsModel model = SmallModel.Create();
        IReadOnlyList<ProofFailure> failures = ModelProof.FailuresOf(model with { Pairs = [model.Pairs[0] with { Points = points, UnknownPoints = unknown }] });

        Assert.That(failures.Select(failure => $"{failure.Term}: {failure.What}"), Has.Some.Contains("cash × debt").And.Some.Contains(expected));
    }

    [Test]
    public void FailuresOf_PdRisesWithScore_Found()
    {
        PointsModel model = SmallModel.Create();
        int[] best = [.. model.Pd.Best];
        best[20] = best[19] + 1;

        Assert.That(ModelProof.FailuresOf(model with { Pd = model.Pd with { Best = best } }), Has.Some.Property(nameof(ProofFailure.Term)).EqualTo("pd"));
    }

    [Test]
    public void Scorer_BrokenModel_CannotBeBuilt()
    {
        PointsModel model = SmallModel.Create();
        Assert.That(
            () => new PointsScorer(model with { Features = [model.Features[0] with { Points = [1, 0, 0, 0, 0] }, .. model.Features.Skip(1)] }),
            Throws.ArgumentException.With.Message.Contains("cash"));
    }

    [Test]
    public void Parse_BrokenModelFile_Refused()
    {
        string json = SmallModel.File().ToCanonicalJson().Replace("[-60,-10,20,45,-20]", "[-60,-10,20,45,20]", StringComparison.Ordinal);
        Assert.That(() => CreditModelFile.Parse(json), Throws.TypeOf<FormatException>().With.Message.Contains("unknown value gets 20"));
    }
}
