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
    long InterestFen)
{
    /// <exception cref="OverflowException">A sum passes 2^63 - 1 fen, which the database cannot hold.</exception>
    public static ControlTotals From(Totals totals) => new(
        totals.Enterprises,
        totals.Banks,
        checked((long)totals.Receivables),
        checked((long)totals.Loans),
        checked((long)totals.LentFen.Value),
        checked((long)totals.RepaidFen.Value),
        checked((long)totals.IssuedFen.Value),
        checked((long)totals.RedeemedFen.Value),
        checked((long)totals.InterestFen.Value));
}

/// <summary>The sums of the projected rows (<c>ledger.running_totals</c>). Money stands in them twice: as a state and as payments.</summary>
internal sealed record ProjectedTotals(
    long Enterprises,
    long Banks,
    long Receivables,
    long IssuedFen,
    long OwedFen,
    long RedeemedFen,
    long Loans,
    long LentFen,
    long RepaidFen,
    long InterestFen,
    long DisbursementsFen,
    long RepaymentsPrincipalFen,
    long RepaymentsInterestFen,
    long RedemptionsFen)
{
    /// <summary>Every figure that is not what the ledger says: name, projected, expected. Empty: all agree.</summary>
    public IReadOnlyList<string> DifferencesFrom(ControlTotals ledger)
    {
        ReadOnlySpan<(string Name, long Projected, long Expected)> figures =
        [
            ("enterprises", Enterprises, ledger.Enterprises),
            ("banks", Banks, ledger.Banks),
            ("receivables", Receivables, ledger.Receivables),
            ("issued_fen", IssuedFen, ledger.IssuedFen),
            ("redeemed_fen", RedeemedFen, ledger.RedeemedFen),
            ("redemptions_fen", RedemptionsFen, ledger.RedeemedFen),
            ("owed_fen + redeemed_fen", OwedFen + RedeemedFen, ledger.IssuedFen),
            ("loans", Loans, ledger.Loans),
            ("lent_fen", LentFen, ledger.LentFen),
            ("disbursements_fen", DisbursementsFen, ledger.LentFen),
            ("repaid_fen", RepaidFen, ledger.RepaidFen),
            ("repayments_principal_fen", RepaymentsPrincipalFen, ledger.RepaidFen),
            ("interest_fen", InterestFen, ledger.InterestFen),
            ("repayments_interest_fen", RepaymentsInterestFen, ledger.InterestFen),
        ];
        var differences = new List<string>();
        foreach (var (name, projected, expected) in figures)
        {
            if (projected != expected)
            {
                differences.Add($"{name} {projected}, ledger {expected}");
            }
        }

        return differences;
    }
}
