namespace FinanceChain.CreditScoring.Reasons;

/// <summary>Why a score is not higher.</summary>
/// <param name="Code">Stable: <c>LOW</c>, <c>HIGH</c>, <c>RANGE</c>, <c>LEVEL</c>, <c>UNKNOWN</c> or <c>PAIR</c>, a colon, and the names of the features.</param>
/// <param name="PointsLost">Against the neutral reference.</param>
public sealed record Reason(string Code, int PointsLost, string Chinese, string English);

/// <summary>The smallest move of one feature that would lift the grade.</summary>
/// <param name="From">Bin of today, as a range.</param>
/// <param name="To">Nearest bin that suffices.</param>
public sealed record NearestChange(string Feature, string From, string To, string Grade, string Chinese, string English);
