namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>The sums of the projected rows (<c>ledger.running_totals</c>). Money stands in them twice: as a state and as payments.</summary>
internal sealed record ProjectedTotals(
    long Enterprises,
    long Banks,
    long Receivables,
    long IssuedFen,
    long OwedFen,
    long RedeemedFen,
    long CancelledFen,
    long Loans,
    long LentFen,
    long RepaidFen,
    long WrittenOffFen,
    long OverdueFen,
    long RecoveredFen,
    long InterestFen,
    long FeeFen,
    long RedemptionsFen,
    long CancellationsFen,
    long DisbursementsFen,
    long RepaymentsPrincipalFen,
    long RepaymentsInterestFen,
    long RepaymentsFeeFen,
    long DefaultsFen,
    long WriteOffsFen,
    long RecoveriesFen)
{
    /// <summary>Every figure that is not what the ledger says: name, projected, expected. Empty: all agree.</summary>
    public IReadOnlyList<string> DifferencesFrom(ControlTotals ledger) => Difference.Of(
    [
        ("enterprises", Enterprises, ledger.Enterprises),
        ("banks", Banks, ledger.Banks),
        ("receivables", Receivables, ledger.Receivables),
        ("issued_fen", IssuedFen, ledger.IssuedFen),
        ("redeemed_fen", RedeemedFen, ledger.RedeemedFen),
        ("redemptions_fen", RedemptionsFen, ledger.RedeemedFen),
        ("cancelled_fen", CancelledFen, ledger.CancelledFen),
        ("cancellations_fen", CancellationsFen, ledger.CancelledFen),
        ("owed_fen + redeemed_fen + cancelled_fen", OwedFen + RedeemedFen + CancelledFen, ledger.IssuedFen),
        ("loans", Loans, ledger.Loans),
        ("lent_fen", LentFen, ledger.LentFen),
        ("disbursements_fen", DisbursementsFen, ledger.LentFen),
        ("repaid_fen", RepaidFen, ledger.RepaidFen),
        ("repayments_principal_fen", RepaymentsPrincipalFen, ledger.RepaidFen),
        ("written_off_fen", WrittenOffFen, ledger.WrittenOffFen),
        ("write_offs_fen", WriteOffsFen, ledger.WrittenOffFen),
        ("overdue_fen", OverdueFen, ledger.OverdueFen),
        ("defaults_fen", DefaultsFen, ledger.OverdueFen),
        ("recovered_fen", RecoveredFen, ledger.RecoveredFen),
        ("recoveries_fen", RecoveriesFen, ledger.RecoveredFen),
        ("interest_fen", InterestFen, ledger.InterestFen),
        ("repayments_interest_fen", RepaymentsInterestFen, ledger.InterestFen),
        ("fee_fen", FeeFen, ledger.FeeFen),
        ("repayments_fee_fen", RepaymentsFeeFen, ledger.FeeFen),
    ]);
}

/// <summary>The sums of one bank's projected rows (<c>ledger.bank_totals</c>), also as a state and as payments.</summary>
internal sealed record ProjectedBankTotals(
    int Bank,
    long LentFen,
    long RepaidFen,
    long WrittenOffFen,
    long OverdueFen,
    long DisbursementsFen,
    long RepaymentsFen,
    long WriteOffsFen,
    long DefaultsFen)
{
    /// <summary>Of a bank without a loan.</summary>
    public static ProjectedBankTotals None(int bank) => new(bank, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <inheritdoc cref="ProjectedTotals.DifferencesFrom"/>
    public IReadOnlyList<string> DifferencesFrom(BankControlTotals ledger) => Difference.Of(
    [
        ($"lent_fen of bank {Bank}", LentFen, ledger.LentFen),
        ($"disbursements_fen of bank {Bank}", DisbursementsFen, ledger.LentFen),
        ($"repaid_fen of bank {Bank}", RepaidFen, ledger.RepaidFen),
        ($"repayments_fen of bank {Bank}", RepaymentsFen, ledger.RepaidFen),
        ($"written_off_fen of bank {Bank}", WrittenOffFen, ledger.WrittenOffFen),
        ($"write_offs_fen of bank {Bank}", WriteOffsFen, ledger.WrittenOffFen),
        ($"overdue_fen of bank {Bank}", OverdueFen, ledger.OverdueFen),
        ($"defaults_fen of bank {Bank}", DefaultsFen, ledger.OverdueFen),
    ]);
}

internal static class Difference
{
    public static IReadOnlyList<string> Of(ReadOnlySpan<(string Name, long Projected, long Expected)> figures)
    {
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
