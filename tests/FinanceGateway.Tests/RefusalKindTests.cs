using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>The closed list: every refusal of the ledger has its status, its sentences, and the field of the request that it is about.</summary>
[TestFixture]
internal sealed class RefusalKindTests
{
    private const ulong Deadline = 1_800_000_000;

    private static readonly DateOnly Day = new(2026, 3, 1);
    private static readonly Hash256 Hash = Keccak256.Hash("anything"u8);
    private static readonly Secp256k1Key Key = Secp256k1Key.Create();
    private static readonly LedgerDomain Ledger = new(31337, Address.Zero);
    private static readonly PartyId Three = new(3);
    private static readonly PartyId Four = new(4);
    private static readonly ReceivableId Receivable = new(1);
    private static readonly LoanId Loan = new(1);
    private static readonly Fen Amount = new(1_000);
    private static readonly ByteString Bytes = new(Key.SignerBytes.Span);

    private static readonly Parameters Rules = new(Day, 180, 365, 5, 20, 10, 3, 0, 90, 30);
    private static readonly RegisterParty Register =
        new(PartyKind.Enterprise, new RegionCode(330784), IndustryCode.Parse("C33"), Hash, [SignerId.Grant(Key, Rights.Enterprise)], Deadline);

    private static readonly SetStanding SetStanding = new(Three, Standing.Suspended, Hash, 0, Deadline);
    private static readonly AddSigner AddSigner = new(Three, Bytes, Rights.Trade, Deadline);
    private static readonly RemoveSigner RemoveSigner = new(Three, Hash, Deadline);
    private static readonly ProposeRecovery Propose = new(Three, Bytes, Rights.Trade, 0, Deadline);
    private static readonly CompleteRecovery CompleteRecovery = new(Three, Hash, Deadline);
    private static readonly ProposeParameters ProposeParameters = new(Rules, 0, Deadline);
    private static readonly AdoptParameters Adopt = new(Rules, Deadline);
    private static readonly SetLendingPolicy Policy = new(Three, Amount, Amount, Amount, 0, Deadline);
    private static readonly SetCreditLimit Limit = new(Three, Four, ExposureSide.Obligor, Amount, 0, Deadline);
    private static readonly ActivateModel Model = new(Three, Hash, Day, Day, 0, Deadline);
    private static readonly IssueReceivable Issue = new(Three, Four, Amount, Day, [new Invoice(Hash, Amount)], Deadline);
    private static readonly AssignReceivable Assign = new(Receivable, Three, Amount, 1, Deadline);
    private static readonly RedeemReceivable Redeem = new(Receivable, Amount, Hash, 1, Deadline);
    private static readonly CancelReceivable Cancel = new(Receivable, Hash, 1, Deadline);
    private static readonly DisputeReceivable Dispute = new(Receivable, Amount, Hash, 1, Deadline);
    private static readonly ResolveDispute Resolve = new(Receivable, Amount, 1, Deadline);
    private static readonly FreezeReceivable Freeze = new(Receivable, Hash, Deadline);
    private static readonly UnfreezeReceivable Unfreeze = new(Receivable, Hash, Deadline);
    private static readonly OpenLoan Open = new(
        new LoanApplication(Receivable, 1, [Three], Amount, Amount, new Bps(600), Day, true, Deadline), Three, Amount, new Bps(450), Hash, Hash, Deadline);

    private static readonly CancelLoan CancelApproved = new(Loan, true, 0, Deadline);
    private static readonly DisburseLoan Disburse = new(Loan, Amount, Hash, Hash, 0, Deadline);
    private static readonly RepayLoan Repay = new(Loan, Amount, Amount, Amount, Hash, 1, Deadline);
    private static readonly ExtendLoan Extend = new(Loan, Day, 1, Deadline);
    private static readonly DefaultLoan Default = new(Loan, Hash, 1, Deadline);
    private static readonly ClaimRecourse Claim = new(Loan, Hash, 1, Deadline);
    private static readonly WriteOffLoan WriteOff = new(Loan, Amount, Hash, 1, Deadline);
    private static readonly RecoverLoan Recover = new(Loan, Amount, RecoverySource.Borrower, Hash, 1, Deadline);

    /// <summary>About the whole entry of a batch, or about no request at all.</summary>
    private static readonly RefusalCode[] Fieldless =
    [
        RefusalCode.Unknown, RefusalCode.OperationTooLong, RefusalCode.OperationUnknown, RefusalCode.OperationMalformed, RefusalCode.BatchNested,
        RefusalCode.BatchGasTooLow, RefusalCode.AnnexUnfit,
    ];

    private static readonly Refused[] List =
    [
        new(403, RefusalCode.SignerUnauthorised, Redeem, "holderSignature", ("party", Four), ("signerId", SignerId.Of(Key)), ("right", Rights.Trade)),
        new(403, RefusalCode.SignerUnauthorised, WriteOff, "checkerSignature", ("party", Four), ("signerId", SignerId.Of(Key)), ("right", Rights.Disburse)),
        new(403, RefusalCode.FourEyesViolated, Disburse, "bankSignature"),
        new(403, RefusalCode.SignersNotDistinct, Open, "secondBankSignature"),
        new(403, RefusalCode.SignersNotDistinct, WriteOff, "checkerSignature"),
        new(403, RefusalCode.SignersNotDistinct, Model, "secondSignature"),
        new(404, RefusalCode.PartyUnknown, Issue, "operation.holder", ("party", Four)),
        new(404, RefusalCode.ReceivableUnknown, Freeze, "operation.receivable"),
        new(404, RefusalCode.ReceivableUnknown, Open, "operation.application.receivable"),
        new(404, RefusalCode.LoanUnknown, Default, "operation.loan"),
        new(404, RefusalCode.SignerUnknown, RemoveSigner, "operation.signerId"),
        new(404, RefusalCode.RecoveryUnknown, CompleteRecovery, "operation.signerId"),
        new(409, RefusalCode.FingerprintTaken, Issue, "operation.invoices"),
        new(409, RefusalCode.SignerTaken, AddSigner, "operation.signer"),
        new(409, RefusalCode.SignerTaken, Register, "signers"),
        new(409, RefusalCode.CaseUsed, Freeze, "operation.caseHash"),
        new(409, RefusalCode.ExtensionUsed, Extend, "operation.loan"),
        new(409, RefusalCode.RecourseUsed, Claim, "operation.loan"),
        new(409, RefusalCode.RecourseUnclaimed, Recover, "operation.source"),
        new(409, RefusalCode.ReceivableStatusWrong, Dispute, "operation.receivable"),
        new(409, RefusalCode.ReceivableRevisionStale, Cancel, "operation.revision"),
        new(409, RefusalCode.ReceivableRevisionStale, Open, "operation.application.revision"),
        new(409, RefusalCode.ReceivableRevisionsExhausted, Assign, "operation.receivable"),
        new(409, RefusalCode.ReceivableLocked, Redeem, "operation.receivable"),
        new(409, RefusalCode.ReceivableLocked, Disburse, "operation.loan"),
        new(409, RefusalCode.ReceivableNotLocked, Unfreeze, "operation.receivable"),
        new(409, RefusalCode.DisputePending, Dispute, "operation.receivable"),
        new(409, RefusalCode.DisputeUsed, Dispute, "operation.receivable"),
        new(409, RefusalCode.ApprovalLapsed, Disburse, "operation.loan"),
        new(409, RefusalCode.ApprovalStanding, CancelApproved, "operation.loan"),
        new(409, RefusalCode.DisputeMissing, Resolve, "operation.receivable"),
        new(409, RefusalCode.LoanStatusWrong, Repay, "operation.loan"),
        new(409, RefusalCode.LoanRevisionStale, Repay, "operation.revision"),
        new(409, RefusalCode.LoanRevisionsExhausted, Repay, "operation.loan"),
        new(409, RefusalCode.LoanOverdue, Disburse, "operation.loan"),
        new(409, RefusalCode.LoanNotOverdue, Default, "operation.loan"),
        new(409, RefusalCode.PartySuspended, Issue, "operation.obligor", ("party", Three)),
        new(409, RefusalCode.PartyStopListed, Issue, "operation.obligor"),
        new(409, RefusalCode.PartyRevisionStale, SetStanding, "operation.revision"),
        new(409, RefusalCode.PartyRevisionsExhausted, SetStanding, "operation.revision"),
        new(409, RefusalCode.PartiesExhausted, Register, "kind"),
        new(409, RefusalCode.LimitRevisionsExhausted, Limit, "operation.revision"),
        new(409, RefusalCode.SignersExhausted, AddSigner, "operation.party"),
        new(409, RefusalCode.RecoveryPending, Propose, "operation.party"),
        new(409, RefusalCode.RecoveryEarly, CompleteRecovery, "operation.signerId"),
        new(409, RefusalCode.LendingPolicyMissing, Open, "operation.bank"),
        new(409, RefusalCode.LimitRevisionStale, Limit, "operation.revision"),
        new(409, RefusalCode.ParametersNotProposed, Adopt, "operation.parameters"),
        new(422, RefusalCode.DeadlineExpired, Redeem, "operation.deadline", ("deadline", Deadline)),
        new(422, RefusalCode.SignatureMalformed, Redeem, "holderSignature", ("length", 0)),
        new(422, RefusalCode.SignatureInvalid, Redeem, "holderSignature", ("digest", Ledger.Digest(Redeem))),
        new(422, RefusalCode.AmountOutOfRange, Repay, "operation.principalFen", ("amountFen", Amount.Value)),
        new(422, RefusalCode.PartyKindWrong, Register, "kind", ("party", Three)),
        new(422, RefusalCode.ReasonMissing, Default, "operation.reasonHash"),
        new(422, RefusalCode.ReasonMissing, Claim, "operation.demandHash"),
        new(422, RefusalCode.SignerMalformed, AddSigner, "operation.signer"),
        new(422, RefusalCode.SignerMismatch, AddSigner, "operation.signer"),
        new(422, RefusalCode.SignerCountOutOfRange, Register, "signers"),
        new(422, RefusalCode.SignaturesMismatch, Register, "signers"),
        new(422, RefusalCode.RightsUnfit, AddSigner, "operation.rights"),
        new(422, RefusalCode.ManagerMissing, RemoveSigner, "operation.signerId"),
        new(422, RefusalCode.ManagerMissing, Register, "signers"),
        new(422, RefusalCode.RegionInvalid, Register, "regionCode"),
        new(422, RefusalCode.ProfileMissing, Register, "profileHash"),
        new(422, RefusalCode.StandingInvalid, SetStanding, "operation.standing"),
        new(422, RefusalCode.ParametersInvalid, ProposeParameters, "operation.parameters"),
        new(422, RefusalCode.StartDateEarly, ProposeParameters, "operation.parameters.startDate"),
        new(422, RefusalCode.LimitOutOfRange, Policy, "operation.obligorLimitFen", ("limitFen", Amount.Value), ("maxFen", Amount.Value)),
        new(422, RefusalCode.SideInvalid, Limit, "operation.side"),
        new(422, RefusalCode.ModelMissing, Model, "operation.modelHash"),
        new(422, RefusalCode.ModelDatesInvalid, Model, "operation.fromDate"),
        new(422, RefusalCode.SelfDealing, Issue, "operation.holder", ("party", Four)),
        new(422, RefusalCode.MaturityOutOfRange, Issue, "operation.maturityDate"),
        new(422, RefusalCode.InvoiceCountOutOfRange, Issue, "operation.invoices"),
        new(422, RefusalCode.FingerprintMissing, Issue, "operation.invoices"),
        new(422, RefusalCode.InvoicesBelowFace, Issue, "operation.invoices"),
        new(422, RefusalCode.SplitTooDeep, Assign, "operation.receivable"),
        new(422, RefusalCode.SplitsExhausted, Assign, "operation.receivable"),
        new(422, RefusalCode.PaymentReferenceMissing, Redeem, "operation.paymentReference"),
        new(422, RefusalCode.CaseMissing, Freeze, "operation.caseHash"),
        new(422, RefusalCode.BankNotInvited, Open, "operation.bank"),
        new(422, RefusalCode.BankCountOutOfRange, Open, "operation.application.banks"),
        new(422, RefusalCode.RateAboveLimit, Open, "operation.annualRateBps"),
        new(422, RefusalCode.DueDateOutOfRange, Open, "operation.application.dueDate"),
        new(422, RefusalCode.ReviewMissing, Open, "operation.reviewHash"),
        new(422, RefusalCode.SecondApprovalMissing, Open, "secondBankSignature"),
        new(422, RefusalCode.SecondApprovalNeedless, Open, "secondBankSignature"),
        new(422, RefusalCode.CreditLimitExceeded, Open, "operation.principalFen"),
        new(422, RefusalCode.RegistrationMissing, Disburse, "operation.registrationHash"),
        new(422, RefusalCode.RepaymentEmpty, Repay, "operation.principalFen"),
        new(422, RefusalCode.RecourseExcluded, Claim, "operation.loan"),
        new(422, RefusalCode.SourceInvalid, Recover, "operation.source"),
        .. Fieldless.Select(code => new Refused(422, code, Redeem, null)),
    ];

    private readonly ChainIdentity _chain = new();

    [Test]
    public void Every_CodeOfTheLedger_IsListed() =>
        Assert.That(List.Select(refused => refused.Code).Distinct(), Is.EquivalentTo(Enum.GetValues<RefusalCode>()));

    [Test]
    public void Only_WhatConcernsNoMember_HasNoField() =>
        Assert.That(List.Where(refused => refused.Field is null).Select(refused => refused.Code), Is.EquivalentTo(Fieldless));

    [TestCaseSource(nameof(List))]
    public void Refusal_OfTheLedger_HasItsStatusSentencesAndField(Refused refused)
    {
        _chain.Set(31337, Address.Zero, Address.Zero, Address.Zero);
        var refusal = Refusal.Of(refused.ToRefusal(), refused.Sign(), _chain);
        Assert.Multiple(() =>
        {
            Assert.That(refusal.Kind.Status, Is.EqualTo(refused.Status));
            Assert.That(refusal.Kind.Code, Is.EqualTo(refused.Code.ToSnakeCase()));
            Assert.That(refusal.Kind.English, Is.Not.Empty);
            Assert.That(refusal.Kind.Chinese, Does.Match(@"\p{IsCJKUnifiedIdeographs}"));
            Assert.That(refusal.Field, Is.EqualTo(refused.Field));
        });
    }

    /// <summary>One refusal of one operation. Malformed and invalid signatures are empty or of garbage; all others are of one key.</summary>
    internal sealed record Refused(int Status, RefusalCode Code, ILedgerOperation Operation, string? Field, params (string Name, object Value)[] Values)
    {
        public LedgerRefusal ToRefusal() => new(Code, ValueList.From(Values.Select(value => new RefusalValue(value.Name, value.Value))));

        public SignedOperation Sign() => Operation.WithSignatures(
        [
            .. Operation.RequiredSignatures().Select(requirement => Code switch
            {
                RefusalCode.SignatureMalformed => ByteString.Empty,
                RefusalCode.SignatureInvalid => new ByteString(new byte[129]),
                _ => Ledger.Sign(requirement.Terms, Key),
            }),
        ]);

        public override string ToString() => $"{Code} of {Operation.OperationKind}";
    }
}
