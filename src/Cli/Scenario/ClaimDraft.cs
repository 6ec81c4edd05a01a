namespace FinanceChain.Cli.Scenario;

/// <summary>A claim while the plan is being written: amounts follow from the loans, which are shared out last.</summary>
internal sealed class ClaimDraft
{
    public required int Index { get; init; }

    public required int? Parent { get; init; }

    public required int Obligor { get; init; }

    public required int Holder { get; init; }

    public required int BornStep { get; init; }

    public required DateOnly Maturity { get; init; }

    /// <summary>Steps by which the obligor pays late.</summary>
    public int LateSteps { get; init; }

    /// <summary>Share of the lending; 0 when nobody borrows on this claim.</summary>
    public int LoanWeight { get; set; }

    public int LoanStep { get; set; }

    public int Bank { get; set; }

    public bool WithRecourse { get; set; }

    /// <summary>Steps from opening to an early instalment; 0 for none.</summary>
    public int InstalmentAfter { get; set; }

    /// <summary>How much of the claim the bank advances, in percent.</summary>
    public int AdvancePercent { get; set; }

    public int Invoices { get; init; } = 1;

    /// <summary>The tenor is above the ordinary maximum.</summary>
    public bool NeedsReview { get; init; }

    /// <summary>The amount where nobody borrows, in thousands of yuan.</summary>
    public int PlainThousands { get; init; }

    public ulong PrincipalFen { get; set; }

    /// <summary>The amount that stays on this claim: what the loan needs as cover, or the plain amount; whole thousands of yuan.</summary>
    public ulong OwnAmountFen()
    {
        const ulong ThousandYuanFen = 100_000;
        if (PrincipalFen == 0)
        {
            return (ulong)PlainThousands * ThousandYuanFen;
        }

        ulong cover = (PrincipalFen * 100 / (ulong)AdvancePercent) + 1;
        return (cover + ThousandYuanFen - 1) / ThousandYuanFen * ThousandYuanFen;
    }
}
