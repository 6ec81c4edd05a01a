// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Types.sol";

// The structs that are signed under EIP-712. `deadline` is in unix seconds; `revision` is the one that the signers saw.

// ---- Parties -------------------------------------------------------------------------------------------------------------

struct RegisterParty {
    PartyKind kind;
    uint32 regionCode;
    bytes5 industry;
    bytes32 profileHash;
    SignerGrant[] signers;
    uint64 deadline;
}

/// @notice `revision` is the party's `standingRevision`.
struct SetStanding {
    PartyId party;
    Standing standing;
    bytes32 reasonHash;
    uint16 revision;
    uint64 deadline;
}

struct AddSigner {
    PartyId party;
    bytes signer;
    uint8 rights;
    uint64 deadline;
}

struct RemoveSigner {
    PartyId party;
    bytes32 signerId;
    uint64 deadline;
}

/// @notice `revision` is the party's `standingRevision`.
struct ProposeRecovery {
    PartyId party;
    bytes signer;
    uint8 rights;
    uint16 revision;
    uint64 deadline;
}

struct VetoRecovery {
    PartyId party;
    bytes32 signerId;
    uint64 deadline;
}

struct CompleteRecovery {
    PartyId party;
    bytes32 signerId;
    uint64 deadline;
}

// ---- Rules and policies --------------------------------------------------------------------------------------------------

/// @notice `revision` is the operator's own.
struct ProposeParameters {
    Parameters parameters;
    uint16 revision;
    uint64 deadline;
}

struct AdoptParameters {
    Parameters parameters;
    uint64 deadline;
}

struct SetLendingPolicy {
    PartyId bank;
    uint64 dualApprovalFen;
    uint64 obligorLimitFen;
    uint64 borrowerLimitFen;
    uint16 revision;
    uint64 deadline;
}

struct SetCreditLimit {
    PartyId bank;
    PartyId party;
    ExposureSide side;
    uint64 limitFen;
    uint16 revision;
    uint64 deadline;
}

struct ActivateModel {
    PartyId bank;
    bytes32 modelHash;
    uint16 fromDate;
    uint16 untilDate;
    uint16 revision;
    uint64 deadline;
}

// ---- Receivables ---------------------------------------------------------------------------------------------------------

struct IssueReceivable {
    PartyId obligor;
    PartyId holder;
    uint64 amountFen;
    uint16 maturityDate;
    Invoice[] invoices;
    uint64 deadline;
}

struct AssignReceivable {
    ReceivableId receivable;
    PartyId assignee;
    uint64 amountFen;
    uint16 revision;
    uint64 deadline;
}

struct RedeemReceivable {
    ReceivableId receivable;
    uint64 amountFen;
    bytes32 paymentReference;
    uint16 revision;
    uint64 deadline;
}

struct CancelReceivable {
    ReceivableId receivable;
    bytes32 reasonHash;
    uint16 revision;
    uint64 deadline;
}

struct DisputeReceivable {
    ReceivableId receivable;
    uint64 disputedFen;
    bytes32 reasonHash;
    uint16 revision;
    uint64 deadline;
}

/// @notice `cancelledFen` of the disputed part is given up; the rest is owed as before.
struct ResolveDispute {
    ReceivableId receivable;
    uint64 cancelledFen;
    uint16 revision;
    uint64 deadline;
}

struct FreezeReceivable {
    ReceivableId receivable;
    bytes32 caseHash;
    uint64 deadline;
}

struct UnfreezeReceivable {
    ReceivableId receivable;
    bytes32 caseHash;
    uint64 deadline;
}

// ---- Loans ---------------------------------------------------------------------------------------------------------------

/// @notice The borrower's signed limit order. An empty list of banks invites every bank.
struct LoanApplication {
    ReceivableId receivable;
    uint16 revision;
    PartyId[] banks;
    uint64 minPrincipalFen;
    uint64 maxPrincipalFen;
    uint16 maxAnnualRateBps;
    uint16 dueDate;
    bool withRecourse;
    uint64 deadline;
}

/// @notice The bank's approval of an application: the loan exists once both have signed.
struct OpenLoan {
    LoanApplication application;
    PartyId bank;
    uint64 principalFen;
    uint16 annualRateBps;
    bytes32 reviewHash; // of the review of the trade; 0 where the receivable needs none
    bytes32 decisionDigest; // of the credit decision: model, committed input, output; 0 where a bank keeps none
    uint64 deadline;
}

/// @notice `byBorrower`: the borrower ends it, which it can once the approval lapsed; otherwise the bank.
struct CancelLoan {
    LoanId loan;
    bool byBorrower;
    uint16 revision;
    uint64 deadline;
}

struct DisburseLoan {
    LoanId loan;
    uint64 amountFen;
    bytes32 registrationHash;
    bytes32 paymentReference;
    uint16 revision;
    uint64 deadline;
}

struct RepayLoan {
    LoanId loan;
    uint64 principalFen;
    uint64 interestFen;
    uint64 feeFen;
    bytes32 paymentReference;
    uint16 revision;
    uint64 deadline;
}

struct ExtendLoan {
    LoanId loan;
    uint16 dueDate;
    uint16 revision;
    uint64 deadline;
}

struct DefaultLoan {
    LoanId loan;
    bytes32 reasonHash;
    uint16 revision;
    uint64 deadline;
}

struct ClaimRecourse {
    LoanId loan;
    bytes32 demandHash;
    uint16 revision;
    uint64 deadline;
}

struct WriteOffLoan {
    LoanId loan;
    uint64 amountFen;
    bytes32 reasonHash;
    uint16 revision;
    uint64 deadline;
}

struct RecoverLoan {
    LoanId loan;
    uint64 amountFen;
    RecoverySource source;
    bytes32 paymentReference;
    uint16 revision;
    uint64 deadline;
}
