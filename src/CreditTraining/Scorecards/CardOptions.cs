namespace FinanceChain.CreditTraining.Scorecards;

/// <summary>Settings of the scorecard that cross-validation inside the training data weighs.</summary>
/// <param name="Ridge">Penalty on the coefficients.</param>
/// <param name="HoldSigns">
/// No coefficient may turn a feature around: what is riskier by itself is never safer in the card. With few rows that keeps noise out; with many, related ratios may
/// correct each other without it.
/// </param>
/// <param name="RanksOnly">
/// Numbers speak by their rank alone. A rank has learnt nothing from outcomes, while a weight of evidence over a few dozen rows is half noise; but a rank leaves missing values neutral.
/// </param>
public sealed record CardOptions(double Ridge, bool HoldSigns, bool RanksOnly = false)
{
    public static IReadOnlyList<CardOptions> Candidates { get; } =
    [
        new(40, true), new(10, true), new(3, true), new(1, true), new(40, false), new(10, false), new(3, false),
        new(40, true, true), new(10, true, true), new(3, true, true), new(1, true, true),
    ];

    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ridge {Ridge}, signs {(HoldSigns ? "held" : "free")}{(RanksOnly ? ", ranks only" : "")}");
}
