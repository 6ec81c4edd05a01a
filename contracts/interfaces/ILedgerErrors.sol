// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../Types.sol";

/// @title Why the ledger refuses: a closed list
/// @notice Each error is named for the problem and carries the ids, the value that was given and what is allowed.
interface ILedgerErrors {
    // ---- Common ----------------------------------------------------------------------------------------------------------

    error DeadlineExpired(uint64 deadline, uint64 blockTime);
    error SignatureMalformed(uint256 length);
    error SignatureInvalid(bytes32 digest);
    error SignerUnauthorised(PartyId party, bytes32 signerId, uint8 right);
    error AmountOutOfRange(uint64 amountFen, uint64 minFen, uint64 maxFen);
    error PartyUnknown(PartyId party);
    error PartyKindWrong(PartyId party, PartyKind expected, PartyKind actual);
    error PartySuspended(PartyId party);
    error ReasonMissing();

    // ---- Parties ---------------------------------------------------------------------------------------------------------

    error SignerMalformed(uint256 length);
    error SignerTaken(bytes32 signerId, PartyId party);
    error SignerUnknown(bytes32 signerId, PartyId party);
    error SignerMismatch(bytes32 expected, bytes32 actual);
    error SignerCountOutOfRange(uint256 count, uint256 max);
    /// @notice The party has used up its 65,535 signer numbers.
    error SignersExhausted(PartyId party);
    error SignaturesMismatch(uint256 signers, uint256 signatures);
    error RightsUnfit(PartyKind kind, uint8 rights, uint8 allowed);
    error ManagerMissing(PartyId party);
    error RegionInvalid(uint32 regionCode);
    error ProfileMissing();
    /// @notice The party already stands so, or so no party can stand.
    error StandingInvalid(PartyId party, Standing standing);
    error PartyRevisionStale(PartyId party, uint16 revision, uint16 current);
    /// @notice The party's 65,535 revisions are used up: of its policies and models, or of what the operator decides about it.
    error PartyRevisionsExhausted(PartyId party);
    /// @notice There are as many parties of the kind as the control totals can count.
    error PartiesExhausted(PartyKind kind);
    error RecoveryPending(PartyId party, bytes32 signerId);
    error RecoveryUnknown(PartyId party, bytes32 signerId);
    error RecoveryEarly(PartyId party, uint16 readyDate, uint16 today);

    // ---- Rules and policies ----------------------------------------------------------------------------------------------

    /// @notice A tenor is zero or beyond ten years, or the reviewed tenor is below the ordinary one, or the count of invoices is none
    /// or above 20, or a recovery has no delay, or these very parameters were adopted once: they can only be adopted again from another day on.
    error ParametersInvalid();
    error StartDateEarly(uint16 startDate, uint16 earliest);
    error ParametersNotProposed(bytes32 parametersHash);
    error LimitOutOfRange(uint64 limitFen, uint64 maxFen);
    error LimitRevisionStale(PartyId bank, PartyId party, uint16 revision, uint16 current);
    /// @notice The limit was set 65,535 times.
    error LimitRevisionsExhausted(PartyId bank, PartyId party);
    error SideInvalid();
    error ModelMissing();
    error ModelDatesInvalid(uint16 fromDate, uint16 untilDate, uint16 today);
    /// @notice Two signatures that must come from different signers came from one.
    error SignersNotDistinct(PartyId party, uint16 signerNumber);

    // ---- Receivables -----------------------------------------------------------------------------------------------------

    error SelfDealing(PartyId party);
    error MaturityOutOfRange(uint16 maturityDate, uint16 earliest, uint16 latest);
    error InvoiceCountOutOfRange(uint256 count, uint256 max);
    error FingerprintMissing();
    error FingerprintTaken(bytes32 invoiceFingerprint, ReceivableId receivable);
    error InvoicesBelowFace(uint256 invoicesFen, uint64 amountFen);
    error PartyStopListed(PartyId party);
    error ReceivableUnknown(ReceivableId receivable);
    error ReceivableRevisionStale(ReceivableId receivable, uint16 revision, uint16 current);
    error ReceivableStatusWrong(ReceivableId receivable, ReceivableStatus expected, ReceivableStatus actual);
    error ReceivableLocked(ReceivableId receivable);
    /// @notice The receivable can only be cancelled or, once no part is disputed, redeemed in full: the last revisions are kept for its
    /// release, the end of a dispute and its own end.
    error ReceivableRevisionsExhausted(ReceivableId receivable);
    error SplitTooDeep(ReceivableId receivable, uint8 maxDepth);
    error SplitsExhausted(ReceivableId receivable, uint8 maxSplits);
    error PaymentReferenceMissing();
    error DisputePending(ReceivableId receivable, uint64 disputedFen);
    /// @notice Each receivable is disputed once: what the obligor and the holder settled is not opened again.
    error DisputeUsed(ReceivableId receivable);
    error DisputeMissing(ReceivableId receivable);
    error CaseMissing();
    error CaseUsed(ReceivableId receivable, bytes32 caseHash);
    error ReceivableNotLocked(ReceivableId receivable);

    // ---- Loans -----------------------------------------------------------------------------------------------------------

    error BankNotInvited(PartyId bank);
    error BankCountOutOfRange(uint256 count, uint256 max);
    error LendingPolicyMissing(PartyId bank);
    error RateAboveLimit(uint16 annualRateBps, uint16 maxAnnualRateBps);
    error DueDateOutOfRange(uint16 dueDate, uint16 earliest, uint16 latest);
    error ReviewMissing(ReceivableId receivable);
    error SecondApprovalMissing(PartyId bank, uint64 principalFen, uint64 dualApprovalFen);
    error SecondApprovalNeedless(PartyId bank, uint64 principalFen, uint64 dualApprovalFen);
    error CreditLimitExceeded(PartyId bank, PartyId party, ExposureSide side, uint64 usedFen, uint64 amountFen, uint64 limitFen);
    error LoanUnknown(LoanId loan);
    error LoanRevisionStale(LoanId loan, uint16 revision, uint16 current);
    error LoanStatusWrong(LoanId loan, LoanStatus expected, LoanStatus actual);
    error LoanOverdue(LoanId loan, uint16 dueDate, uint16 today);
    error LoanNotOverdue(LoanId loan, uint16 dueDate, uint16 today);
    /// @notice Nothing was disbursed in the days that the parameters gave the bank.
    error ApprovalLapsed(LoanId loan, uint16 lapseDate, uint16 today);
    /// @notice The bank can still disburse: until the approval has lapsed only the bank can cancel.
    error ApprovalStanding(LoanId loan, uint16 lapseDate, uint16 today);
    error RegistrationMissing(LoanId loan);
    error FourEyesViolated(LoanId loan, uint16 signerNumber);
    error RepaymentEmpty(LoanId loan);
    /// @notice The loan can only be repaid, or recorded as in default, written off and recovered, in full.
    error LoanRevisionsExhausted(LoanId loan);
    error ExtensionUsed(LoanId loan);
    error RecourseExcluded(LoanId loan);
    error RecourseUsed(LoanId loan);
    error RecourseUnclaimed(LoanId loan);
    error SourceInvalid();

    // ---- Entries of a batch, in the order in which they are checked --------------------------------------------------------

    error OperationTooLong(uint256 length, uint256 maxLength);
    error BatchNested();
    /// @notice The calldata names no operation: a view is none.
    error OperationUnknown(bytes4 selector);
    /// @notice The calldata does not decode, or the operation used up `OPERATION_GAS`.
    error OperationMalformed(bytes4 selector);
    /// @notice The transaction has too little gas left to run the operation at `index` whatever it needs.
    error BatchGasTooLow(uint256 index, uint256 gasLeft, uint256 gasNeeded);

    // ---- Deployment ------------------------------------------------------------------------------------------------------

    /// @notice An annex is not the one that stands in its place, or was built with other verifiers than the other one.
    error AnnexUnfit(address annex);
}
