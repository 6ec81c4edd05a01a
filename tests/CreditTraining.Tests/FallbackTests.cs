using FinanceChain.CreditScoring.Decisions;
using FinanceChain.CreditTraining;
using FinanceChain.CreditTraining.Validation;

namespace FinanceChain.Tests.CreditTraining;

public sealed class FallbackTests
{
    private static readonly MonitoredFigure[] Calm =
    [
        .. Enumerable.Range(0, 8).SelectMany(i => new[] { Figure(MonitoredKind.FeatureStability, Light.Green, $"f{i}"), Figure(MonitoredKind.Missing, Light.Green, $"f{i}") }),
        Figure(MonitoredKind.ScoreStability, Light.Green),
        Figure(MonitoredKind.Calibration, Light.Green, "G05"),
        Figure(MonitoredKind.Overrides, Light.Green),
    ];

    [Test]
    public void After_NothingRed_ChampionStays() => Assert.Multiple(() =>
    {
        Assert.That(Fallback.After(new MonitoringReport(Calm)).Active, Is.EqualTo(ActiveModel.Champion));
        Assert.That(new MonitoringReport(Calm).Light, Is.EqualTo(Light.Green));
    });

    [TestCase(MonitoredKind.ScoreStability, 1, ActiveModel.ScorecardOnly)]
    [TestCase(MonitoredKind.Calibration, 1, ActiveModel.ScorecardOnly)]
    [TestCase(MonitoredKind.FeatureStability, 3, ActiveModel.ScorecardOnly)]
    [TestCase(MonitoredKind.FeatureStability, 2, ActiveModel.Champion)]
    [TestCase(MonitoredKind.Missing, 3, ActiveModel.ScorecardOnly)]
    [TestCase(MonitoredKind.Missing, 2, ActiveModel.Champion)]
    [TestCase(MonitoredKind.Overrides, 1, ActiveModel.Champion)]
    public void After_SoManyRed_Follows(MonitoredKind kind, int count, ActiveModel expected)
    {
        MonitoringReport report = Reddened(kind, count);
        FallbackDecision fallback = Fallback.After(report);

        Assert.Multiple(() =>
        {
            Assert.That(fallback.Active, Is.EqualTo(expected));
            Assert.That(report.Light, Is.EqualTo(expected == ActiveModel.ScorecardOnly || kind == MonitoredKind.Overrides ? Light.Red : Light.Amber));
            Assert.That(Fallback.Read(Fallback.Json(report, "sha256:1"), "sha256:1"), Is.EqualTo(fallback));
        });
    }

    [Test]
    public void Read_TheWordChangedByHand_IsJudgedByTheFigures()
    {
        string json = Fallback.Json(Reddened(MonitoredKind.Calibration, 1), "sha256:1");
        string changed = json.Replace("\"active\": \"ScorecardOnly\"", "\"active\": \"Champion\"", StringComparison.Ordinal);
        Assert.That(changed, Is.Not.EqualTo(json));
        Assert.That(Fallback.Read(changed, "sha256:1").Active, Is.EqualTo(ActiveModel.ScorecardOnly));
    }

    [TestCase("{}")]
    [TestCase("nonsense")]
    [TestCase("{ \"model\": \"sha256:1\" }")]
    [TestCase("{ \"model\": \"sha256:2\", \"figures\": [] }")]
    public void Read_NotAReportOfThisModel_Refused(string json) => Assert.That(() => Fallback.Read(json, "sha256:1"), Throws.TypeOf<TrainingException>());

    private static MonitoringReport Reddened(MonitoredKind kind, int count)
    {
        int left = count;
        return new MonitoringReport([.. Calm.Select(figure => figure.Kind == kind && left-- > 0 ? figure with { Light = Light.Red } : figure)]);
    }

    private static MonitoredFigure Figure(MonitoredKind kind, Light light, string name = "") => new(kind, name, 0.01, light);
}
