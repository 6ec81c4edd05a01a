using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>A loan of the story, all steps being places in <see cref="StoryCalendar"/>.</summary>
/// <param name="Bank">Place of the bank in the cast.</param>
/// <param name="Principal">As approved.</param>
/// <param name="InstalmentStep">When half of the principal comes back early; null when it all comes at the end.</param>
/// <param name="RepayStep">When the (rest of the) principal comes back; null when that is after the story, or never.</param>
internal sealed record PlannedLoan(int Bank, Fen Principal, Bps AnnualRate, int OpenStep, int? InstalmentStep, int? RepayStep, bool WithRecourse)
{
    /// <summary>The part that is paid out one step after the rest.</summary>
    public Fen LaterTranche { get; init; }

    /// <summary>The part that is never called up.</summary>
    public Fen Lapsing { get; init; }

    /// <summary>What the borrower pays beside interest with the last instalment.</summary>
    public Fen Fee { get; init; }

    /// <summary>Of the credit decision behind the approval.</summary>
    public Hash256 DecisionDigest { get; init; }

    public int TrancheStep => OpenStep + 1;

    public Fen Disbursed => Principal - Lapsing;

    public Fen FirstTranche => Disbursed - LaterTranche;

    public Fen Instalment => InstalmentStep is null ? Fen.Zero : new Fen(Disbursed.Value / 2);
}

/// <summary>A receivable of the story, issued by an obligor or split off another one.</summary>
/// <param name="Index">Place in the plan.</param>
/// <param name="Parent">Place of the claim that it is split off; null when it is issued.</param>
/// <param name="Issued">The amount on the day it comes to be.</param>
/// <param name="BornStep">When it is issued or split off.</param>
/// <param name="RedeemStep">When the obligor pays what is left on it; null when that is after the story, or never.</param>
internal sealed record PlannedClaim(int Index, int? Parent, int Obligor, int Holder, Fen Issued, DateOnly Maturity, int BornStep, int? RedeemStep)
{
    /// <summary>The amount after the split, if there is one.</summary>
    public Fen Remainder { get; init; } = Issued;

    /// <summary>How many invoices the receivable is issued for.</summary>
    public int Invoices { get; init; } = 1;

    /// <summary>The tenor is above the ordinary maximum: a bank reviews the trade before it lends.</summary>
    public bool NeedsReview { get; init; }

    public PlannedLoan? Loan { get; init; }

    /// <summary>What does not go as agreed, in order of time.</summary>
    public ValueList<PlannedIncident> Incidents { get; init; } = [];

    /// <summary>What is left for the obligor to pay: the parties may have given a disputed part up.</summary>
    public Fen Owed => Incidents.Where(incident => incident.Kind == IncidentKind.Resolve)
        .Aggregate(Remainder, (left, incident) => left - incident.Amount);
}
