using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Chain;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>The numbers of the rows that the events of a range change, as arrays for SQL.</summary>
internal sealed record NamedRows(int[] Parties, long[] Receivables, long[] Loans)
{
    public static NamedRows In(IReadOnlyList<ChainEvent> events)
    {
        var parties = new HashSet<int>();
        var receivables = new HashSet<long>();
        var loans = new HashSet<long>();
        foreach (var item in events)
        {
            if (PartyOf(item.Content) is { } party)
            {
                parties.Add((int)party.Value);
            }
            else if (ReceivableOf(item.Content) is { } receivable)
            {
                receivables.Add((long)receivable.Value);
            }
            else if (LoanOf(item.Content) is { } loan)
            {
                loans.Add((long)loan.Value);
            }
        }

        return new NamedRows([.. parties], [.. receivables], [.. loans]);
    }

    private static PartyId? PartyOf(LedgerEvent content) => content switch
    {
        StandingSet set => set.Party,
        RecoveryProposed proposed => proposed.Party,
        RecoveryVetoed vetoed => vetoed.Party,
        RecoveryCompleted completed => completed.Party,
        ParametersProposed => PartyId.Operator,
        LendingPolicySet set => set.Bank,
        ModelActivated activated => activated.Bank,
        _ => null,
    };

    private static ReceivableId? ReceivableOf(LedgerEvent content) => content switch
    {
        ReceivableAssigned assigned => assigned.Receivable,
        ReceivableSplit split => split.Parent,
        ReceivableRedeemed redeemed => redeemed.Receivable,
        ReceivableCancelled cancelled => cancelled.Receivable,
        ReceivableDisputed disputed => disputed.Receivable,
        DisputeResolved resolved => resolved.Receivable,
        ReceivableFrozen frozen => frozen.Receivable,
        ReceivableUnfrozen unfrozen => unfrozen.Receivable,
        LoanOpened opened => opened.Receivable,
        _ => null,
    };

    private static LoanId? LoanOf(LedgerEvent content) => content switch
    {
        LoanCancelled cancelled => cancelled.Loan,
        LoanDisbursed disbursed => disbursed.Loan,
        LoanRepaid repaid => repaid.Loan,
        LoanExtended extended => extended.Loan,
        LoanDefaulted defaulted => defaulted.Loan,
        RecourseClaimed claimed => claimed.Loan,
        LoanWrittenOff writtenOff => writtenOff.Loan,
        LoanRecovered recovered => recovered.Loan,
        _ => null,
    };
}
