using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Client;

/// <summary>Where the gateway takes each kind of operation.</summary>
internal static class OperationAddress
{
    /// <exception cref="ArgumentException">A registration: its profile is submitted with it, by <see cref="GatewayClient.RegisterParty"/>.</exception>
    public static string Of(SignedOperation agreement) => agreement switch
    {
        SignedSetStanding standing => $"parties/{standing.Operation.Party}/standings",
        SignedAddSigner add => $"parties/{add.Operation.Party}/signers",
        SignedRemoveSigner remove => $"parties/{remove.Operation.Party}/signer-removals",
        SignedProposeRecovery propose => $"parties/{propose.Operation.Party}/recoveries",
        SignedVetoRecovery veto => $"parties/{veto.Operation.Party}/recovery-vetoes",
        SignedCompleteRecovery complete => $"parties/{complete.Operation.Party}/recovery-completions",
        SignedSetLendingPolicy policy => $"parties/{policy.Operation.Bank}/lending-policies",
        SignedSetCreditLimit limit => $"parties/{limit.Operation.Bank}/credit-limits",
        SignedActivateModel activate => $"parties/{activate.Operation.Bank}/model-activations",
        SignedProposeParameters => "parameters",
        SignedAdoptParameters => "parameters/adoptions",
        SignedIssueReceivable => "receivables",
        SignedAssignReceivable assign => $"receivables/{assign.Operation.Receivable}/assignments",
        SignedRedeemReceivable redeem => $"receivables/{redeem.Operation.Receivable}/redemptions",
        SignedCancelReceivable cancel => $"receivables/{cancel.Operation.Receivable}/cancellations",
        SignedDisputeReceivable dispute => $"receivables/{dispute.Operation.Receivable}/disputes",
        SignedResolveDispute resolve => $"receivables/{resolve.Operation.Receivable}/dispute-resolutions",
        SignedFreezeReceivable freeze => $"receivables/{freeze.Operation.Receivable}/freezes",
        SignedUnfreezeReceivable unfreeze => $"receivables/{unfreeze.Operation.Receivable}/unfreezes",
        SignedOpenLoan => "loans",
        SignedCancelLoan cancel => $"loans/{cancel.Operation.Loan}/cancellations",
        SignedDisburseLoan disburse => $"loans/{disburse.Operation.Loan}/disbursements",
        SignedRepayLoan repay => $"loans/{repay.Operation.Loan}/repayments",
        SignedExtendLoan extend => $"loans/{extend.Operation.Loan}/extensions",
        SignedDefaultLoan defaulted => $"loans/{defaulted.Operation.Loan}/defaults",
        SignedClaimRecourse claim => $"loans/{claim.Operation.Loan}/recourse-claims",
        SignedWriteOffLoan writeOff => $"loans/{writeOff.Operation.Loan}/write-offs",
        SignedRecoverLoan recover => $"loans/{recover.Operation.Loan}/recoveries",
        _ => throw new ArgumentException($"{agreement.Kind} has no address of its own.", nameof(agreement)),
    };
}
