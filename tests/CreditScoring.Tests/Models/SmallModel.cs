using FinanceChain.CreditScoring.Models;

namespace FinanceChain.Tests.CreditScoring.Models;

/// <summary>A model that fits on a page: a falling and a rising ratio, a free one with a special value, a level, and one pair.</summary>
internal static class SmallModel
{
    public static PointsModel Create() => new(
        "champion",
        1000,
        100,
        [
            Numeric("cash", Direction.RiskFalls, [0.1, 0.5, 1.0], [-60, -10, 20, 45, -20], 10),
            Numeric("debt", Direction.RiskRises, [0.4, 0.8], [30, 0, -50, -10], -5),
            Numeric("size", Direction.Any, [10, 100], [5, -5, 12, -8, -9], 3) with { Specials = [-1] },
            new ModelFeature("sector", FeatureKind.Categorical, Direction.Any, "", null, null, [], ["brass", "locks", "tools"], [0, 1, 1], [], [-7, 6, -3], 1, [300_000, 600_000, 100_000]),
        ],
        [new PairTable(0, 1, [0, 0, 1, 1, -1], [0, 1, 1, -1], 2, [-10, -30, 25, 5], -2, 0)],
        Table(700, 1200),
        MasterScale.Standard);

    public static ModelFeature Numeric(string name, Direction direction, double[] edges, int[] points, int neutral) => new(
        name, FeatureKind.Numeric, direction, "declared in the schema", 0, 1_000_000, edges, [], [], [], points, neutral, [.. points.Select(_ => 1_000_000 / points.Length)]);

    public static CreditModelFile File() => new(
        "small", "id", ["", "NA"], 30, Create(), Create() with { Name = "scorecard", Pairs = [] }, [.. MasterScale.Standard.Select(_ => 90_909)], new Dictionary<string, string> { ["seed"] = "1" });

    private static PdTable Table(int from, int to)
    {
        int[] best = [.. Enumerable.Range(0, to - from + 1).Select(i => 400_000_000 / (1 + (i * i / 50)))];
        return new PdTable(from, best, [.. best.Select(pd => pd + (pd / 20))]);
    }
}
