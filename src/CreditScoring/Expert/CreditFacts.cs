namespace FinanceChain.CreditScoring;

/// <summary>What a bank knows of a borrower and its obligor on the day of the decision. A fact that is not known is null, never a guess.</summary>
/// <param name="MonthsOnLedger">Whole months since the borrower was registered.</param>
/// <param name="ReceivablesRedeemed">The borrower's receivables that were redeemed up to now.</param>
/// <param name="LoansRepaid">The borrower's loans that were repaid up to now.</param>
/// <param name="LargestObligorShareBps">Share of the largest obligor in the borrower's receivables, in basis points (0–10,000).</param>
/// <param name="ObligorReceivablesRedeemed">Receivables that the obligor of the pledged one has paid at maturity up to now.</param>
public sealed record CreditFacts(
    int? MonthsOnLedger,
    int? ReceivablesRedeemed,
    int? LoansRepaid,
    int? LargestObligorShareBps,
    int? ObligorReceivablesRedeemed);
