namespace FinanceChain.CreditTraining.Additive;

/// <summary>How the additive model is boosted.</summary>
/// <param name="Rounds">Steps of one bag, each a change of one main effect or one pair.</param>
/// <param name="LearningRate">Share of the Newton step that is taken.</param>
/// <param name="Ridge">Added to the curvature of a leaf: small leaves move less.</param>
/// <param name="Bags">Models that are averaged; each sees its own sample of rows.</param>
/// <param name="RowShare">Share of a bag's rows that one step sees.</param>
/// <param name="FeatureShare">Share of features (and of pairs) among which one step chooses.</param>
/// <param name="Pairs">Pairs of features that may act together.</param>
/// <param name="MinimumLeafRows">Rows that a leaf needs.</param>
public sealed record BoostingOptions(
    int Rounds = 1500,
    double LearningRate = 0.05,
    double Ridge = 2,
    int Bags = 8,
    double RowShare = 0.6,
    double FeatureShare = 0.3,
    int Pairs = 30,
    int MinimumLeafRows = 5,
    double PairShare = 0.5);
