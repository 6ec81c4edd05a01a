// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../Types.sol";

/// @title The ledger's one stream of events
/// @notice Every operation emits exactly one of them, with enough in it that a reader never has to call back. Dates are days since 1970-01-01
/// in China Standard Time; amounts are fen.
interface ILedgerEvents {
    // ---- Parties ---------------------------------------------------------------------------------------------------------

    event PartyRegistered(
        PartyId indexed party,
        PartyKind indexed kind,
        uint32 indexed regionCode,
        bytes5 industry,
        bytes32 profileHash,
        SignerGrant[] signers
    );
    event StandingSet(PartyId indexed party, Standing indexed standing, bytes32 reasonHash);
    event SignerAdded(PartyId indexed party, bytes32 indexed signerId, bytes signer, uint8 rights);
    event SignerRemoved(PartyId indexed party, bytes32 indexed signerId);
    /// @notice Can be completed from `readyDate` on; the party can veto it until it is completed. It takes the place of an earlier proposal
    /// that could be completed and was not.
    event RecoveryProposed(
        PartyId indexed party, bytes32 indexed signerId, bytes signer, uint8 rights, uint16 readyDate
    );
    event RecoveryVetoed(PartyId indexed party, bytes32 indexed signerId);
    /// @notice The signer of the proposal is in force.
    event RecoveryCompleted(PartyId indexed party, bytes32 indexed signerId, uint8 rights);

    // ---- Rules and policies ----------------------------------------------------------------------------------------------

    event ParametersProposed(Parameters parameters);
    /// @notice The parameters hold from their start date on. The deployment emits the first ones, which hold at once.
    event ParametersAdopted(Parameters parameters);
    event LendingPolicySet(
        PartyId indexed bank, uint64 dualApprovalFen, uint64 obligorLimitFen, uint64 borrowerLimitFen
    );
    event CreditLimitSet(
        PartyId indexed bank, PartyId indexed party, ExposureSide indexed side, uint64 limitFen
    );
    event ModelActivated(PartyId indexed bank, bytes32 indexed modelHash, uint16 fromDate, uint16 untilDate);

    // ---- Receivables -----------------------------------------------------------------------------------------------------

    event ReceivableIssued(
        ReceivableId indexed receivable,
        PartyId indexed obligor,
        PartyId indexed holder,
        uint64 amountFen,
        uint16 maturityDate,
        bool reviewNeeded,
        Invoice[] invoices
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
    /// @notice All that was left of this number is owed no more; its children stand.
    event ReceivableCancelled(
        ReceivableId indexed receivable,
        PartyId indexed holder,
        PartyId indexed obligor,
        uint64 amountFen,
        bytes32 reasonHash
    );
    event ReceivableDisputed(
        ReceivableId indexed receivable,
        PartyId indexed holder,
        PartyId indexed obligor,
        uint64 disputedFen,
        bytes32 reasonHash
    );
    /// @notice Nothing is disputed any more; `cancelledFen` of it was given up.
    event DisputeResolved(
        ReceivableId indexed receivable,
        PartyId indexed holder,
        PartyId indexed obligor,
        uint64 cancelledFen,
        uint64 remainderFen
    );
    event ReceivableFrozen(ReceivableId indexed receivable, bytes32 indexed caseHash);
    event ReceivableUnfrozen(ReceivableId indexed receivable, bytes32 indexed caseHash);

    // ---- Loans -----------------------------------------------------------------------------------------------------------

    /// @notice The approvers are numbers of the bank's signers, given out from 1 in the order of their grants; the second is 0 where one was
    /// enough. Unless something is disbursed until `lapseDate` the approval lapses.
    event LoanOpened(
        LoanId indexed loan,
        PartyId indexed bank,
        PartyId indexed borrower,
        ReceivableId receivable,
        uint64 principalFen,
        uint16 annualRateBps,
        uint16 dueDate,
        bool withRecourse,
        bytes32 applicationHash,
        bytes32 reviewHash,
        bytes32 decisionDigest,
        uint16 approver,
        uint16 secondApprover,
        uint16 lapseDate
    );
    event LoanCancelled(
        LoanId indexed loan, PartyId indexed bank, PartyId indexed borrower, uint64 principalFen, bool byBorrower
    );
    event LoanDisbursed(
        LoanId indexed loan,
        PartyId indexed bank,
        PartyId indexed borrower,
        uint64 amountFen,
        uint64 undisbursedFen,
        bytes32 registrationHash,
        bytes32 paymentReference
    );
    event LoanRepaid(
        LoanId indexed loan,
        PartyId indexed bank,
        PartyId indexed borrower,
        uint64 principalFen,
        uint64 interestFen,
        uint64 feeFen,
        uint64 outstandingFen,
        bytes32 paymentReference
    );
    event LoanExtended(LoanId indexed loan, PartyId indexed bank, PartyId indexed borrower, uint16 dueDate);
    event LoanDefaulted(
        LoanId indexed loan, PartyId indexed bank, PartyId indexed borrower, uint64 outstandingFen, bytes32 reasonHash
    );
    /// @notice The bank turned to the assignor for what is outstanding or written off and not recovered.
    event RecourseClaimed(
        LoanId indexed loan, PartyId indexed bank, PartyId indexed assignor, uint64 claimedFen, bytes32 demandHash
    );
    event LoanWrittenOff(
        LoanId indexed loan,
        PartyId indexed bank,
        PartyId indexed borrower,
        uint64 amountFen,
        uint64 outstandingFen,
        bytes32 reasonHash
    );
    event LoanRecovered(
        LoanId indexed loan,
        PartyId indexed bank,
        PartyId indexed borrower,
        uint64 amountFen,
        uint64 unrecoveredFen,
        RecoverySource source,
        bytes32 paymentReference
    );

    // ---- Batches ---------------------------------------------------------------------------------------------------------

    /// @notice An operation in a batch was refused and changed nothing.
    /// @param index Its place in the batch, from 0.
    /// @param operation Keccak-256 of its calldata.
    /// @param reason The ABI-encoded error.
    event OperationRefused(uint256 indexed index, bytes32 indexed operation, bytes reason);
}
