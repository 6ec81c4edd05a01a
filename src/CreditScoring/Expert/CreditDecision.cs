namespace FinanceChain.CreditScoring;

/// <summary>The outcome of a scoring.</summary>
/// <param name="Score">Points; more is better.</param>
/// <param name="Grade">The grade of the score.</param>
/// <param name="Reasons">What cost most points, largest first, at most four.</param>
public sealed record CreditDecision(int Score, Grade Grade, IReadOnlyList<ReasonCode> Reasons);

/// <summary>Why a score is not higher. Append only.</summary>
public enum ReasonCode
{
    ShortHistory = 1,
    FewReceivablesRedeemed,
    FewLoansRepaid,
    ConcentratedObligors,
    ObligorUnproven,
}

/// <summary>Grades, best first.</summary>
public enum Grade
{
    A = 1,
    B,
    C,
    D,
}

/// <summary>The scale of grades and what a bank adds to its base rate for each.</summary>
public static class Grades
{
    private static readonly (Grade Grade, int AtLeast, ushort SpreadBps)[] Scale =
    [
        (Grade.A, 660, 0),
        (Grade.B, 580, 40),
        (Grade.C, 500, 90),
        (Grade.D, int.MinValue, 150),
    ];

    /// <summary>The grade of a score.</summary>
    public static Grade Of(int score) => Scale.First(step => score >= step.AtLeast).Grade;

    /// <summary>Basis points a year on top of the bank's base rate.</summary>
    public static ushort SpreadBps(Grade grade) => Scale.First(step => step.Grade == grade).SpreadBps;
}
