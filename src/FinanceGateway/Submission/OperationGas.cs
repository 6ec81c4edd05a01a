using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Upper bounds of gas, so that a batch is cut to size without asking the chain. Too low a bound is safe: the ledger then reverts the whole
/// batch (`BatchGasTooLow`) and the engine tries again with fewer operations.
/// </summary>
internal static class OperationGas
{
    /// <summary>What any transaction costs (EIP-2718), with the empty batch around the operations.</summary>
    public const long Transaction = 21_000 + 10_000;

    /// <summary>What the ledger wants to see left before each operation: OPERATION_GAS * 64 / 63 + REFUSAL_GAS, see FinanceLedger.submit.</summary>
    public const long Reserve = 800_000L * 64 / 63 + 60_000 + 5_000;

    /// <summary>One non-zero byte of calldata (EIP-2028). Memory and copies of the batch are in the ceilings.</summary>
    private const long CalldataByte = 16;

    private const int SlotBytes = 32;
    private const byte SchemeSecp256k1 = 1;
    private const byte SchemeP256 = 2;

    /// <param name="calldataBytes">Length of its encoding.</param>
    public static long Ceiling(SignedOperation signed, int calldataBytes) =>
        OfTerms(signed.Operation) + signed.Signatures.Sum(OfSignature) + (CalldataByte * (calldataBytes + 3 * SlotBytes));

    // What is checked, stored and put into the event, where the slots that it writes were empty before.
    private static long OfTerms(ILedgerOperation terms) => terms switch
    {
        RegisterParty register => 57_000 + (25_500L * register.Signers.Count),
        SetStanding => 7_000,
        AddSigner => 28_000,
        RemoveSigner => 11_000,
        ProposeRecovery => 79_000,
        VetoRecovery => 12_000,
        CompleteRecovery => 40_000,
        ProposeParameters => 37_000,
        AdoptParameters => 57_000,
        SetLendingPolicy => 28_000,
        SetCreditLimit => 30_000,
        ActivateModel => 52_000,
        IssueReceivable issue => 42_000 + (24_500L * issue.Invoices.Count),
        AssignReceivable => 46_000,
        RedeemReceivable => 12_000,
        CancelReceivable => 13_000,
        DisputeReceivable => 29_000,
        ResolveDispute => 13_000,
        FreezeReceivable or UnfreezeReceivable => 30_000,
        OpenLoan => 90_000,
        CancelLoan => 46_000,
        DisburseLoan => 57_000,
        RepayLoan => 44_000,
        ExtendLoan => 23_000,
        DefaultLoan => 23_000,
        ClaimRecourse => 15_000,
        WriteOffLoan => 36_000,
        RecoverLoan => 25_000,
        _ => throw new ArgumentOutOfRangeException(nameof(terms), terms, "No gas ceiling is known for this operation."),
    };

    // Checking it and reading what its signer may do.
    private static long OfSignature(ByteString signature) => signature.Length == 0 ? 0 : signature.Span[0] switch
    {
        SchemeSecp256k1 => 7_000,
        SchemeP256 => 15_000,
        _ => 18_500,
    };
}
