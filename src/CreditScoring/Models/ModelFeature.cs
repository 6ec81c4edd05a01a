namespace FinanceChain.CreditScoring.Models;

/// <summary>How risk moves with the value of a feature.</summary>
public enum Direction
{
    /// <summary>No claim is made; bins may go up and down.</summary>
    Any = 0,

    /// <summary>The probability of default never falls when the value rises.</summary>
    RiskRises = 1,

    /// <summary>The probability of default never rises when the value rises.</summary>
    RiskFalls = 2,
}

/// <summary>What the values of a feature are.</summary>
public enum FeatureKind
{
    Numeric = 0,
    Categorical = 1,
}

/// <summary>
/// One feature with its bins and their points. Bins are numbered: the ordered (or categorical) ones, then one for each special value, then missing.
/// A level that was not seen in training counts as missing.
/// </summary>
/// <param name="DirectionReason">Where the direction comes from: the schema, or what in the training data showed it.</param>
/// <param name="Minimum">Least value that is accepted; below it the fact is refused, not scored.</param>
/// <param name="Maximum">Greatest value that is accepted.</param>
/// <param name="Edges">Numeric: lower bounds of the second and later bins, rising. A value equal to an edge is in the upper bin.</param>
/// <param name="Levels">Categorical: known levels.</param>
/// <param name="LevelBins">Categorical: bin of each level.</param>
/// <param name="Specials">Numeric: exact values with a bin of their own.</param>
/// <param name="Points">Points of every bin; more is better.</param>
/// <param name="NeutralPoints">What an average known value gets; reasons are told against it and unknown values never exceed it.</param>
/// <param name="Shares">Parts per million of the training rows in each bin, for monitoring.</param>
public sealed record ModelFeature(
    string Name,
    FeatureKind Kind,
    Direction Direction,
    string DirectionReason,
    double? Minimum,
    double? Maximum,
    IReadOnlyList<double> Edges,
    IReadOnlyList<string> Levels,
    IReadOnlyList<int> LevelBins,
    IReadOnlyList<double> Specials,
    IReadOnlyList<int> Points,
    int NeutralPoints,
    IReadOnlyList<int> Shares)
{
    /// <summary>Number of bins that are neither special nor missing.</summary>
    public int RegularBins => Points.Count - Specials.Count - 1;

    /// <summary>The bin of a missing value.</summary>
    public int MissingBin => Points.Count - 1;

    /// <summary>Bin of a value: NaN is missing; of a categorical feature the value is the index of its level.</summary>
    public int BinOf(double value)
    {
        if (double.IsNaN(value))
        {
            return MissingBin;
        }

        if (Kind == FeatureKind.Categorical)
        {
            int level = (int)value;
            return level >= 0 && level < LevelBins.Count ? LevelBins[level] : MissingBin;
        }

        for (int special = 0; special < Specials.Count; special++)
        {
            if (Specials[special] == value)
            {
                return RegularBins + special;
            }
        }

        int bin = 0;
        while (bin < Edges.Count && Edges[bin] <= value)
        {
            bin++;
        }

        return bin;
    }
}
