namespace FinanceChain.LedgerContract;

public static partial class RefusalCatalogue
{
    private static RefusalMeaning[] CommonMeanings =>
    [
        new(RefusalCode.Unknown, null, "The ledger failed without a declared reason.", "账本未给出已登记的拒绝原因。"),

        // Any operation
        new(RefusalCode.DeadlineExpired, "deadline", "The operation came after its deadline.", "操作已超过截止时间。"),
        new(RefusalCode.SignatureMalformed, null, "A signature has an unknown scheme or a wrong length.", "签名的类型或长度不正确。"),
        new(RefusalCode.SignatureInvalid, null, "A signature does not verify.", "签名验证未通过。"),
        new(RefusalCode.SignerUnauthorised, null, "The signer is not in force for this party or lacks the right.", "签名人不属于该主体，或没有相应权限。"),
        new(RefusalCode.SignersNotDistinct, null, "Two different signers must sign.", "须由两名不同的签名人签名。"),
        new(RefusalCode.AmountOutOfRange, "amountFen", "The amount is outside what is allowed.", "金额超出允许范围。"),
        new(RefusalCode.ReasonMissing, "reasonHash", "The hash of the reason is missing.", "缺少事由摘要。"),
        new(RefusalCode.OperationTooLong, null, "The operation is too long.", "操作数据过长。"),
        new(RefusalCode.OperationUnknown, null, "The ledger has no such operation.", "账本没有该操作。"),
        new(RefusalCode.OperationMalformed, null, "The operation does not decode, or it used up its gas.", "操作数据无法解析，或其执行超出限额。"),
        new(RefusalCode.BatchNested, null, "A batch cannot contain a batch.", "批次中不能再包含批次。"),
        new(RefusalCode.BatchGasTooLow, null, "The transaction had too little gas for its batch.", "交易的燃料不足以执行整个批次。"),
        new(RefusalCode.AnnexUnfit, null, "An annex of the ledger was built with other verifiers.", "账本附属合约所用的验证合约不一致。"),

        // Parties and signers
        new(RefusalCode.PartyUnknown, null, "The party is not registered.", "主体未登记。"),
        new(RefusalCode.PartyKindWrong, null, "The party is of the wrong kind for this operation.", "主体类型不适用于该操作。"),
        new(RefusalCode.PartySuspended, null, "The party is suspended and enters no new agreement.", "主体已被暂停，不得订立新的业务。"),
        new(RefusalCode.PartyStopListed, "obligor", "The obligor is on the stop-list and issues no new receivables.", "债务人已列入停止开立名单，不得开立新的应收账款。"),
        new(RefusalCode.PartyRevisionStale, "revision", "The party has changed since this was signed.", "签名后主体已发生变化。"),
        new(RefusalCode.PartyRevisionsExhausted, "revision", "The party has changed too often: no further change can be recorded.", "主体变更次数已达上限，不能再作变更。"),
        new(RefusalCode.PartiesExhausted, "kind", "The ledger cannot count another party of this kind.", "账本中该类主体的数量已达上限。"),
        new(RefusalCode.StandingInvalid, "standing", "The party already stands so, or cannot stand so.", "主体已处于该状态，或不适用该状态。"),
        new(RefusalCode.SelfDealing, null, "A party cannot deal with itself or with the obligor here.", "不得与自身或债务人进行该操作。"),
        new(RefusalCode.RegionInvalid, "regionCode", "The region is not a six-digit code of GB/T 2260.", "行政区划代码不是 GB/T 2260 的六位代码。"),
        new(RefusalCode.ProfileMissing, "profileHash", "The profile hash is missing.", "缺少主体资料摘要。"),
        new(RefusalCode.SignerMalformed, "signer", "A signer is a 20-byte account, or one of this ledger's verifiers followed by a P-256 key.", "签名公钥须为 20 字节账户，或本账本的验证合约地址加 P-256 公钥。"),
        new(RefusalCode.SignerTaken, "signer", "This key was already granted to a party; a removed one cannot return.", "该公钥已登记过；已移除的公钥不可再次使用。"),
        new(RefusalCode.SignerUnknown, "signerId", "The party has no such signer in force.", "该主体没有此有效签名人。"),
        new(RefusalCode.SignerMismatch, "signers", "A new signer must itself sign the agreement.", "新签名人须由其本人签名。"),
        new(RefusalCode.SignerCountOutOfRange, "signers", "A party is registered with one to eight signers.", "登记主体须有一至八名签名人。"),
        new(RefusalCode.SignersExhausted, "party", "The party has used up its signer numbers.", "主体的签名人编号已用尽。"),
        new(RefusalCode.SignaturesMismatch, "signers", "There must be one signature for each new signer.", "每名新签名人须各有一个签名。"),
        new(RefusalCode.RightsUnfit, "rights", "These rights do not fit this kind of party.", "所授权限与主体类型不符。"),
        new(RefusalCode.ManagerMissing, null, "A party needs at least one signer that manages signers.", "主体至少须有一名签名管理人。"),
        new(RefusalCode.RecoveryPending, "party", "A recovery of this party is already under way.", "该主体已有进行中的签名恢复。"),
        new(RefusalCode.RecoveryUnknown, "signerId", "No recovery with this signer is under way.", "没有以该签名人进行中的签名恢复。"),
        new(RefusalCode.RecoveryEarly, "signerId", "The delay in which the party can veto the recovery is not over.", "签名恢复的异议期尚未届满。"),
    ];

    private static RefusalMeaning[] RuleMeanings =>
    [
        new(RefusalCode.ParametersInvalid, "parameters", "A tenor is zero, too long or shorter than the ordinary one, the invoices are none or above 20, a recovery has no delay, or these parameters were adopted before.", "参数无效：期限为零、过长或低于普通期限，发票张数为零或超过 20，签名恢复没有异议期，或该组参数已被采用过。"),
        new(RefusalCode.ParametersNotProposed, "parameters", "These parameters are not the ones that are proposed.", "该参数不是当前提议的参数。"),
        new(RefusalCode.StartDateEarly, "startDate", "The start date is too early.", "生效日过早。"),
        new(RefusalCode.LimitOutOfRange, "limitFen", "The limit is above what the ledger can hold.", "限额超出账本的上限。"),
        new(RefusalCode.LimitRevisionStale, "revision", "The credit limit has changed since this was signed.", "签名后授信额度已发生变化。"),
        new(RefusalCode.LimitRevisionsExhausted, "revision", "The credit limit has changed too often: it cannot be set again.", "授信额度变更次数已达上限，不能再次设定。"),
        new(RefusalCode.SideInvalid, "side", "A credit limit is for an obligor or for a borrower.", "授信额度须针对债务人或借款人。"),
        new(RefusalCode.ModelMissing, "modelHash", "The hash of the credit model is missing.", "缺少信用模型摘要。"),
        new(RefusalCode.ModelDatesInvalid, "fromDate", "A model starts today or later and does not end before it starts.", "模型须自当日或以后启用，且终止日不得早于启用日。"),
    ];

    private static RefusalMeaning[] ReceivableMeanings =>
    [
        new(RefusalCode.MaturityOutOfRange, "maturityDate", "The maturity date is too early or too late.", "到期日过早或过晚。"),
        new(RefusalCode.InvoiceCountOutOfRange, "invoices", "There are no invoices, or more than one receivable can have.", "未附发票，或发票数量超出一笔应收账款的上限。"),
        new(RefusalCode.FingerprintMissing, "invoices", "An invoice fingerprint is missing.", "缺少发票指纹。"),
        new(RefusalCode.FingerprintTaken, "invoices", "This invoice already backs a receivable.", "该发票已对应一笔应收账款。"),
        new(RefusalCode.InvoicesBelowFace, "invoices", "The invoices come to less than the receivable.", "发票金额合计低于应收账款金额。"),
        new(RefusalCode.ReceivableUnknown, "receivable", "The receivable does not exist.", "应收账款不存在。"),
        new(RefusalCode.ReceivableStatusWrong, "receivable", "The state of the receivable does not allow this.", "应收账款的状态不允许该操作。"),
        new(RefusalCode.ReceivableLocked, "receivable", "The receivable is frozen by order of an authority.", "应收账款已被依令冻结。"),
        new(RefusalCode.ReceivableNotLocked, "receivable", "The receivable is not frozen.", "应收账款未被冻结。"),
        new(RefusalCode.ReceivableRevisionStale, "revision", "The receivable has changed since this was signed.", "签名后应收账款已发生变化。"),
        new(RefusalCode.ReceivableRevisionsExhausted, "receivable", "The receivable has changed too often: it can only be redeemed in full.", "应收账款变更次数已达上限，只能全额兑付。"),
        new(RefusalCode.SplitTooDeep, "receivable", "The receivable was split too many levels deep.", "拆分层级已达上限。"),
        new(RefusalCode.SplitsExhausted, "receivable", "The receivable was split too many times.", "拆分次数已达上限。"),
        new(RefusalCode.PaymentReferenceMissing, "paymentReference", "The payment reference is missing.", "缺少付款凭证号摘要。"),
        new(RefusalCode.DisputePending, "receivable", "A part of the receivable is already in dispute.", "应收账款已有未解决的争议。"),
        new(RefusalCode.DisputeUsed, "receivable", "The receivable was disputed and settled once before.", "应收账款已有过一次争议并已了结，不得再次提出。"),
        new(RefusalCode.DisputeMissing, "receivable", "Nothing of the receivable is in dispute.", "应收账款没有争议。"),
        new(RefusalCode.CaseMissing, "caseHash", "The hash of the case number is missing.", "缺少案号摘要。"),
        new(RefusalCode.CaseUsed, "caseHash", "This order was already carried out.", "该案号的指令已执行过。"),
    ];

    private static RefusalMeaning[] LoanMeanings =>
    [
        new(RefusalCode.BankNotInvited, "bank", "The borrower invited other banks.", "借款人指定了其他银行。"),
        new(RefusalCode.BankCountOutOfRange, "banks", "An application names at most eight banks; none invites every bank.", "融资申请最多指定八家银行；不指定即面向所有银行。"),
        new(RefusalCode.LendingPolicyMissing, "bank", "The bank has not set its lending policy.", "银行尚未设定授信政策。"),
        new(RefusalCode.RateAboveLimit, "annualRateBps", "The rate is above the borrower's limit.", "利率高于借款人的上限。"),
        new(RefusalCode.DueDateOutOfRange, "dueDate", "The due date is too early or too late.", "还款日过早或过晚。"),
        new(RefusalCode.ReviewMissing, "reviewHash", "The tenor is above the ordinary one: the bank must record its review of the trade.", "期限超过普通期限，银行须记录贸易背景审查。"),
        new(RefusalCode.SecondApprovalMissing, null, "A principal above the bank's threshold takes a second approver.", "本金超过银行的双人审批限额，须有第二名审批人。"),
        new(RefusalCode.SecondApprovalNeedless, null, "One approver suffices for this principal: the second signature must be left out.", "该本金只需一名审批人，不得附第二个审批签名。"),
        new(RefusalCode.CreditLimitExceeded, "principalFen", "The loan would exceed the bank's credit limit for the obligor or the borrower.", "融资将超出银行对债务人或借款人的授信额度。"),
        new(RefusalCode.LoanUnknown, "loan", "The loan does not exist.", "融资不存在。"),
        new(RefusalCode.LoanStatusWrong, "loan", "The state of the loan does not allow this.", "融资的状态不允许该操作。"),
        new(RefusalCode.LoanRevisionStale, "revision", "The loan has changed since this was signed.", "签名后融资已发生变化。"),
        new(RefusalCode.LoanRevisionsExhausted, "loan", "The loan has changed too often: it can only be repaid or written off in full.", "融资变更次数已达上限，只能全额还款或核销。"),
        new(RefusalCode.LoanOverdue, "loan", "The loan is overdue.", "融资已逾期。"),
        new(RefusalCode.LoanNotOverdue, "loan", "The loan is not overdue: no default can be recorded.", "融资尚未逾期，不能记录违约。"),
        new(RefusalCode.ApprovalLapsed, "loan", "The approval lapsed: nothing was disbursed in the days allowed for it.", "审批已失效：未在规定天数内放款。"),
        new(RefusalCode.ApprovalStanding, "loan", "The bank can still disburse: until the approval lapses only the bank can cancel.", "审批尚有效，银行仍可放款；失效前仅银行可撤销。"),
        new(RefusalCode.RegistrationMissing, "registrationHash", "The registration in the movable-finance register is missing.", "缺少动产融资统一登记编号摘要。"),
        new(RefusalCode.FourEyesViolated, null, "The one that approved a loan cannot disburse it.", "审批人与放款人不得为同一人。"),
        new(RefusalCode.RepaymentEmpty, "principalFen", "A repayment needs principal, interest or fees.", "还款须有本金、利息或费用。"),
        new(RefusalCode.ExtensionUsed, "loan", "The loan was already extended once.", "融资已展期过一次。"),
        new(RefusalCode.RecourseExcluded, "loan", "The loan is without recourse to the borrower.", "该融资为无追索权。"),
        new(RefusalCode.RecourseUsed, "loan", "Recourse was already claimed.", "已主张过追索权。"),
        new(RefusalCode.RecourseUnclaimed, "source", "A recovery from the borrower needs a claim of recourse first.", "向借款人收回款项前须先主张追索权。"),
        new(RefusalCode.SourceInvalid, "source", "A recovery names who paid.", "收回款项须注明付款来源。"),
    ];
}
