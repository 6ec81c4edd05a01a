using System.Runtime.CompilerServices;

namespace FinanceChain.CreditScoring.Models;

/// <summary>What one term costs against its neutral points.</summary>
/// <param name="Term">Index of the feature; from the number of features on, of the pair.</param>
public readonly record struct TermLoss(int Term, int Loss);

/// <summary>The largest losses, largest first; unused places have a loss of 0.</summary>
[InlineArray(Count)]
public struct TopLosses
{
    public const int Count = 4;

    private TermLoss _first;
}

/// <summary>A score in integers.</summary>
/// <param name="Points">More is better.</param>
/// <param name="PdPpb">12-month probability of default, best estimate, parts per billion.</param>
/// <param name="ConservativePdPpb">The same with the margin of conservatism.</param>
/// <param name="GradeIndex">Index into the grades of the model.</param>
/// <param name="Losses">The four terms that cost most.</param>
public readonly record struct CreditScore(int Points, int PdPpb, int ConservativePdPpb, int GradeIndex, TopLosses Losses);
