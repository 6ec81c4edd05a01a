using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>What can happen to a receivable or to the loan against it.</summary>
internal enum IncidentKind
{
    Cancel = 1,
    Dispute,
    Resolve,
    Freeze,
    Unfreeze,

    CancelLoan,
    Extend,
    Default,
    ClaimRecourse,
    WriteOff,
    Recover,

    /// <summary>The operator puts the obligor on the stop-list: it missed a maturity (银发〔2025〕77号, Art 15).</summary>
    StopList,
}

/// <summary>Something that does not go as agreed.</summary>
/// <param name="Amount">What is disputed, given up, written off or recovered; zero where the kind has no amount.</param>
internal sealed record PlannedIncident(IncidentKind Kind, int Step, Fen Amount = default);
