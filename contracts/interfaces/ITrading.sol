// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../Operations.sol";

/// @title What is traded every day: receivables and loans, and the door for batches
/// @notice See `IFinanceLedger` for what holds for all operations.
interface ITrading {
    /// @notice Records that the obligor owes the holder an amount, due on a date, for one or more invoices.
    /// @dev Who: the obligor (confirms) and the holder (accepts), TRADE. Refused: `SelfDealing`, `AmountOutOfRange`, `MaturityOutOfRange`
    /// (tomorrow at the earliest, the reviewed tenor at the latest), `PartyUnknown`, `PartyKindWrong`, `PartySuspended`, `PartyStopListed` (the
    /// obligor), the first three of the holder, `InvoiceCountOutOfRange`; per invoice `FingerprintMissing`, `AmountOutOfRange`, `FingerprintTaken`;
    /// `InvoicesBelowFace`; the signatures.
    /// It cannot be raised, or issued a second time for the same invoice by anybody.
    function issueReceivable(IssueReceivable calldata op, bytes calldata obligorSignature, bytes calldata holderSignature)
        external;

    /// @notice Assigns a receivable, whole or in part, to another enterprise. A part becomes a child with its own number.
    /// @dev Who: the holder and the assignee, TRADE. Refused: `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong`,
    /// `ReceivableLocked`, `ReceivableRevisionsExhausted`, `SelfDealing` (to the holder or the obligor), `AmountOutOfRange` (what is disputed
    /// cannot move), `PartySuspended` (the holder), `PartyUnknown`, `PartyKindWrong`, `PartySuspended` (the assignee), `SplitTooDeep`,
    /// `SplitsExhausted`, the signatures. A pledged or frozen receivable cannot move.
    function assignReceivable(AssignReceivable calldata op, bytes calldata holderSignature, bytes calldata assigneeSignature)
        external;

    /// @notice Records that the holder received (a part of) the amount from the obligor.
    /// @dev Who: the holder, TRADE: a receipt is signed by the one that gives up a claim. Refused: `ReceivableUnknown`,
    /// `ReceivableRevisionStale`, `ReceivableStatusWrong`, `ReceivableLocked`, `AmountOutOfRange` (what is disputed is not paid before the
    /// dispute is resolved), `ReceivableRevisionsExhausted` (a part), `PaymentReferenceMissing`, the signature. A former holder cannot redeem,
    /// nobody can redeem beyond what is owed, and a pledged receivable is not redeemed.
    function redeemReceivable(RedeemReceivable calldata op, bytes calldata holderSignature) external;

    /// @notice Opens a loan from the borrower's signed application and a bank's approval; the receivable is pledged and the bank's credit
    /// limits for the obligor and the borrower are taken up.
    /// @dev Who: the receivable's holder (TRADE, signs `op.application`) and the bank (APPROVE, signs `op`), with a second signer above the
    /// amount that the bank's policy sets; otherwise `secondBankSignature` is empty. Refused: `DeadlineExpired` of the application,
    /// `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong`, `ReceivableLocked`, `ReceivableRevisionsExhausted`,
    /// `BankCountOutOfRange`, `BankNotInvited`, `PartyUnknown`, `PartyKindWrong`, `PartySuspended` (the bank, then the borrower),
    /// `AmountOutOfRange` (the application's bounds and what is not disputed), `RateAboveLimit`, `DueDateOutOfRange` (tomorrow to the
    /// maturity date), `ReviewMissing`, the borrower's signature, `LendingPolicyMissing`, the bank's signature, `SecondApprovalMissing`,
    /// `SecondApprovalNeedless`, the second signature, `SignersNotDistinct`, `CreditLimitExceeded` (obligor, then borrower).
    /// The first approval wins: it moves the revision on.
    function openLoan(
        OpenLoan calldata op,
        bytes calldata borrowerSignature,
        bytes calldata bankSignature,
        bytes calldata secondBankSignature
    ) external;

    /// @notice Records that the bank paid (a part of) the principal out to the borrower.
    /// @dev Who: a signer of the bank with DISBURSE that did not approve this loan. Refused: `LoanUnknown`, `LoanRevisionStale`,
    /// `LoanStatusWrong`, `AmountOutOfRange` (all disbursements together stay within the principal), `LoanOverdue`, `ApprovalLapsed`
    /// (the first disbursement), `ReceivableLocked`, `PartySuspended` (the bank), `LoanRevisionsExhausted`, `RegistrationMissing`,
    /// `PaymentReferenceMissing`, the signature, `FourEyesViolated`.
    function disburseLoan(DisburseLoan calldata op, bytes calldata bankSignature) external;

    /// @notice Records that the bank received principal, interest and fees. When nothing is outstanding the loan is over, what was not
    /// disbursed lapses, and the receivable is free again.
    /// @dev Who: a signer of the bank with DISBURSE. Refused: `LoanUnknown`, `LoanRevisionStale`, `LoanStatusWrong` (disbursed or
    /// defaulted), `RepaymentEmpty`, `AmountOutOfRange` (principal, interest, fee), `LoanRevisionsExhausted` (a part),
    /// `PaymentReferenceMissing`, the signature. What comes after the last principal cannot be recorded: the loan has ended.
    function repayLoan(RepayLoan calldata op, bytes calldata bankSignature) external;

    /// @notice Runs many operations in order. One that is refused changes nothing, emits `OperationRefused`, and does not stop the others.
    /// @param operations The calldata of each operation.
    /// @return refusals For each operation its ABI-encoded error, empty where it was accepted.
    /// @dev Refused: `OperationTooLong`, `BatchNested`, `OperationUnknown`, then as the operation itself, `OperationMalformed`. So each entry
    /// emits exactly one event. Reverts as a whole only with `BatchGasTooLow`, so that a lack of gas is never mistaken for a refusal.
    function submit(bytes[] calldata operations) external returns (bytes[] memory refusals);

    /// @notice The most gas that one operation of a batch can use.
    function OPERATION_GAS() external view returns (uint256);
}
