using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// What an operation changes and what only one operation at a time may change: a receivable, a loan, an invoice, a new signer, a profile. Two
/// operations with a common key are executed in the order in which they were accepted. A key is 8 bytes of a hash; a collision costs a wait.
/// </summary>
internal static class OrderKeys
{
    /// <param name="receivableOfLoan">The receivable behind a loan, where it is known.</param>
    public static long[] Of(SignedOperation signed, Func<LoanId, ReceivableId?> receivableOfLoan)
    {
        var keys = new HashSet<long>();
        if (Receivable(signed.Operation) is { } receivable)
        {
            keys.Add(Key("receivable", receivable.Value));
        }

        if (Loan(signed.Operation) is { } loan)
        {
            keys.Add(Key("loan", loan.Value));
            if (receivableOfLoan(loan) is { } behind)
            {
                keys.Add(Key("receivable", behind.Value));
            }
        }

        keys.UnionWith(New(signed.Operation).Select(Key));
        return [.. keys];
    }

    /// <summary>
    /// Changes who may sign, or by which rules: what its signatures are worth depends on it. Such an operation keeps its place among all
    /// operations of its client.
    /// </summary>
    public static bool ChangesParty(OperationKind kind) => kind is OperationKind.AddSigner or OperationKind.RemoveSigner or OperationKind.SetStanding
        or OperationKind.ProposeRecovery or OperationKind.VetoRecovery or OperationKind.CompleteRecovery
        or OperationKind.ProposeParameters or OperationKind.AdoptParameters
        or OperationKind.SetLendingPolicy or OperationKind.SetCreditLimit or OperationKind.ActivateModel;

    public static LoanId? Loan(ILedgerOperation terms) => terms switch
    {
        CancelLoan cancel => cancel.Loan,
        DisburseLoan disburse => disburse.Loan,
        RepayLoan repay => repay.Loan,
        ExtendLoan extend => extend.Loan,
        DefaultLoan defaulted => defaulted.Loan,
        ClaimRecourse claim => claim.Loan,
        WriteOffLoan writeOff => writeOff.Loan,
        RecoverLoan recover => recover.Loan,
        _ => null,
    };

    private static ReceivableId? Receivable(ILedgerOperation terms) => terms switch
    {
        AssignReceivable assign => assign.Receivable,
        RedeemReceivable redeem => redeem.Receivable,
        CancelReceivable cancel => cancel.Receivable,
        DisputeReceivable dispute => dispute.Receivable,
        ResolveDispute resolve => resolve.Receivable,
        FreezeReceivable freeze => freeze.Receivable,
        UnfreezeReceivable unfreeze => unfreeze.Receivable,
        OpenLoan open => open.Application.Receivable,
        _ => null,
    };

    // What can come into being once only.
    private static IEnumerable<Hash256> New(ILedgerOperation terms) => terms switch
    {
        IssueReceivable issue => issue.Invoices.Select(invoice => invoice.Fingerprint),
        RegisterParty register => register.Signers.Select(grant => SignerId.Of(grant.Signer)).Append(register.ProfileHash),
        AddSigner add => [SignerId.Of(add.Signer)],
        ProposeRecovery propose => [SignerId.Of(propose.Signer)],
        _ => [],
    };

    private static long Key(Hash256 hash) => BinaryPrimitives.ReadInt64BigEndian(hash.ToArray());

    private static long Key(string kind, ulong number) =>
        Key(Keccak256.Hash(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind} {number}"))));
}
