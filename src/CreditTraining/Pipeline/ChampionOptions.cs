using FinanceChain.CreditTraining.Additive;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>Settings of the boosted part of the champion among which cross-validation inside the training data chooses.</summary>
/// <param name="Name">Short name for the model card.</param>
/// <param name="Bins">Bins of a numeric feature.</param>
/// <param name="MonotoneShare">Share of an effect's variance that a monotone shape must hold, so that <c>auto</c> takes its direction; above 1 none is taken.</param>
public sealed record ChampionOptions(string Name, int Bins, BoostingOptions Boosting, double MonotoneShare = 0.8)
{
    // A pair of a few rows a cell learns their noise, and cross-validation over as few rows cannot tell.
    private const int RowsOfAPair = 10;
    private const int FewFeatures = 16;

    /// <summary>From plain to rich: the ones worth trying on so many rows.</summary>
    public static IReadOnlyList<ChampionOptions> For(int rows) => [.. Candidates.Where(option => option.Boosting.Pairs * RowsOfAPair <= rows)];

    /// <summary>
    /// The same, more careful with directions of <c>auto</c>. Worth trying where features are few: among many another one stands in where a direction is wrong.
    /// </summary>
    public IEnumerable<ChampionOptions> FreerFor(int features) => features > FewFeatures
        ? []
        : [this with { Name = $"{Name}, only clear directions", MonotoneShare = 0.95 }, this with { Name = $"{Name}, no direction of its own", MonotoneShare = 2 }];

    /// <summary>From plain to rich.</summary>
    public static IReadOnlyList<ChampionOptions> Candidates { get; } =
    [
        new("main effects, 100 steps", 10, new BoostingOptions(Rounds: 100, Pairs: 0, Ridge: 5, FeatureShare: 0.5)),
        new("10 pairs, 350 steps", 20, new BoostingOptions(Rounds: 350, Pairs: 10)),
        new("40 pairs, 1000 steps", 20, new BoostingOptions(Rounds: 1000, Pairs: 40, PairShare: 0.7)),
    ];
}
