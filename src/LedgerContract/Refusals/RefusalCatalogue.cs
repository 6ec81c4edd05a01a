using System.Collections.Frozen;

namespace FinanceChain.LedgerContract;

/// <summary>What a refusal means to people.</summary>
/// <param name="Field">The JSON field of the operation that it concerns; null where none does.</param>
public sealed record RefusalMeaning(RefusalCode Code, string? Field, string English, string Chinese);

/// <summary>The sentences of all refusal codes, in both languages, and the field that each concerns.</summary>
public static class RefusalCatalogue
{
    private static readonly RefusalMeaning[] Meanings =
    [
        new(RefusalCode.Unknown, null, "The ledger failed without a declared reason.", "账本未给出已登记的拒绝原因。"),

        // Any operation
        new(RefusalCode.DeadlineExpired, "deadline", "The operation came after its deadline.", "操作已超过截止时间。"),
        new(RefusalCode.SignatureMalformed, null, "A signature has an unknown scheme or a wrong length.", "签名的类型或长度不正确。"),
        new(RefusalCode.SignatureInvalid, null, "A signature does not verify.", "签名验证未通过。"),
        new(RefusalCode.SignerUnauthorised, null, "The signer is not in force for this party or lacks the right.", "签名人不属于该主体，或没有相应权限。"),
        new(RefusalCode.OperationTooLong, null, "The operation is too long.", "操作数据过长。"),
        new(RefusalCode.OperationUnknown, null, "The ledger has no such operation.", "账本没有该操作。"),
        new(RefusalCode.OperationMalformed, null, "The operation does not decode, or it used up its gas.", "操作数据无法解析，或其执行超出限额。"),
        new(RefusalCode.BatchNested, null, "A batch cannot contain a batch.", "批次中不能再包含批次。"),
        new(RefusalCode.BatchGasTooLow, null, "The transaction had too little gas for its batch.", "交易的燃料不足以执行整个批次。"),

        // Parties and signers
        new(RefusalCode.SignerMalformed, "signer", "A signer is a 20-byte account, or this ledger's P-256 verifier followed by the key.", "签名公钥须为 20 字节账户，或本账本的 P-256 验证合约地址加公钥。"),
        new(RefusalCode.SignerTaken, "signer", "This key was already granted to a party; a removed one cannot return.", "该公钥已登记过；已移除的公钥不可再次使用。"),
        new(RefusalCode.SignerUnknown, "signerId", "The party has no such signer in force.", "该主体没有此有效签名人。"),
        new(RefusalCode.SignerMismatch, "signers", "A new signer must itself sign the agreement.", "新签名人须由其本人签名。"),
        new(RefusalCode.SignerCountOutOfRange, "signers", "A party is registered with one to eight signers.", "登记主体须有一至八名签名人。"),
        new(RefusalCode.SignaturesMismatch, "signers", "There must be one signature for each new signer.", "每名新签名人须各有一个签名。"),
        new(RefusalCode.RightsUnfit, "rights", "These rights do not fit this kind of party.", "所授权限与主体类型不符。"),
        new(RefusalCode.ManagerMissing, null, "A party needs at least one signer that manages signers.", "主体至少须有一名签名管理人。"),
        new(RefusalCode.RegionInvalid, "regionCode", "The region is not a six-digit code of GB/T 2260.", "行政区划代码不是 GB/T 2260 的六位代码。"),
        new(RefusalCode.ProfileMissing, "profileHash", "The profile hash is missing.", "缺少主体资料摘要。"),
        new(RefusalCode.PartyUnknown, null, "The party is not registered.", "主体未登记。"),
        new(RefusalCode.PartyKindWrong, null, "The party is of the wrong kind for this operation.", "主体类型不适用于该操作。"),
        new(RefusalCode.SelfDealing, null, "A party cannot deal with itself or with the obligor here.", "不得与自身或债务人进行该操作。"),

        // Receivables
        new(RefusalCode.AmountOutOfRange, "amountFen", "The amount is outside what is allowed.", "金额超出允许范围。"),
        new(RefusalCode.MaturityOutOfRange, "maturityDate", "The maturity date is too early or too late.", "到期日过早或过晚。"),
        new(RefusalCode.FingerprintMissing, "invoiceFingerprint", "The invoice fingerprint is missing.", "缺少发票指纹。"),
        new(RefusalCode.FingerprintTaken, "invoiceFingerprint", "This invoice already backs a receivable.", "该发票已对应一笔应收账款。"),
        new(RefusalCode.ReceivableUnknown, "receivable", "The receivable does not exist.", "应收账款不存在。"),
        new(RefusalCode.ReceivableStatusWrong, "receivable", "The state of the receivable does not allow this.", "应收账款的状态不允许该操作。"),
        new(RefusalCode.ReceivableRevisionStale, "revision", "The receivable has changed since this was signed.", "签名后应收账款已发生变化。"),
        new(RefusalCode.ReceivableRevisionsExhausted, "receivable", "The receivable has changed too often: it can only be redeemed in full.", "应收账款变更次数已达上限，只能全额兑付。"),
        new(RefusalCode.SplitTooDeep, "receivable", "The receivable was split too many levels deep.", "拆分层级已达上限。"),
        new(RefusalCode.SplitsExhausted, "receivable", "The receivable was split too many times.", "拆分次数已达上限。"),
        new(RefusalCode.PaymentReferenceMissing, "paymentReference", "The payment reference is missing.", "缺少付款凭证号摘要。"),

        // Loans
        new(RefusalCode.BankNotInvited, "bank", "The borrower invited another bank.", "借款人指定了其他银行。"),
        new(RefusalCode.RateAboveLimit, "annualRateBps", "The rate is above the borrower's limit.", "利率高于借款人的上限。"),
        new(RefusalCode.DueDateOutOfRange, "dueDate", "The due date is before tomorrow or after the receivable's maturity.", "还款日早于次日或晚于应收账款到期日。"),
        new(RefusalCode.LoanUnknown, "loan", "The loan does not exist.", "融资不存在。"),
        new(RefusalCode.LoanStatusWrong, "loan", "The state of the loan does not allow this.", "融资的状态不允许该操作。"),
        new(RefusalCode.LoanRevisionStale, "revision", "The loan has changed since this was signed.", "签名后融资已发生变化。"),
        new(RefusalCode.LoanRevisionsExhausted, "loan", "The loan has changed too often: it can only be repaid in full.", "融资变更次数已达上限，只能全额还款。"),
        new(RefusalCode.RegistrationMissing, "registrationHash", "The registration in the movable-finance register is missing.", "缺少动产融资统一登记编号摘要。"),
        new(RefusalCode.FourEyesViolated, null, "The one that approved a loan cannot disburse it.", "审批人与放款人不得为同一人。"),
        new(RefusalCode.RepaymentEmpty, "principalFen", "A repayment needs principal or interest.", "还款须有本金或利息。"),
    ];

    private static readonly FrozenDictionary<RefusalCode, RefusalMeaning> ByCode = Meanings.ToFrozenDictionary(meaning => meaning.Code);

    public static RefusalMeaning Of(RefusalCode code) => ByCode[code];

    /// <summary>
    /// The JSON field of this operation that a refusal concerns, with a path where it is nested (<c>application.revision</c>), null where none
    /// is: one error can mean different fields in different operations.
    /// </summary>
    public static string? FieldOf(LedgerRefusal refusal, ILedgerOperation operation)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return (refusal.Code, operation) switch
        {
            (RefusalCode.DeadlineExpired, OpenLoan open) when !refusal["deadline"]!.Equals(open.Deadline) => "application.deadline",
            (RefusalCode.AmountOutOfRange, OpenLoan) => "principalFen",
            (RefusalCode.AmountOutOfRange, RepayLoan repay) =>
                // The principal is checked first: where both amounts are equal, the refused one is the principal.
                refusal["amountFen"]!.Equals(repay.PrincipalFen.Value) ? "principalFen" : "interestFen",
            (RefusalCode.DueDateOutOfRange, _) => "application.dueDate",
            (RefusalCode.ReceivableUnknown or RefusalCode.ReceivableStatusWrong or RefusalCode.ReceivableRevisionsExhausted, OpenLoan) => "application.receivable",
            (RefusalCode.ReceivableRevisionStale, OpenLoan) => "application.revision",
            (RefusalCode.SignerMalformed or RefusalCode.SignerTaken or RefusalCode.RightsUnfit, RegisterParty) => "signers",
            (RefusalCode.SignerMismatch, AddSigner) => "signer",
            (RefusalCode.PartyKindWrong, RegisterParty) => "kind",
            (RefusalCode.PartyUnknown or RefusalCode.PartyKindWrong or RefusalCode.SelfDealing, _) => PartyField(refusal["party"], operation),
            _ => Of(refusal.Code).Field,
        };
    }

    private static string? PartyField(object? party, ILedgerOperation operation) => operation switch
    {
        IssueReceivable issue => issue.Obligor.Equals(party) && !issue.Holder.Equals(party) ? "obligor" : "holder",
        AssignReceivable => "assignee",
        OpenLoan => "bank",
        AddSigner or RemoveSigner => "party",
        _ => null,
    };
}
