namespace FinanceChain.LedgerContract.Generator;

/// <summary>A signature parameter of an operation: who gives it, with which right, over which struct. Parts are C# expressions on the operation.</summary>
/// <param name="Optional">It is empty where the ledger's state does not demand it. Only the last one of an operation can be.</param>
internal sealed record SignatureRule(string Parameter, string Signatory, string Right, string Terms = "this", bool Optional = false);

/// <summary>
/// What an ABI cannot say: the stable numbers of operations and events, who signs what, and which field tells that a view found nothing. The
/// generator fails on an operation or event that is missing here. Numbers are stored in databases: append, never change.
/// </summary>
internal static class AgreementTable
{
    private const string Operator = "new Signatory.OfParty(PartyId.Operator)";
    private const string Regulator = "new Signatory.OfParty(PartyId.Regulator)";
    private const string Party = "new Signatory.OfParty(Party)";
    private const string Bank = "new Signatory.OfParty(Bank)";
    private const string NewSigner = "new Signatory.OfKey(Signer)";
    private const string Holder = "new Signatory.OfHolder(Receivable)";
    private const string Obligor = "new Signatory.OfObligor(Receivable)";
    private const string Lender = "new Signatory.OfLender(Loan)";
    private const string Borrower = "new Signatory.OfBorrower(Loan)";

    public static readonly IReadOnlyDictionary<string, (int Number, SignatureRule[] Signatures)> Operations =
        new Dictionary<string, (int, SignatureRule[])>
        {
            ["registerParty"] = (1,
            [
                new("registrarSignature", Operator, "Rights.Register"),
                new("signerSignatures", "new Signatory.OfKey({0}.Signer)", "Rights.None"),
            ]),
            ["addSigner"] = (2,
            [
                new("managerSignature", Party, "Rights.Manage"),
                new("signerSignature", NewSigner, "Rights.None"),
            ]),
            ["removeSigner"] = (3, [new("managerSignature", Party, "Rights.Manage")]),
            ["issueReceivable"] = (4,
            [
                new("obligorSignature", "new Signatory.OfParty(Obligor)", "Rights.Trade"),
                new("holderSignature", "new Signatory.OfParty(Holder)", "Rights.Trade"),
            ]),
            ["assignReceivable"] = (5,
            [
                new("holderSignature", Holder, "Rights.Trade"),
                new("assigneeSignature", "new Signatory.OfParty(Assignee)", "Rights.Trade"),
            ]),
            ["redeemReceivable"] = (6, [new("holderSignature", Holder, "Rights.Trade")]),
            ["openLoan"] = (7,
            [
                new("borrowerSignature", "new Signatory.OfHolder(Application.Receivable)", "Rights.Trade", "Application"),
                new("bankSignature", Bank, "Rights.Approve"),
                new("secondBankSignature", Bank, "Rights.Approve", Optional: true),
            ]),
            ["disburseLoan"] = (8, [new("bankSignature", Lender, "Rights.Disburse")]),
            ["repayLoan"] = (9, [new("bankSignature", Lender, "Rights.Disburse")]),
            ["setStanding"] = (10, [new("operatorSignature", Operator, "Rights.Manage")]),
            ["proposeRecovery"] = (11, [new("operatorSignature", Operator, "Rights.Manage"), new("signerSignature", NewSigner, "Rights.None")]),
            ["vetoRecovery"] = (12, [new("partySignature", Party, "Rights.Any")]),
            ["completeRecovery"] = (13, [new("signerSignature", "new Signatory.OfSigner(SignerId)", "Rights.None")]),
            ["proposeParameters"] = (14, [new("operatorSignature", Operator, "Rights.Manage")]),
            ["adoptParameters"] = (15, [new("regulatorSignature", Regulator, "Rights.Supervise")]),
            ["setLendingPolicy"] = (16, [new("managerSignature", Bank, "Rights.Manage")]),
            ["setCreditLimit"] = (17, [new("managerSignature", Bank, "Rights.Manage")]),
            ["activateModel"] = (18, [new("firstSignature", Bank, "Rights.Approve"), new("secondSignature", Bank, "Rights.Approve")]),
            ["cancelReceivable"] = (19, [new("holderSignature", Holder, "Rights.Trade"), new("obligorSignature", Obligor, "Rights.Trade")]),
            ["disputeReceivable"] = (20, [new("obligorSignature", Obligor, "Rights.Trade")]),
            ["resolveDispute"] = (21, [new("holderSignature", Holder, "Rights.Trade"), new("obligorSignature", Obligor, "Rights.Trade")]),
            ["freezeReceivable"] = (22, [new("regulatorSignature", Regulator, "Rights.Supervise")]),
            ["unfreezeReceivable"] = (23, [new("regulatorSignature", Regulator, "Rights.Supervise")]),
            ["cancelLoan"] = (24, [new("signature", $"ByBorrower ? {Borrower} : {Lender}", "ByBorrower ? Rights.Trade : Rights.Approve")]),
            ["extendLoan"] = (25, [new("borrowerSignature", Borrower, "Rights.Trade"), new("bankSignature", Lender, "Rights.Approve")]),
            ["defaultLoan"] = (26, [new("bankSignature", Lender, "Rights.Approve")]),
            ["claimRecourse"] = (27, [new("bankSignature", Lender, "Rights.Approve")]),
            ["writeOffLoan"] = (28, [new("approverSignature", Lender, "Rights.Approve"), new("checkerSignature", Lender, "Rights.Disburse")]),
            ["recoverLoan"] = (29, [new("bankSignature", Lender, "Rights.Disburse")]),
        };

    /// <summary>Where a signature parameter is a list, the field of the operation with one entry for each signature.</summary>
    public static readonly IReadOnlyDictionary<string, string> ListedBy = new Dictionary<string, string> { ["signerSignatures"] = "Signers" };

    public static readonly IReadOnlyDictionary<string, int> Events = new Dictionary<string, int>
    {
        ["PartyRegistered"] = 1,
        ["SignerAdded"] = 2,
        ["SignerRemoved"] = 3,
        ["ReceivableIssued"] = 4,
        ["ReceivableAssigned"] = 5,
        ["ReceivableSplit"] = 6,
        ["ReceivableRedeemed"] = 7,
        ["LoanOpened"] = 8,
        ["LoanDisbursed"] = 9,
        ["LoanRepaid"] = 10,
        ["OperationRefused"] = 11,
        ["StandingSet"] = 12,
        ["RecoveryProposed"] = 13,
        ["RecoveryVetoed"] = 14,
        ["RecoveryCompleted"] = 15,
        ["ParametersProposed"] = 16,
        ["ParametersAdopted"] = 17,
        ["LendingPolicySet"] = 18,
        ["CreditLimitSet"] = 19,
        ["ModelActivated"] = 20,
        ["ReceivableCancelled"] = 21,
        ["ReceivableDisputed"] = 22,
        ["DisputeResolved"] = 23,
        ["ReceivableFrozen"] = 24,
        ["ReceivableUnfrozen"] = 25,
        ["LoanCancelled"] = 26,
        ["LoanExtended"] = 27,
        ["LoanDefaulted"] = 28,
        ["RecourseClaimed"] = 29,
        ["LoanWrittenOff"] = 30,
        ["LoanRecovered"] = 31,
    };

    /// <summary>The field (a path where it is nested) that is zero when a view found nothing; empty where the result itself is.</summary>
    public static readonly IReadOnlyDictionary<string, string> AbsentWhenZero = new Dictionary<string, string>
    {
        ["party"] = "kind",
        ["signer"] = "party",
        ["receivable"] = "status",
        ["loan"] = "terms.principalFen",
        ["recovery"] = "signerId",
        ["nextParameters"] = "maxTenorDays",
        ["proposedParameters"] = "maxTenorDays",
        ["lendingPolicy"] = "isSet",
        ["creditModel"] = "modelHash",
        ["receivableOfFingerprint"] = "",
    };

    /// <summary>The structs whose amounts are sums over many items, which may pass what one amount can be.</summary>
    public static readonly IReadOnlySet<string> SumStructs = new HashSet<string>(StringComparer.Ordinal) { "Totals", "BankTotals" };
}
