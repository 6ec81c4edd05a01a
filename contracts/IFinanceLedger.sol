// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Types.sol";

/// @title The ledger of receivables and loans
/// @notice Records only complete agreements: every operation carries the signatures of all the parties that it binds, and anyone may
/// submit it. The ledger holds no money; a disbursement, repayment or redemption records what a bank moved on its own rails.
///
/// Every operation emits exactly one event. Replays are refused by state: each agreement names something that exists only once (a new
/// signer, an invoice fingerprint, a revision). Dates are days since 1970-01-01 in China Standard Time; amounts are fen, at most
/// `MAX_AMOUNT_FEN`.
///
/// A signature is one byte for the scheme and then: 1 (secp256k1): r, s, v (65 bytes); 2 (P-256): x, y, r, s (128 bytes) over SHA-256 of
/// the EIP-712 digest, because browsers, most HSMs and .NET hash what they sign. High s is refused in both.
///
/// Refusals common to all operations, checked first and in this order: `DeadlineExpired`; then those that the function lists. For each
/// signature: `SignatureMalformed`, `SignatureInvalid`, `SignerUnauthorised`.
interface IFinanceLedger {
    // ---- Events ----------------------------------------------------------------------------------------------------------

    event PartyRegistered(
        PartyId indexed party,
        PartyKind indexed kind,
        uint32 indexed regionCode,
        bytes5 industry,
        bytes32 profileHash,
        SignerGrant[] signers
    );
    event SignerAdded(PartyId indexed party, bytes32 indexed signerId, bytes signer, uint8 rights);
    event SignerRemoved(PartyId indexed party, bytes32 indexed signerId);

    event ReceivableIssued(
        ReceivableId indexed receivable,
        PartyId indexed obligor,
        PartyId indexed holder,
        uint64 amountFen,
        uint16 maturityDate,
        bytes32 invoiceFingerprint
    );
    /// @notice The whole receivable changed its holder.
    event ReceivableAssigned(
        ReceivableId indexed receivable, PartyId indexed assignor, PartyId indexed assignee, uint64 amountFen
    );
    /// @notice A part was assigned: `child` is a new number over `amountFen`, `remainderFen` stays with the parent.
    event ReceivableSplit(
        ReceivableId indexed parent,
        ReceivableId indexed child,
        PartyId indexed assignee,
        PartyId assignor,
        uint64 amountFen,
        uint64 remainderFen
    );
    event ReceivableRedeemed(
        ReceivableId indexed receivable,
        PartyId indexed holder,
        PartyId indexed obligor,
        uint64 amountFen,
        uint64 remainderFen,
        bytes32 paymentReference
    );

    event LoanOpened(
        LoanId indexed loan,
        PartyId indexed bank,
        PartyId indexed borrower,
        ReceivableId receivable,
        uint64 principalFen,
        uint16 annualRateBps,
        uint16 dueDate,
        bool withRecourse,
        bytes32 applicationHash
    );
    event LoanDisbursed(
        LoanId indexed loan,
        PartyId indexed bank,
        PartyId indexed borrower,
        uint64 amountFen,
        bytes32 registrationHash,
        bytes32 paymentReference
    );
    event LoanRepaid(
        LoanId indexed loan,
        PartyId indexed bank,
        PartyId indexed borrower,
        uint64 principalFen,
        uint64 interestFen,
        uint64 outstandingFen,
        bytes32 paymentReference
    );

    /// @notice An operation in a batch was refused and changed nothing.
    /// @param index Its place in the batch, from 0.
    /// @param operation Keccak-256 of its calldata.
    /// @param reason The ABI-encoded error.
    event OperationRefused(uint256 indexed index, bytes32 indexed operation, bytes reason);

    // ---- Errors, in the order of the operations --------------------------------------------------------------------------

    error DeadlineExpired(uint64 deadline, uint64 blockTime);
    error SignatureMalformed(uint256 length);
    error SignatureInvalid(bytes32 digest);
    error SignerUnauthorised(PartyId party, bytes32 signerId, uint8 right);
    error SignerMalformed(uint256 length);
    error SignerTaken(bytes32 signerId, PartyId party);
    error SignerUnknown(bytes32 signerId, PartyId party);
    error SignerMismatch(bytes32 expected, bytes32 actual);
    error SignerCountOutOfRange(uint256 count, uint256 max);
    error SignaturesMismatch(uint256 signers, uint256 signatures);
    error RightsUnfit(PartyKind kind, uint8 rights, uint8 allowed);
    error ManagerMissing(PartyId party);
    error RegionInvalid(uint32 regionCode);
    error ProfileMissing();
    error PartyUnknown(PartyId party);
    error PartyKindWrong(PartyId party, PartyKind expected, PartyKind actual);
    error SelfDealing(PartyId party);

    error AmountOutOfRange(uint64 amountFen, uint64 minFen, uint64 maxFen);
    error MaturityOutOfRange(uint16 maturityDate, uint16 earliest, uint16 latest);
    error FingerprintMissing();
    error FingerprintTaken(bytes32 invoiceFingerprint, ReceivableId receivable);
    error ReceivableUnknown(ReceivableId receivable);
    error ReceivableStatusWrong(ReceivableId receivable, ReceivableStatus expected, ReceivableStatus actual);
    error ReceivableRevisionStale(ReceivableId receivable, uint16 revision, uint16 current);
    /// @notice The receivable can only be redeemed in full: the last revisions are kept for its pledge, its release and its end.
    error ReceivableRevisionsExhausted(ReceivableId receivable);
    error SplitTooDeep(ReceivableId receivable, uint8 maxDepth);
    error SplitsExhausted(ReceivableId receivable, uint8 maxSplits);
    error PaymentReferenceMissing();

    error BankNotInvited(PartyId bank, PartyId invited);
    error RateAboveLimit(uint16 annualRateBps, uint16 maxAnnualRateBps);
    error DueDateOutOfRange(uint16 dueDate, uint16 earliest, uint16 latest);
    error LoanUnknown(LoanId loan);
    error LoanStatusWrong(LoanId loan, LoanStatus expected, LoanStatus actual);
    error LoanRevisionStale(LoanId loan, uint16 revision, uint16 current);
    error RegistrationMissing(LoanId loan);
    error FourEyesViolated(LoanId loan, bytes32 signerId);
    error RepaymentEmpty(LoanId loan);
    /// @notice The loan can only be repaid in full.
    error LoanRevisionsExhausted(LoanId loan);

    // ---- Errors of the entries of a batch, in the order in which they are checked

    error OperationTooLong(uint256 length, uint256 maxLength);
    error BatchNested();
    /// @notice The calldata names no operation: a view is none.
    error OperationUnknown(bytes4 selector);
    /// @notice The calldata does not decode, or the operation used up `OPERATION_GAS`.
    error OperationMalformed(bytes4 selector);
    /// @notice The transaction has too little gas left to run the operation at `index` whatever it needs.
    error BatchGasTooLow(uint256 index, uint256 gasLeft, uint256 gasNeeded);

    // ---- Parties ---------------------------------------------------------------------------------------------------------

    /// @notice Registers an enterprise or a bank under the next party number.
    /// @dev Who: a signer of the operator with REGISTER, and every new signer, which proves that it holds its key.
    /// Refused: `PartyKindWrong` (an operator), `SignerCountOutOfRange` (1 to 8), `SignaturesMismatch`, `RegionInvalid`, `ProfileMissing`; per
    /// signer `SignerMalformed`, `RightsUnfit`, `SignerTaken`, its signature (`SignerMismatch` if another one signed); `ManagerMissing`; the
    /// registrar's signature.
    /// It cannot check identity: that the USCC behind `profileHash` is real and registered once is the gateway's duty.
    function registerParty(RegisterParty calldata op, bytes calldata registrarSignature, bytes[] calldata signerSignatures)
        external;

    /// @notice Gives a party another signer.
    /// @dev Who: a signer of the party with MANAGE, and the new signer. Refused: `PartyUnknown`, `SignerMalformed`, `RightsUnfit`,
    /// `SignerTaken` (also one that was removed), the new signer's signature (`SignerMismatch` if another one signed), the manager's (the new
    /// signer cannot admit itself: `SignerUnauthorised`). It cannot change the rights of a signer in force.
    function addSigner(AddSigner calldata op, bytes calldata managerSignature, bytes calldata signerSignature) external;

    /// @notice Takes a signer out of force, for ever.
    /// @dev Who: a signer of the party with MANAGE. Refused: `PartyUnknown`, `SignerUnknown`, the signature, `ManagerMissing` (the last one).
    function removeSigner(RemoveSigner calldata op, bytes calldata managerSignature) external;

    // ---- Receivables -----------------------------------------------------------------------------------------------------

    /// @notice Records that the obligor owes the holder an amount, due on a date, for one invoice.
    /// @dev Who: the obligor (confirms) and the holder (accepts), TRADE. Refused: `SelfDealing`, `AmountOutOfRange`, `FingerprintMissing`,
    /// `MaturityOutOfRange` (tomorrow at the earliest), `PartyUnknown`, `PartyKindWrong`, `FingerprintTaken`, the signatures.
    /// It cannot be raised, lowered or issued a second time for the same invoice by anybody.
    function issueReceivable(IssueReceivable calldata op, bytes calldata obligorSignature, bytes calldata holderSignature)
        external;

    /// @notice Assigns a receivable, whole or in part, to another enterprise. A part becomes a child with its own number.
    /// @dev Who: the holder and the assignee, TRADE. Refused: `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong`,
    /// `ReceivableRevisionsExhausted`, `SelfDealing` (to the holder or the obligor), `AmountOutOfRange`, `PartyUnknown`, `PartyKindWrong`,
    /// `SplitTooDeep`, `SplitsExhausted`, the signatures. A pledged receivable cannot move.
    function assignReceivable(AssignReceivable calldata op, bytes calldata holderSignature, bytes calldata assigneeSignature)
        external;

    /// @notice Records that the holder received (a part of) the amount from the obligor.
    /// @dev Who: the holder, TRADE: a receipt is signed by the one that gives up a claim. Refused: `ReceivableUnknown`,
    /// `ReceivableRevisionStale`, `ReceivableStatusWrong`, `AmountOutOfRange`, `ReceivableRevisionsExhausted` (a part),
    /// `PaymentReferenceMissing`, the signature. A former holder cannot redeem, nobody can redeem beyond what is owed, and a pledged receivable is not redeemed.
    function redeemReceivable(RedeemReceivable calldata op, bytes calldata holderSignature) external;

    // ---- Loans -----------------------------------------------------------------------------------------------------------

    /// @notice Opens a loan from the borrower's signed application and a bank's approval; the receivable is pledged.
    /// @dev Who: the receivable's holder (TRADE, signs `op.application`) and the bank (APPROVE, signs `op`). Refused: `DeadlineExpired` of the
    /// application, `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong`, `ReceivableRevisionsExhausted`,
    /// `BankNotInvited`, `PartyUnknown`, `PartyKindWrong`, `AmountOutOfRange` (application bounds and the receivable's amount),
    /// `RateAboveLimit`, `DueDateOutOfRange` (tomorrow to the maturity date), the borrower's signature, the bank's.
    /// The first approval wins: it moves the revision on.
    function openLoan(OpenLoan calldata op, bytes calldata borrowerSignature, bytes calldata bankSignature) external;

    /// @notice Records that the bank paid the whole principal out to the borrower.
    /// @dev Who: a signer of the bank with DISBURSE that did not approve this loan. Refused: `LoanUnknown`, `LoanStatusWrong`,
    /// `AmountOutOfRange`, `RegistrationMissing`, `PaymentReferenceMissing`, the signature, `FourEyesViolated`.
    function disburseLoan(DisburseLoan calldata op, bytes calldata bankSignature) external;

    /// @notice Records that the bank received principal and interest from the borrower. When nothing is outstanding, the loan is repaid and
    /// the receivable is free again.
    /// @dev Who: a signer of the bank with DISBURSE. Refused: `LoanUnknown`, `LoanRevisionStale`, `LoanStatusWrong`, `RepaymentEmpty`,
    /// `AmountOutOfRange` (principal, then interest), `LoanRevisionsExhausted` (a part), `PaymentReferenceMissing`, the signature. Interest that
    /// comes after the last principal cannot be recorded: the loan has ended.
    function repayLoan(RepayLoan calldata op, bytes calldata bankSignature) external;

    // ---- Batches ---------------------------------------------------------------------------------------------------------

    /// @notice Runs many operations in order. One that is refused changes nothing, emits `OperationRefused`, and does not stop the others.
    /// @param operations The calldata of each operation.
    /// @return refusals For each operation its ABI-encoded error, empty where it was accepted.
    /// @dev Refused: `OperationTooLong`, `BatchNested`, `OperationUnknown`, then as the operation itself, `OperationMalformed`. So each entry
    /// emits exactly one event. Reverts as a whole only with `BatchGasTooLow`, so that a lack of gas is never mistaken for a refusal.
    function submit(bytes[] calldata operations) external returns (bytes[] memory refusals);

    // ---- Views -----------------------------------------------------------------------------------------------------------

    function party(PartyId id) external view returns (Party memory);
    function signer(bytes32 signerId) external view returns (SignerRecord memory);
    function receivable(ReceivableId id) external view returns (Receivable memory);
    function receivableOfFingerprint(bytes32 invoiceFingerprint) external view returns (ReceivableId);
    function loan(LoanId id) external view returns (Loan memory);
    function totals() external view returns (Totals memory);
    function parameters() external view returns (Parameters memory);
    /// @notice The contract that is named in the ERC-7913 bytes of this ledger's P-256 signers.
    function p256Verifier() external view returns (address);
    /// @notice Interest from the disbursement of `principalFen` over `tenorDays`, as both sides compute it: see `Interest`.
    function interestDown(uint64 principalFen, uint16 annualRateBps, uint16 tenorDays) external pure returns (uint64);
    /// @notice The current business date: days since 1970-01-01 in China Standard Time.
    function today() external view returns (uint16);
}
