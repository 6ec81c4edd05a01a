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

// The operator and the regulator are the first two parties of every ledger; its deployment registers them.
PartyId constant OPERATOR = PartyId.wrap(1);
PartyId constant REGULATOR = PartyId.wrap(2);

// The most that one receivable, one loan or the interest on one loan can come to: 10 billion yuan. It is small enough that no few parties
// can fill the 64-bit control totals (that takes 18 million receivables) and so stop the ledger, and it fits 40 bits.
uint64 constant MAX_AMOUNT_FEN = 1_000_000_000_000;
// The most fees that one loan can come to: 42,949,672.95 yuan, what 32 bits hold.
uint64 constant MAX_FEE_FEN = type(uint32).max;
// The highest credit limit, 2.8 trillion yuan, what 48 bits hold.
uint64 constant MAX_LIMIT_FEN = type(uint48).max;

/// @notice What a party is. Numbered from 1, append only.
enum PartyKind {
    None,
    Operator,
    Enterprise,
    Bank,
    Regulator
}

/// @notice How a party stands with the operator. Numbered from 1, append only.
enum Standing {
    None,
    Active,
    StopListed, // issues no new receivables as obligor
    Suspended // enters no new agreement; what it owes or holds it can still settle
}

/// @notice The state of a receivable. Numbered from 1, append only.
enum ReceivableStatus {
    None,
    Active,
    Pledged,
    Redeemed,
    Cancelled
}

/// @notice The state of a loan. Numbered from 1, append only.
enum LoanStatus {
    None,
    Opened,
    Disbursed,
    Repaid,
    Cancelled,
    Defaulted,
    WrittenOff,
    Recovered
}

/// @notice Whose obligation a credit limit bounds. Numbered from 1, append only.
enum ExposureSide {
    None,
    Obligor,
    Borrower
}

/// @notice Who paid what a bank recovers. Numbered from 1, append only.
enum RecoverySource {
    None,
    Borrower, // the assignor, by recourse
    Obligor,
    Other // collateral, insurance, the sale of the claim
}

/// @notice What a signer may do for its party: a set of the bits in `Rights`.
library Rights {
    /// Issue, accept, assign, dispute and redeem receivables; apply for loans.
    uint8 internal constant TRADE = 1;
    /// Approve loans and what changes them to the bank's disadvantage (the maker).
    uint8 internal constant APPROVE = 2;
    /// Record disbursements and receipts (the checker).
    uint8 internal constant DISBURSE = 4;
    /// Add and remove signers; set a bank's policy and limits; of the operator: standing, recovery and parameters.
    uint8 internal constant MANAGE = 8;
    /// Register parties; only a signer of the operator can hold it.
    uint8 internal constant REGISTER = 16;
    /// Freeze and unfreeze receivables, adopt parameters; only a signer of the regulator can hold it.
    uint8 internal constant SUPERVISE = 32;

    uint8 internal constant ENTERPRISE = TRADE | MANAGE;
    uint8 internal constant BANK = APPROVE | DISBURSE | MANAGE;
    uint8 internal constant OF_OPERATOR = REGISTER | MANAGE;
    uint8 internal constant OF_REGULATOR = SUPERVISE | MANAGE;
    uint8 internal constant ANY = 255;
}

/// @notice A signer and its rights.
/// @param signer ERC-7913 bytes: a 20-byte account address, or one of the ledger's verifiers (20 bytes) followed by a P-256 key (x, y).
/// @param rights Bits of `Rights` that fit the party's kind.
struct SignerGrant {
    bytes signer;
    uint8 rights;
}

/// @notice One invoice behind a receivable.
/// @param fingerprint Hash of seller, code and number: see docs/architecture.md.
/// @param amountFen What the invoice is over.
struct Invoice {
    bytes32 fingerprint;
    uint64 amountFen;
}

// ---- Stored things -------------------------------------------------------------------------------------------------------

/// @dev Slot 0: 8 + 8 + 32 + 40 + 5 * 16 = 168 bits. Slot 1: profile hash.
struct Party {
    PartyKind kind;
    Standing standing;
    uint32 regionCode; // GB/T 2260, six digits
    bytes5 industry; // GB/T 4754, a letter and up to four digits
    uint16 signers; // signers in force
    uint16 managers; // signers in force that hold MANAGE; never 0
    uint16 lastSigner; // numbers given to signers so far
    uint16 revision; // one more with every policy and model of the party
    uint16 standingRevision; // one more with every standing and recovery: the party cannot wear the operator's signature out
    bytes32 profileHash; // salted hash of name and identifiers, which stay off the chain
}

/// @dev One slot: 32 + 8 + 16 = 56 bits. A removed signer keeps its party and has no rights, so that it can never be granted again.
struct SignerRecord {
    PartyId party;
    uint8 rights;
    uint16 number; // within its party, from 1
}

/// @notice A signer that the operator wants to give a party that lost its own.
/// @dev Slot 0: signer id. Slot 1: 8 + 16 = 24 bits. Slot 2: sibling id.
struct Recovery {
    bytes32 signerId;
    uint8 rights;
    uint16 readyDate; // the first day on which it can be completed, unless the party vetoes it before
    bytes32 siblingId; // the same P-256 key under the other scheme, which must be free then too; 0 for an account
}

/// @dev One slot: 2 * 32 + 2 * 40 + 16 + 3 * 8 + 16 + 40 + 2 * 8 = 256 bits.
struct Receivable {
    PartyId obligor;
    PartyId holder;
    uint40 amountFen; // what is still owed on this number, after splits, redemptions and cancellations
    uint40 disputedFen; // the part of it that the obligor disputes
    uint16 maturityDate; // days since 1970-01-01, China Standard Time
    ReceivableStatus status;
    uint8 depth; // 0 for an issued receivable, one more for each split
    uint8 splits; // children made so far
    uint16 revision; // one more with every change by its parties; a signed agreement names the revision that it saw
    ReceivableId parent;
    bool frozen; // by the regulator
    bool reviewNeeded; // its tenor is above the ordinary maximum: a bank must record a review before it lends
}

/// @notice What was agreed when a loan was opened.
/// @dev One slot: 40 + 2 * 32 + 40 + 2 * 16 + 8 + 2 * 16 + 2 * 8 + 16 = 248 bits.
struct LoanTerms {
    uint40 principalFen;
    PartyId bank;
    PartyId borrower;
    ReceivableId receivable;
    uint16 annualRateBps;
    uint16 dueDate; // days since 1970-01-01, China Standard Time
    bool withRecourse;
    uint16 approver; // number of the approving signer: the disburser must be another one
    uint16 secondApprover; // 0 where one sufficed
    bool extended;
    bool recourseClaimed;
    uint16 lapseDate; // the last day of an approval on which nothing was disbursed
}

/// @notice What became of a loan since.
/// @dev One slot: 5 * 40 + 32 + 16 + 8 = 256 bits. All zero while the loan is only opened, so that opening costs one slot.
struct LoanProgress {
    uint40 disbursedFen;
    uint40 repaidFen; // of the principal
    uint40 writtenOffFen; // of the principal
    uint40 recoveredFen; // of what was written off
    uint40 interestFen;
    uint32 feeFen;
    uint16 revision; // one more with every change; a signed agreement names the revision that it saw
    LoanStatus status; // None stands for Opened where there are terms
}

/// @notice A loan: its terms and what became of them.
struct Loan {
    LoanTerms terms;
    LoanProgress progress;
}

/// @notice What a bank decides for itself. Without a policy it lends nothing.
/// @dev One slot: 40 + 48 + 48 + 8 = 144 bits.
struct LendingPolicy {
    uint40 dualApprovalFen; // a principal above it takes two approvers
    uint48 obligorLimitFen; // for each obligor without a limit of its own
    uint48 borrowerLimitFen; // for each borrower without a limit of its own
    bool isSet;
}

/// @notice How much of one party's obligations a bank has taken on, and may.
/// @dev One slot: 48 + 48 + 16 + 8 = 120 bits.
struct CreditLine {
    uint48 usedFen; // approved and not yet repaid, lapsed or written off
    uint48 limitFen;
    uint16 revision; // one more with every limit that is set
    bool isOwn; // false: the policy's limit holds
}

/// @notice The credit model that a bank decides by.
/// @dev Slot 0: hash. Slot 1: 16 + 16 = 32 bits.
struct CreditModel {
    bytes32 modelHash;
    uint16 fromDate;
    uint16 untilDate;
}

/// @notice The control totals: what the whole ledger must add up to.
/// @dev Slot 0: 24 + 16 + 40 + 40 + 64 + 64 = 248 bits, so that the headline figures are proved with one storage proof.
/// Slots 1 and 2: four times 64 bits each.
struct Totals {
    uint24 enterprises;
    uint16 banks;
    uint40 receivables; // numbers given out, children included
    uint40 loans;
    uint64 lentFen; // disbursed ever
    uint64 repaidFen; // of the principals; outstanding = lent - repaid - written off
    uint64 issuedFen; // face of all issued receivables
    uint64 redeemedFen;
    uint64 cancelledFen; // of receivables
    uint64 writtenOffFen;
    uint64 overdueFen; // outstanding when a default was recorded
    uint64 recoveredFen; // of what was written off
    uint64 interestFen; // received by banks
    uint64 feeFen; // received by banks
}

/// @notice The control totals of one bank.
/// @dev One slot: 4 * 64 = 256 bits. Outstanding = lent - repaid - written off.
struct BankTotals {
    uint64 lentFen;
    uint64 repaidFen;
    uint64 writtenOffFen;
    uint64 overdueFen;
}

/// @notice The rules that law and the operator may change, from a date on.
/// @dev One slot: 3 * 16 + 5 * 8 + 16 + 8 = 112 bits.
struct Parameters {
    uint16 startDate; // the first day on which they hold
    uint16 maxTenorDays; // from the issue to the maturity date
    uint16 maxReviewedTenorDays; // a longer tenor than the ordinary one, which a bank finances only after a recorded review
    uint8 maxSplitDepth;
    uint8 maxSplits; // children of one receivable
    uint8 maxInvoices; // behind one receivable
    uint8 recoveryDelayDays; // in which a party can veto a recovery
    uint8 noticeDays; // from the proposal of parameters to their start
    uint16 maxExtensionDays; // of a loan's due date
    uint8 approvalDays; // in which a bank disburses on a loan that it approved
}
