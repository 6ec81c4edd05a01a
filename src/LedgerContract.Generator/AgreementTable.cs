namespace FinanceChain.LedgerContract.Generator;

/// <summary>A signature parameter of an operation: who gives it, with which right, over which struct. Parts are C# expressions on the operation.</summary>
internal sealed record SignatureRule(string Parameter, string Signatory, string Right, string Terms = "this");

/// <summary>
/// What an ABI cannot say: the stable numbers of operations and events, who signs what, and which field tells that a view found nothing. The
/// generator fails on an operation or event that is missing here. Numbers are stored in databases: append, never change.
/// </summary>
internal static class AgreementTable
{
    private const string Operator = "new Signatory.OfParty(PartyId.Operator)";

    public static readonly IReadOnlyDictionary<string, (int Number, SignatureRule[] Signatures)> Operations =
        new Dictionary<string, (int, SignatureRule[])>
        {
            ["registerParty"] = (1,
            [
                new("registrarSignature", Operator, "Register"),
                new("signerSignatures", "new Signatory.OfKey({0}.Signer)", "None"),
            ]),
            ["addSigner"] = (2,
            [
                new("managerSignature", "new Signatory.OfParty(Party)", "Manage"),
                new("signerSignature", "new Signatory.OfKey(Signer)", "None"),
            ]),
            ["removeSigner"] = (3, [new("managerSignature", "new Signatory.OfParty(Party)", "Manage")]),
            ["issueReceivable"] = (4,
            [
                new("obligorSignature", "new Signatory.OfParty(Obligor)", "Trade"),
                new("holderSignature", "new Signatory.OfParty(Holder)", "Trade"),
            ]),
            ["assignReceivable"] = (5,
            [
                new("holderSignature", "new Signatory.OfHolder(Receivable)", "Trade"),
                new("assigneeSignature", "new Signatory.OfParty(Assignee)", "Trade"),
            ]),
            ["redeemReceivable"] = (6, [new("holderSignature", "new Signatory.OfHolder(Receivable)", "Trade")]),
            ["openLoan"] = (7,
            [
                new("borrowerSignature", "new Signatory.OfHolder(Application.Receivable)", "Trade", "Application"),
                new("bankSignature", "new Signatory.OfParty(Bank)", "Approve"),
            ]),
            ["disburseLoan"] = (8, [new("bankSignature", "new Signatory.OfLender(Loan)", "Disburse")]),
            ["repayLoan"] = (9, [new("bankSignature", "new Signatory.OfLender(Loan)", "Disburse")]),
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
    };

    /// <summary>The field that is zero when a view found nothing; empty where the result itself is.</summary>
    public static readonly IReadOnlyDictionary<string, string> AbsentWhenZero = new Dictionary<string, string>
    {
        ["party"] = "kind",
        ["signer"] = "party",
        ["receivable"] = "status",
        ["loan"] = "status",
        ["receivableOfFingerprint"] = "",
    };

    /// <summary>The struct whose amounts are sums over many items.</summary>
    public const string SumStruct = "Totals";
}
