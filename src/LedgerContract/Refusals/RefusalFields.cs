namespace FinanceChain.LedgerContract;

public static partial class RefusalCatalogue
{
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
            (RefusalCode.AmountOutOfRange, _) => AmountField(refusal["amountFen"]!, operation),
            (RefusalCode.LimitOutOfRange, SetLendingPolicy policy) => PolicyField(refusal, policy),
            (RefusalCode.ReasonMissing, ClaimRecourse) => "demandHash",
            (RefusalCode.StartDateEarly, _) => "parameters.startDate",
            (RefusalCode.DueDateOutOfRange, OpenLoan) => "application.dueDate",
            (RefusalCode.BankCountOutOfRange, OpenLoan) => "application.banks",
            (RefusalCode.ReceivableRevisionStale, OpenLoan) => "application.revision",
            (RefusalCode.ReceivableUnknown or RefusalCode.ReceivableStatusWrong or RefusalCode.ReceivableLocked
                or RefusalCode.ReceivableRevisionsExhausted, OpenLoan) => "application.receivable",
            (RefusalCode.ReceivableLocked, DisburseLoan) => "loan",
            (RefusalCode.RecourseExcluded, RecoverLoan) => "source",
            (RefusalCode.SignerMalformed or RefusalCode.SignerTaken or RefusalCode.RightsUnfit, RegisterParty) => "signers",
            (RefusalCode.SignerMismatch, AddSigner or ProposeRecovery) => "signer",
            (RefusalCode.SignerMismatch or RefusalCode.SignerTaken, CompleteRecovery) => "signerId",
            (RefusalCode.PartyKindWrong, RegisterParty) => "kind",
            (RefusalCode.PartyUnknown or RefusalCode.PartyKindWrong or RefusalCode.PartySuspended or RefusalCode.SelfDealing, _) =>
                PartyField(refusal, operation),
            _ => Of(refusal.Code).Field,
        };
    }

    // Amounts are checked in the order of the fields: where two are equal, the refused one is the first.
    private static string AmountField(object amountFen, ILedgerOperation operation) => operation switch
    {
        OpenLoan => "principalFen",
        RepayLoan repay when amountFen.Equals(repay.PrincipalFen.Value) => "principalFen",
        RepayLoan repay => amountFen.Equals(repay.InterestFen.Value) ? "interestFen" : "feeFen",
        IssueReceivable issue => amountFen.Equals(issue.AmountFen.Value) ? "amountFen" : "invoices",
        DisputeReceivable => "disputedFen",
        ResolveDispute => "cancelledFen",
        _ => "amountFen",
    };

    private static string PolicyField(LedgerRefusal refusal, SetLendingPolicy policy)
    {
        if (policy.DualApprovalFen.Value > (ulong)refusal["maxFen"]! && refusal["limitFen"]!.Equals(policy.DualApprovalFen.Value))
        {
            return "dualApprovalFen";
        }

        return refusal["limitFen"]!.Equals(policy.ObligorLimitFen.Value) ? "obligorLimitFen" : "borrowerLimitFen";
    }

    // The party of a receivable or of a loan stands in no field: then that thing is what it concerns.
    private static string? PartyField(LedgerRefusal refusal, ILedgerOperation operation)
    {
        var party = refusal["party"]!;
        return operation switch
        {
            IssueReceivable issue => party.Equals(issue.Obligor) && !party.Equals(issue.Holder) ? "obligor" : "holder",
            AssignReceivable assign => party.Equals(assign.Assignee) ? "assignee" : "receivable",
            OpenLoan open => party.Equals(open.Bank) ? "bank" : "application.receivable",
            SetCreditLimit limit => party.Equals(limit.Bank) && !PartyKind.Enterprise.Equals(refusal["expected"]) ? "bank" : "party",
            SetLendingPolicy or ActivateModel => "bank",
            SetStanding or AddSigner or RemoveSigner or ProposeRecovery => "party",
            DisburseLoan or ExtendLoan => "loan",
            _ => null,
        };
    }
}
