// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Identifiers are small integers given out in sequence from 1; 0 means none. Distinct types keep one from standing in for another.
type PartyId is uint32;
type ReceivableId is uint40;
type LoanId is uint40;

using {_samePartyId as ==, _otherPartyId as !=} for PartyId global;

function _samePartyId(PartyId a, PartyId b) pure returns (bool) {
    return PartyId.unwrap(a) == PartyId.unwrap(b);
}

function _otherPartyId(PartyId a, PartyId b) pure returns (bool) {
    return PartyId.unwrap(a) != PartyId.unwrap(b);
}

// The most that one receivable, one loan or the interest on one loan can come to: 10 billion yuan. It is small enough that no few parties
// can fill the 64-bit control totals (that takes 18 million receivables) and so stop the ledger, and every JSON reader holds it exactly.
uint64 constant MAX_AMOUNT_FEN = 1_000_000_000_000;

/// @notice What a party is. Numbered from 1, append only.
enum PartyKind {
    None,
    Operator,
    Enterprise,
    Bank
}

/// @notice The state of a receivable. Numbered from 1, append only.
enum ReceivableStatus {
    None,
    Active,
    Pledged,
    Redeemed
}

/// @notice The state of a loan. Numbered from 1, append only.
enum LoanStatus {
    None,
    Opened,
    Disbursed,
    Repaid
}

/// @notice What a signer may do for its party: a set of the bits in `Rights`.
library Rights {
    /// Issue, accept, assign and redeem receivables; apply for loans.
    uint8 internal constant TRADE = 1;
    /// Approve loans (the maker).
    uint8 internal constant APPROVE = 2;
    /// Record disbursements and receipts of repayments (the checker).
    uint8 internal constant DISBURSE = 4;
    /// Add and remove signers.
    uint8 internal constant MANAGE = 8;
    /// Register parties; only a signer of the operator can hold it.
    uint8 internal constant REGISTER = 16;

    uint8 internal constant ENTERPRISE = TRADE | MANAGE;
    uint8 internal constant BANK = APPROVE | DISBURSE | MANAGE;
    uint8 internal constant OPERATOR = REGISTER | MANAGE;
}

/// @notice A signer and its rights.
/// @param signer ERC-7913 bytes: a 20-byte account address, or the ledger's P-256 verifier (20 bytes) followed by the key (x, y).
/// @param rights Bits of `Rights` that fit the party's kind.
struct SignerGrant {
    bytes signer;
    uint8 rights;
}

// ---- Stored things -------------------------------------------------------------------------------------------------------

/// @dev Slot 0: 8 + 32 + 40 + 32 + 16 = 128 bits. Slot 1: profile hash.
struct Party {
    PartyKind kind;
    uint32 regionCode; // GB/T 2260, six digits
    bytes5 industry; // GB/T 4754, a letter and up to four digits
    uint32 signers; // signers in force
    uint16 managers; // signers in force that hold MANAGE; never 0
    bytes32 profileHash; // salted hash of name and identifiers, which stay off the chain
}

/// @dev One slot: 32 + 8 = 40 bits. A removed signer keeps its party and has no rights, so that it can never be granted again.
struct SignerRecord {
    PartyId party;
    uint8 rights;
}

/// @dev One slot: 32 + 32 + 56 + 16 + 8 + 8 + 8 + 16 + 40 = 216 bits.
struct Receivable {
    PartyId obligor;
    PartyId holder;
    uint56 amountFen; // what is still owed on this number, after splits and redemptions
    uint16 maturityDate; // days since 1970-01-01, China Standard Time
    ReceivableStatus status;
    uint8 depth; // 0 for an issued receivable, one more for each split
    uint8 splits; // children made so far
    uint16 revision; // one more with every change; a signed agreement names the revision that it saw
    ReceivableId parent;
}

/// @dev Slot 0: 56 + 56 + 32 + 32 + 16 + 16 + 16 + 8 + 8 = 240 bits. Slot 1: 40 + 56 + 160 = 256 bits.
struct Loan {
    uint56 principalFen;
    uint56 repaidFen; // of the principal
    PartyId bank;
    PartyId borrower;
    uint16 annualRateBps;
    uint16 dueDate; // days since 1970-01-01, China Standard Time
    uint16 revision;
    LoanStatus status;
    bool withRecourse;
    ReceivableId receivable;
    uint56 interestPaidFen;
    bytes20 approver; // the first 20 bytes of the approving signer's id: the disburser must be another one
}

/// @notice The control totals: what the whole ledger must add up to.
/// @dev Slot 0: 24 + 16 + 40 + 40 + 64 + 64 = 248 bits, so that the headline figures are proved with one storage proof.
/// Slot 1: 64 + 64 + 64 = 192 bits.
struct Totals {
    uint24 enterprises;
    uint16 banks;
    uint40 receivables; // numbers given out, children included
    uint40 loans;
    uint64 lentFen; // disbursed ever
    uint64 repaidFen; // of the principals; outstanding = lent - repaid
    uint64 issuedFen; // face of all issued receivables
    uint64 redeemedFen;
    uint64 interestFen; // interest received by banks
}

/// @notice Limits that are fixed when the ledger is deployed.
struct Parameters {
    uint16 maxTenorDays; // from today to a maturity date
    uint8 maxSplitDepth;
    uint8 maxSplits; // children of one receivable
}

// ---- Operations: the structs that are signed under EIP-712 ------------------------------------------------------------------

struct RegisterParty {
    PartyKind kind;
    uint32 regionCode;
    bytes5 industry;
    bytes32 profileHash;
    SignerGrant[] signers;
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

struct IssueReceivable {
    PartyId obligor;
    PartyId holder;
    uint64 amountFen;
    uint16 maturityDate;
    bytes32 invoiceFingerprint;
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

/// @notice The borrower's signed limit order. `bank` 0 invites every bank.
struct LoanApplication {
    ReceivableId receivable;
    uint16 revision;
    PartyId bank;
    uint64 minPrincipalFen;
    uint64 maxPrincipalFen;
    uint16 maxAnnualRateBps;
    uint16 dueDate;
    bool withRecourse;
    uint64 deadline;
}

/// @notice The bank's approval of an application: the loan exists once both signatures are there.
struct OpenLoan {
    LoanApplication application;
    PartyId bank;
    uint64 principalFen;
    uint16 annualRateBps;
    uint64 deadline;
}

struct DisburseLoan {
    LoanId loan;
    uint64 amountFen;
    bytes32 registrationHash;
    bytes32 paymentReference;
    uint64 deadline;
}

struct RepayLoan {
    LoanId loan;
    uint64 principalFen;
    uint64 interestFen;
    bytes32 paymentReference;
    uint16 revision;
    uint64 deadline;
}
