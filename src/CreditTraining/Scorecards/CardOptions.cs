namespace FinanceChain.CreditTraining.Scorecards;

/// <summary>Settings of the scorecard among which cross-validation inside the training data chooses.</summary>
/// <param name="Ridge">Penalty on the coefficients.</param>
/// <param name="HoldSigns">
/// No coefficient may turn a feature around: what is riskier by itself is never safer in the card. With few rows that keeps noise out; with many, related ratios may
/// correct each other without it.
/// </param>
public sealed record CardOptions(double Ridge, bool HoldSigns)
{
    public static IReadOnlyList<CardOptions> Candidates { get; } =
        [new(40, true), new(10, true), new(3, true), new(1, true), new(40, false), new(10, false), new(3, false)];

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ridge {Ridge}, signs {(HoldSigns ? "held" : "free")}");
}
