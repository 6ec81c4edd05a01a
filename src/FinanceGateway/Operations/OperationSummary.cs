using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>What each kind of operation does and who signs it, as the API describes it.</summary>
internal static class OperationSummary
{
    public static string Of(OperationKind kind) => kind switch
    {
        OperationKind.RegisterParty => "Registers an enterprise or a bank; its new signers sign, and the operator's desk adds the registrar's signature",
        OperationKind.SetStanding => "Sets how a party stands: active, stop_listed or suspended; the operator signs",
        OperationKind.AddSigner => "Gives a party another signer; a manager of the party and the new signer sign",
        OperationKind.RemoveSigner => "Takes a signer out of force for ever; a manager of the party signs",
        OperationKind.ProposeRecovery => "Announces a new signer for a party that lost its own; the operator and the new signer sign",
        OperationKind.VetoRecovery => "Ends a recovery that the party does not want; any signer of the party signs",
        OperationKind.CompleteRecovery => "Puts the recovered signer in force once the delay is over; the new signer signs",
        OperationKind.ProposeParameters => "Announces new parameters of the ledger; the operator signs",
        OperationKind.AdoptParameters => "Adopts the proposed parameters; the regulator signs",
        OperationKind.SetLendingPolicy => "Sets a bank's default credit limits and the principal above which two approve; a manager of the bank signs",
        OperationKind.SetCreditLimit => "Sets a bank's limit for one obligor or borrower; a manager of the bank signs",
        OperationKind.ActivateModel => "Records the credit model that a bank decides by; two of its approvers sign",
        OperationKind.IssueReceivable => "Issues a receivable for invoices that back no other; the obligor and the holder sign",
        OperationKind.AssignReceivable => "Assigns a receivable, whole or in part; the holder and the assignee sign",
        OperationKind.RedeemReceivable => "Records that the obligor paid; the holder signs",
        OperationKind.CancelReceivable => "Cancels what is left of a receivable; the holder and the obligor sign",
        OperationKind.DisputeReceivable => "Records that a part is disputed, which holds that part fast; the obligor signs",
        OperationKind.ResolveDispute => "Ends a dispute; the holder and the obligor sign",
        OperationKind.FreezeReceivable => "Freezes a receivable by order of an authority; the regulator signs",
        OperationKind.UnfreezeReceivable => "Ends a freeze; the regulator signs",
        OperationKind.OpenLoan => "Opens a loan inside the bounds of an application; the borrower signs the application, one or two approvers of the bank the loan",
        OperationKind.CancelLoan => "Ends a loan of which nothing was disbursed; an approver of the bank signs, or the borrower once the approval lapsed",
        OperationKind.DisburseLoan => "Records that the bank paid out, whole or in part; a disburser that did not approve signs",
        OperationKind.RepayLoan => "Records principal, interest and fees that the bank received; a disburser of the bank signs",
        OperationKind.ExtendLoan => "Moves the due date once; the borrower and an approver of the bank sign",
        OperationKind.DefaultLoan => "Records that an overdue loan is in default; an approver of the bank signs",
        OperationKind.ClaimRecourse => "Records that the bank turned to the borrower, which sold with recourse; an approver of the bank signs",
        OperationKind.WriteOffLoan => "Writes off what is outstanding, whole or in part; an approver and another disburser of the bank sign",
        OperationKind.RecoverLoan => "Records that the bank received something of what it wrote off; a disburser of the bank signs",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This operation has no summary."),
    };
}
