namespace FinanceChain.CreditScoring.Features;

/// <summary>What can happen on a ledger that says something of a party's credit. Append only.</summary>
public enum LedgerFactKind
{
    /// <summary>The party of <see cref="LedgerFact.Holder"/> registered.</summary>
    Registered = 1,

    /// <summary>An obligor issued a receivable to a holder.</summary>
    ReceivableIssued,

    /// <summary>A part was split off and given to a new holder as <see cref="LedgerFact.Child"/>: the receivable is worth that much less, and nobody has lost anything.</summary>
    ReceivableSplit,

    /// <summary>The receivable went whole to another holder.</summary>
    ReceivableAssigned,

    /// <summary>The obligor paid.</summary>
    ReceivableRedeemed,

    /// <summary>It is no longer owed, without having been paid: cancelled, or given up in a dispute.</summary>
    ReceivableReduced,

    /// <summary>The amount is in dispute from now on, all of it together; zero when the dispute is over.</summary>
    ReceivableDisputed,

    /// <summary>A loan to <see cref="LedgerFact.Holder"/> was repaid to the last fen.</summary>
    LoanRepaid,

    /// <summary>A loan to <see cref="LedgerFact.Holder"/> defaulted.</summary>
    LoanDefaulted,
}

/// <summary>One thing that the ledger shows.</summary>
/// <param name="At">Time of its block: since then it is known.</param>
/// <param name="Number">Of the receivable or the loan; 0 for a registration.</param>
/// <param name="Holder">Holder of the receivable (after the fact), borrower of the loan, or the party that registered.</param>
/// <param name="Obligor">Of a receivable that is issued; else 0.</param>
/// <param name="Maturity">Of a receivable that is issued.</param>
/// <param name="Child">Number of what was split off; else 0.</param>
public sealed record LedgerFact(
    LedgerFactKind Kind, DateTimeOffset At, ulong Number, uint Holder, uint Obligor = 0, ulong AmountFen = 0, DateOnly Maturity = default, ulong Child = 0);
