namespace FinanceChain.CreditScoring.Models;

/// <summary>
/// An additive model compiled to integers. The champion has main effects and pairs, the scorecard main effects only; both are read, proved and scored alike.
/// Score = base + points of each feature + points of each pair.
/// </summary>
/// <param name="Name"><c>champion</c> or <c>scorecard</c>.</param>
/// <param name="BasePoints">Score where every term gives zero.</param>
/// <param name="PointsToDoubleOdds">Points that double the odds of not defaulting, before calibration.</param>
public sealed record PointsModel(
    string Name,
    int BasePoints,
    int PointsToDoubleOdds,
    IReadOnlyList<ModelFeature> Features,
    IReadOnlyList<PairTable> Pairs,
    PdTable Pd,
    IReadOnlyList<RatingGrade> Grades);
