using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>The ledger's control totals as the contract answered them, in the database's types. Sums are fen.</summary>
internal sealed record ControlTotals(
    long Enterprises,
    long Banks,
    long Receivables,
    long Loans,
    long LentFen,
    long RepaidFen,
    long IssuedFen,
    long RedeemedFen,
    long CancelledFen,
    long WrittenOffFen,
    long OverdueFen,
    long RecoveredFen,
    long InterestFen,
    long FeeFen)
{
    /// <exception cref="OverflowException">A sum passes 2^63 - 1 fen, which the database cannot hold.</exception>
    public static ControlTotals From(Totals totals) => new(
        totals.Enterprises,
        totals.Banks,
        checked((long)totals.Receivables),
        checked((long)totals.Loans),
        Sum(totals.LentFen),
        Sum(totals.RepaidFen),
        Sum(totals.IssuedFen),
        Sum(totals.RedeemedFen),
        Sum(totals.CancelledFen),
        Sum(totals.WrittenOffFen),
        Sum(totals.OverdueFen),
        Sum(totals.RecoveredFen),
        Sum(totals.InterestFen),
        Sum(totals.FeeFen));

    private static long Sum(FenSum sum) => checked((long)sum.Value);
}

/// <summary>The control totals of one bank as the contract answered them.</summary>
internal sealed record BankControlTotals(int Bank, long LentFen, long RepaidFen, long WrittenOffFen, long OverdueFen)
{
    /// <exception cref="OverflowException">A sum passes 2^63 - 1 fen, which the database cannot hold.</exception>
    public static BankControlTotals From(int bank, BankTotals totals) => new(
        bank,
        checked((long)totals.LentFen.Value),
        checked((long)totals.RepaidFen.Value),
        checked((long)totals.WrittenOffFen.Value),
        checked((long)totals.OverdueFen.Value));
}
