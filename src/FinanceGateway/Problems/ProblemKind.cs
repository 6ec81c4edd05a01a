using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Problems;

/// <summary>One way in which a request is refused: a stable code, its HTTP status and a sentence in both languages.</summary>
/// <param name="Code">snake_case, stable; codes of the ledger keep their names.</param>
internal sealed record ProblemKind(string Code, int Status, string English, string Chinese)
{
    /// <summary>The gateway's own refusals. With <see cref="OfLedger"/> and the faults of identifiers this is the whole list.</summary>
    public static readonly ProblemKind JsonMalformed =
        new("json_malformed", 400, "The body is not well-formed JSON.", "请求正文不是合法的 JSON。");

    public static readonly ProblemKind MemberMissing =
        new("member_missing", 400, "The body lacks a required member.", "请求正文缺少必填字段。");

    public static readonly ProblemKind MemberUnknown =
        new("member_unknown", 400, "The body has a member that is not known here.", "请求正文含有未知字段。");

    public static readonly ProblemKind MemberDuplicate =
        new("member_duplicate", 400, "The body has a member twice.", "请求正文的字段重复。");

    public static readonly ProblemKind ValueInvalid =
        new("value_invalid", 400, "A value has the wrong type, form or range.", "字段的类型、格式或取值范围不正确。");

    public static readonly ProblemKind IdempotencyKeyMissing =
        new("idempotency_key_missing", 400, "The header Idempotency-Key is missing.", "缺少请求头 Idempotency-Key。");

    public static readonly ProblemKind IdempotencyKeyInvalid =
        new("idempotency_key_invalid", 400, "An idempotency key is 1 to 128 visible ASCII characters.", "幂等键须为 1 至 128 个可见 ASCII 字符。");

    public static readonly ProblemKind RequestMalformed =
        new("request_malformed", 400, "The request is malformed.", "请求格式不正确。");

    public static readonly ProblemKind Unauthenticated =
        new("unauthenticated", 401, "A valid access token is needed.", "需要有效的访问令牌。");

    public static readonly ProblemKind ScopeMissing =
        new("scope_missing", 403, "The access token lacks the scope for this.", "访问令牌没有该操作所需的权限范围。");

    public static readonly ProblemKind NotFound =
        new("not_found", 404, "There is nothing at this address.", "该地址不存在。");

    public static readonly ProblemKind OperationNotFound =
        new("operation_not_found", 404, "This client has no such operation.", "该客户端没有此操作。");

    public static readonly ProblemKind MethodNotAllowed =
        new("method_not_allowed", 405, "This address does not take this method.", "该地址不支持此请求方法。");

    public static readonly ProblemKind BodyTooSlow =
        new("body_too_slow", 408, "The body arrived too slowly.", "请求正文传输过慢。");

    public static readonly ProblemKind IdempotencyKeyReused =
        new("idempotency_key_reused", 409, "This idempotency key was used for another operation.", "该幂等键已用于另一操作。");

    public static readonly ProblemKind OperationDuplicate =
        new("operation_duplicate", 409, "The same operation is already waiting under another key.", "相同的操作已在处理中。");

    public static readonly ProblemKind UsccRegistered =
        new("uscc_registered", 409, "A party with this USCC is already registered.", "该统一社会信用代码已登记。");

    public static readonly ProblemKind ProfileRegistered =
        new("profile_registered", 409, "This profile is already registered; choose another salt.", "该主体资料已登记，请更换盐值。");

    public static readonly ProblemKind BodyTooLarge =
        new("body_too_large", 413, "The body is larger than allowed.", "请求正文超过大小限制。");

    public static readonly ProblemKind MediaTypeUnsupported =
        new("media_type_unsupported", 415, "The body must be application/json.", "请求正文须为 application/json。");

    public static readonly ProblemKind ForeignChain =
        new("foreign_chain", 422, "The request is meant for another chain.", "请求指向另一条链。");

    public static readonly ProblemKind ForeignLedger =
        new("foreign_ledger", 422, "The request is meant for another ledger.", "请求指向另一个账本。");

    public static readonly ProblemKind PathMismatch =
        new("path_mismatch", 422, "The address names another object than the signed operation.", "请求地址与所签操作的对象不一致。");

    public static readonly ProblemKind KindNotAccepted =
        new("kind_not_accepted", 422, "Operations of this kind are not accepted here; parties are registered at /api/v1/parties.", "此处不受理该类操作；登记主体请使用 /api/v1/parties。");

    public static readonly ProblemKind NameInvalid =
        new("name_invalid", 422, "A name has 1 to 200 characters, without control characters or spaces at its ends.", "名称须为 1 至 200 个字符，不含控制字符，首尾无空格。");

    public static readonly ProblemKind SaltMissing =
        new("salt_missing", 422, "The profile salt must be 32 random bytes.", "资料盐值须为 32 个随机字节。");

    public static readonly ProblemKind ScopeNotGrantable =
        new("scope_not_grantable", 422, "This scope does not exist or cannot be granted by this client.", "该权限范围不存在，或本客户端无权授予。");

    public static readonly ProblemKind ClientNotFound =
        new("client_not_found", 404, "There is no such client or key, or not any more.", "该客户端或密钥不存在或已失效。");

    public static readonly ProblemKind ClientKeyInvalid =
        new("client_key_invalid", 422, "A client's key is the public half of a P-256 key (EC, ES256).", "客户端密钥须为 P-256 公钥（EC，ES256）。");

    public static readonly ProblemKind ClientKeyUsed =
        new("client_key_used", 409, "The client has or had this key; a new one is needed.", "该密钥已登记过，请使用新密钥。");

    public static readonly ProblemKind ClientKeysExhausted =
        new("client_keys_exhausted", 409, "The client has two keys already; retire one first.", "该客户端已有两个密钥，请先停用其一。");

    public static readonly ProblemKind WebhookNotFound =
        new("webhook_not_found", 404, "This client has no such webhook.", "该客户端没有此回调地址。");

    public static readonly ProblemKind WebhooksExhausted =
        new("webhooks_exhausted", 409, "The client has as many webhooks as it may; remove one first.", "该客户端的回调地址已达上限，请先移除其一。");

    public static readonly ProblemKind WebhookTargetRefused =
        new("webhook_target_refused", 422, "A webhook goes to an https address on the public internet.", "回调地址须为公网 https 地址。");

    public static readonly ProblemKind PartyUnknown =
        new("party_unknown", 404, "The party is not registered.", "主体未登记。");

    public static readonly ProblemKind RateLimited =
        new("rate_limited", 429, "This client sends more requests than it may; wait as Retry-After says.", "请求过于频繁，请按 Retry-After 稍后重试。");

    public static readonly ProblemKind QueueFull =
        new("queue_full", 429, "Too many operations are waiting; try again shortly.", "排队的操作过多，请稍后重试。");

    public static readonly ProblemKind EarlierOperationsWaiting = new(
        "earlier_operations_waiting", 429, "Too many operations that this one builds on are still waiting; try again when they have ended.",
        "该操作所依赖的在途操作过多，请待其结束后重试。");

    public static readonly ProblemKind InternalError =
        new("internal_error", 500, "The gateway failed; the request id leads to its log.", "网关内部错误，请凭请求编号查询日志。");

    public static readonly ProblemKind ChainUnavailable =
        new("chain_unavailable", 503, "The chain cannot be reached; nothing was stored.", "暂时无法连接区块链，请求未被保存。");

    public static readonly ProblemKind DatabaseUnavailable =
        new("database_unavailable", 503, "The database cannot be reached.", "暂时无法连接数据库。");

    private static readonly Dictionary<RefusalCode, ProblemKind> LedgerKinds =
        Enum.GetValues<RefusalCode>().ToDictionary(code => code, MeaningOf);

    /// <summary>A refusal of the contract under its own code: 403 role, 404 unknown, 409 state, 422 rule.</summary>
    public static ProblemKind OfLedger(RefusalCode code) => LedgerKinds[code];

    /// <summary>An identifier that breaks the rules of its standard.</summary>
    public static ProblemKind OfFault(ValueFault fault) => new(fault.Code, 422, fault.English, fault.Chinese);

    private static ProblemKind MeaningOf(RefusalCode code)
    {
        var meaning = RefusalCatalogue.Of(code);
        return new ProblemKind(code.ToSnakeCase(), StatusOf(code), meaning.English, meaning.Chinese);
    }

    private static int StatusOf(RefusalCode code) => code switch
    {
        RefusalCode.SignerUnauthorised or RefusalCode.FourEyesViolated or RefusalCode.SignersNotDistinct => 403,
        RefusalCode.PartyUnknown or RefusalCode.ReceivableUnknown or RefusalCode.LoanUnknown or RefusalCode.SignerUnknown
            or RefusalCode.RecoveryUnknown => 404,
        RefusalCode.FingerprintTaken or RefusalCode.SignerTaken or RefusalCode.CaseUsed or RefusalCode.ExtensionUsed or RefusalCode.RecourseUsed
            or RefusalCode.ReceivableStatusWrong or RefusalCode.ReceivableRevisionStale or RefusalCode.ReceivableRevisionsExhausted
            or RefusalCode.ReceivableLocked or RefusalCode.ReceivableNotLocked or RefusalCode.DisputePending or RefusalCode.DisputeUsed
            or RefusalCode.DisputeMissing or RefusalCode.ApprovalLapsed or RefusalCode.ApprovalStanding
            or RefusalCode.LoanStatusWrong or RefusalCode.LoanRevisionStale or RefusalCode.LoanRevisionsExhausted
            or RefusalCode.LoanOverdue or RefusalCode.LoanNotOverdue or RefusalCode.RecourseUnclaimed
            or RefusalCode.PartySuspended or RefusalCode.PartyStopListed or RefusalCode.PartyRevisionStale or RefusalCode.SignersExhausted
            or RefusalCode.PartyRevisionsExhausted or RefusalCode.PartiesExhausted or RefusalCode.LimitRevisionsExhausted
            or RefusalCode.RecoveryPending or RefusalCode.RecoveryEarly or RefusalCode.LendingPolicyMissing
            or RefusalCode.LimitRevisionStale or RefusalCode.ParametersNotProposed => 409,
        _ => 422,
    };
}
