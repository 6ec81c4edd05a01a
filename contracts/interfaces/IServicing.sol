// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../Operations.sol";

/// @title What happens to receivables and loans when things do not go as planned
/// @notice See `IFinanceLedger` for what holds for all operations.
interface IServicing {
    // ---- Receivables -----------------------------------------------------------------------------------------------------

    /// @notice Cancels all that is left of a receivable; its children stand, and its invoices never back another.
    /// @dev Who: the holder and the obligor, TRADE. Refused: `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong`,
    /// `ReceivableLocked`, `ReasonMissing`, the holder's signature, the obligor's. A pledged receivable cannot be cancelled.
    function cancelReceivable(CancelReceivable calldata op, bytes calldata holderSignature, bytes calldata obligorSignature)
        external;

    /// @notice Records that the obligor disputes a part of what it owes. Only that part is held fast: the rest is assigned, pledged and paid.
    /// @dev Who: the obligor, TRADE. Refused: `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong` (active or pledged),
    /// `DisputePending`, `DisputeUsed`, `ReceivableRevisionsExhausted`, `AmountOutOfRange`, `ReasonMissing`, the signature.
    /// It cannot change a loan against the receivable, and it cannot be repeated: what was settled once stays settled.
    function disputeReceivable(DisputeReceivable calldata op, bytes calldata obligorSignature) external;

    /// @notice Ends a dispute: a part of what was disputed is given up, the rest is owed as before.
    /// @dev Who: the holder and the obligor, TRADE. Refused: `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong`
    /// (active or pledged), `ReceivableLocked`, `DisputeMissing`, `AmountOutOfRange` (nothing can be given up while pledged), the
    /// holder's signature, the obligor's.
    function resolveDispute(ResolveDispute calldata op, bytes calldata holderSignature, bytes calldata obligorSignature)
        external;

    /// @notice Freezes a receivable by order of an authority: it is not assigned, redeemed, cancelled or pledged, and nothing more is disbursed
    /// on it.
    /// @dev Who: a signer of the regulator with SUPERVISE. Refused: `ReceivableUnknown`, `ReceivableStatusWrong` (active or pledged),
    /// `ReceivableLocked` (already), `CaseMissing`, `CaseUsed`, the signature. It names no revision, so that an
    /// assignment of the whole cannot outrun it; children that were split off before stand, each frozen by its own order.
    function freezeReceivable(FreezeReceivable calldata op, bytes calldata regulatorSignature) external;

    /// @notice Ends a freeze. The order has a case number of its own.
    /// @dev Who: a signer of the regulator with SUPERVISE. Refused: `ReceivableUnknown`, `ReceivableNotLocked`, `CaseMissing`, `CaseUsed`,
    /// the signature.
    function unfreezeReceivable(UnfreezeReceivable calldata op, bytes calldata regulatorSignature) external;

    // ---- Loans -----------------------------------------------------------------------------------------------------------

    /// @notice Ends a loan of which nothing was disbursed: the receivable and the limits are free again.
    /// @dev Who: the bank, APPROVE; or, once the approval lapsed, the borrower alone, TRADE (`byBorrower`), so that a bank that does nothing
    /// does not hold the receivable for ever. Refused: `LoanUnknown`, `LoanRevisionStale`, `LoanStatusWrong` (opened), `ApprovalStanding`
    /// (by the borrower), the signature.
    function cancelLoan(CancelLoan calldata op, bytes calldata signature) external;

    /// @notice Moves the due date of a loan once, by at most the days that the parameters allow.
    /// @dev Who: the borrower (TRADE) and the bank (APPROVE). Refused: `LoanUnknown`, `LoanRevisionStale`, `LoanStatusWrong` (disbursed),
    /// `LoanOverdue`, `ExtensionUsed`, `DueDateOutOfRange`, `LoanRevisionsExhausted`, `PartySuspended` (the bank, then the borrower), the
    /// borrower's signature, the bank's. It cannot bring a loan that is late or defaulted back into good standing.
    function extendLoan(ExtendLoan calldata op, bytes calldata borrowerSignature, bytes calldata bankSignature) external;

    /// @notice Records that a loan is overdue and in default, for ever: it can only be repaid, written off or recovered.
    /// @dev Who: the bank, APPROVE. Refused: `LoanUnknown`, `LoanRevisionStale`, `LoanStatusWrong` (disbursed), `LoanNotOverdue`,
    /// `ReasonMissing`, the signature.
    function defaultLoan(DefaultLoan calldata op, bytes calldata bankSignature) external;

    /// @notice Records that the bank turned to the assignor, which sold the receivable with recourse.
    /// @dev Who: the bank, APPROVE. Refused: `LoanUnknown`, `LoanRevisionStale`, `LoanStatusWrong` (defaulted or written off),
    /// `RecourseExcluded`, `RecourseUsed`, `LoanRevisionsExhausted`, `ReasonMissing`, the signature.
    function claimRecourse(ClaimRecourse calldata op, bytes calldata bankSignature) external;

    /// @notice Writes a part or all of what is outstanding off.
    /// @dev Who: two different signers of the bank, one with APPROVE, one with DISBURSE. Refused: `LoanUnknown`, `LoanRevisionStale`,
    /// `LoanStatusWrong` (defaulted), `AmountOutOfRange`, `LoanRevisionsExhausted` (a part), `ReasonMissing`, the signatures,
    /// `SignersNotDistinct`. The receivable stays pledged.
    function writeOffLoan(WriteOffLoan calldata op, bytes calldata approverSignature, bytes calldata checkerSignature) external;

    /// @notice Records that the bank received (a part of) what it had written off. When all of it came back the receivable is free again.
    /// @dev Who: the bank, DISBURSE. Refused: `LoanUnknown`, `LoanRevisionStale`, `LoanStatusWrong` (defaulted or written off),
    /// `AmountOutOfRange`, `SourceInvalid`, `RecourseExcluded` and `RecourseUnclaimed` (from the borrower), `LoanRevisionsExhausted` (a part),
    /// `PaymentReferenceMissing`, the signature.
    function recoverLoan(RecoverLoan calldata op, bytes calldata bankSignature) external;
}
