// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../contracts/interfaces/ILedgerErrors.sol";
import {IServicing} from "../../../contracts/interfaces/IServicing.sol";
import "../../../contracts/Operations.sol";
import {DISBURSER, SUPERVISOR} from "./LedgerTest.sol";
import {Key} from "./Signing.sol";
import {Trading} from "./Trading.sol";

/// @notice What does not go as planned, as operations that the ledger would accept as things stand, and the calls that carry their right
/// signatures.
abstract contract ServicingCalls is Trading {
    bytes32 internal constant DEMAND = keccak256("demand");
    bytes32 internal constant FREEZE_CASE = keccak256("order to freeze");
    bytes32 internal constant RELEASE_CASE = keccak256("order to release");

    // ---- Receivables

    function cancelOp(ReceivableId id) internal view returns (CancelReceivable memory) {
        return CancelReceivable(id, REASON, ledger.receivable(id).revision, soon());
    }

    function cancelCall(CancelReceivable memory op) internal view returns (bytes memory) {
        return cancelCall(op, holderKey(op.receivable), obligorKey(op.receivable));
    }

    function cancelCall(CancelReceivable memory op, Key holder, Key obligor) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        return abi.encodeCall(IServicing.cancelReceivable, (op, sign(holder, structHash), sign(obligor, structHash)));
    }

    function disputeOp(ReceivableId id, uint64 disputedFen) internal view returns (DisputeReceivable memory) {
        return DisputeReceivable(id, disputedFen, REASON, ledger.receivable(id).revision, soon());
    }

    function disputeCall(DisputeReceivable memory op) internal view returns (bytes memory) {
        return disputeCall(op, obligorKey(op.receivable));
    }

    function disputeCall(DisputeReceivable memory op, Key obligor) internal view returns (bytes memory) {
        return abi.encodeCall(IServicing.disputeReceivable, (op, sign(obligor, hashOf(op))));
    }

    function dispute(ReceivableId id, uint64 disputedFen) internal {
        accepts(disputeCall(disputeOp(id, disputedFen)));
    }

    function resolveOp(ReceivableId id, uint64 cancelledFen) internal view returns (ResolveDispute memory) {
        return ResolveDispute(id, cancelledFen, ledger.receivable(id).revision, soon());
    }

    function resolveCall(ResolveDispute memory op) internal view returns (bytes memory) {
        return resolveCall(op, holderKey(op.receivable), obligorKey(op.receivable));
    }

    function resolveCall(ResolveDispute memory op, Key holder, Key obligor) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        return abi.encodeCall(IServicing.resolveDispute, (op, sign(holder, structHash), sign(obligor, structHash)));
    }

    function freezeCall(FreezeReceivable memory op) internal view returns (bytes memory) {
        return freezeCall(op, SUPERVISOR);
    }

    function freezeCall(FreezeReceivable memory op, Key regulator) internal view returns (bytes memory) {
        return abi.encodeCall(IServicing.freezeReceivable, (op, sign(regulator, hashOf(op))));
    }

    function freeze(ReceivableId id) internal {
        accepts(freezeCall(FreezeReceivable(id, FREEZE_CASE, soon())));
    }

    function unfreezeCall(UnfreezeReceivable memory op) internal view returns (bytes memory) {
        return unfreezeCall(op, SUPERVISOR);
    }

    function unfreezeCall(UnfreezeReceivable memory op, Key regulator) internal view returns (bytes memory) {
        return abi.encodeCall(IServicing.unfreezeReceivable, (op, sign(regulator, hashOf(op))));
    }

    function holderKey(ReceivableId id) internal view returns (Key) {
        return traderOf(ledger.receivable(id).holder);
    }

    function obligorKey(ReceivableId id) internal view returns (Key) {
        return traderOf(ledger.receivable(id).obligor);
    }

    // ---- Loans

    function cancelOp(LoanId id) internal view returns (CancelLoan memory) {
        return CancelLoan(id, false, revisionOf(id), soon());
    }

    /// @dev By the borrower alone, once the approval lapsed.
    function withdrawOp(LoanId id) internal view returns (CancelLoan memory) {
        return CancelLoan(id, true, revisionOf(id), soon());
    }

    function cancelCall(CancelLoan memory op) internal view returns (bytes memory) {
        return cancelCall(op, op.byBorrower ? traderOf(ledger.loan(op.loan).terms.borrower) : approverOf(bankOf(op.loan)));
    }

    function cancelCall(CancelLoan memory op, Key key) internal view returns (bytes memory) {
        return abi.encodeCall(IServicing.cancelLoan, (op, sign(key, hashOf(op))));
    }

    /// @dev By ten days.
    function extendOp(LoanId id) internal view returns (ExtendLoan memory) {
        return ExtendLoan(id, ledger.loan(id).terms.dueDate + 10, revisionOf(id), soon());
    }

    function extendCall(ExtendLoan memory op) internal view returns (bytes memory) {
        return extendCall(op, traderOf(ledger.loan(op.loan).terms.borrower), approverOf(bankOf(op.loan)));
    }

    function extendCall(ExtendLoan memory op, Key borrower, Key approver) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        return abi.encodeCall(IServicing.extendLoan, (op, sign(borrower, structHash), sign(approver, structHash)));
    }

    function defaultOp(LoanId id) internal view returns (DefaultLoan memory) {
        return DefaultLoan(id, REASON, revisionOf(id), soon());
    }

    function defaultCall(DefaultLoan memory op) internal view returns (bytes memory) {
        return defaultCall(op, approverOf(bankOf(op.loan)));
    }

    function defaultCall(DefaultLoan memory op, Key approver) internal view returns (bytes memory) {
        return abi.encodeCall(IServicing.defaultLoan, (op, sign(approver, hashOf(op))));
    }

    function claimOp(LoanId id) internal view returns (ClaimRecourse memory) {
        return ClaimRecourse(id, DEMAND, revisionOf(id), soon());
    }

    function claimCall(ClaimRecourse memory op) internal view returns (bytes memory) {
        return claimCall(op, approverOf(bankOf(op.loan)));
    }

    function claimCall(ClaimRecourse memory op, Key approver) internal view returns (bytes memory) {
        return abi.encodeCall(IServicing.claimRecourse, (op, sign(approver, hashOf(op))));
    }

    function writeOffOp(LoanId id, uint64 amountFen) internal view returns (WriteOffLoan memory) {
        return WriteOffLoan(id, amountFen, REASON, revisionOf(id), soon());
    }

    function writeOffCall(WriteOffLoan memory op) internal view returns (bytes memory) {
        return writeOffCall(op, approverOf(bankOf(op.loan)), disburserOf(bankOf(op.loan)));
    }

    function writeOffCall(WriteOffLoan memory op, Key approver, Key checker) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        return abi.encodeCall(IServicing.writeOffLoan, (op, sign(approver, structHash), sign(checker, structHash)));
    }

    function writeOff(LoanId id, uint64 amountFen) internal {
        accepts(writeOffCall(writeOffOp(id, amountFen)));
    }

    function recoverOp(LoanId id, uint64 amountFen) internal view returns (RecoverLoan memory) {
        return RecoverLoan(id, amountFen, RecoverySource.Obligor, PAYMENT, revisionOf(id), soon());
    }

    function recoverCall(RecoverLoan memory op) internal view returns (bytes memory) {
        return recoverCall(op, disburserOf(bankOf(op.loan)));
    }

    function recoverCall(RecoverLoan memory op, Key disburser) internal view returns (bytes memory) {
        return abi.encodeCall(IServicing.recoverLoan, (op, sign(disburser, hashOf(op))));
    }

    function recover(LoanId id, uint64 amountFen) internal {
        accepts(recoverCall(recoverOp(id, amountFen)));
    }

    function revisionOf(LoanId id) internal view returns (uint16) {
        return ledger.loan(id).progress.revision;
    }

    /// @dev Opened and paid out in part; the rest may follow or lapse.
    function lendPart(ReceivableId id, uint64 amountFen) internal returns (LoanId loan) {
        loan = open(id);
        DisburseLoan memory op = disburseOp(loan);
        op.amountFen = amountFen;
        accepts(disburseCall(op, DISBURSER));
    }

    /// @dev Lets the days pass in which the bank could disburse.
    function makeLapsed(LoanId id) internal {
        vm.warp(block.timestamp + (ledger.loan(id).terms.lapseDate + 1 - uint256(ledger.today())) * 1 days);
    }

    /// @dev Lets the due date pass.
    function makeOverdue(LoanId id) internal {
        vm.warp(block.timestamp + (ledger.loan(id).terms.dueDate + 1 - uint256(ledger.today())) * 1 days);
    }

    /// @dev Lent, not repaid, and recorded as in default.
    function defaulted(ReceivableId receivable) internal returns (LoanId id) {
        id = lend(receivable);
        recordDefault(id);
    }

    function recordDefault(LoanId id) internal {
        makeOverdue(id);
        accepts(defaultCall(defaultOp(id)));
    }

    function usedBy(LoanId id, ExposureSide side) internal view returns (uint48) {
        LoanTerms memory terms = ledger.loan(id).terms;
        bool isBorrower = side == ExposureSide.Borrower;
        PartyId subject = isBorrower ? terms.borrower : ledger.receivable(terms.receivable).obligor;
        return ledger.creditLine(terms.bank, subject, side).usedFen;
    }

    // ---- Refusals that several verbs share

    function receivableUnknown(ReceivableId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.ReceivableUnknown.selector, id);
    }

    function locked(ReceivableId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.ReceivableLocked.selector, id);
    }

    function revisionsExhausted(ReceivableId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.ReceivableRevisionsExhausted.selector, id);
    }

    function reasonMissing() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.ReasonMissing.selector);
    }

    function paymentMissing() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PaymentReferenceMissing.selector);
    }

    function loanUnknown(LoanId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanUnknown.selector, id);
    }

    function loanStale(LoanId id, uint16 revision, uint16 current) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanRevisionStale.selector, id, revision, current);
    }

    function loanStatusWrong(LoanId id, LoanStatus expected, LoanStatus actual) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanStatusWrong.selector, id, expected, actual);
    }

    function loanRevisionsExhausted(LoanId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanRevisionsExhausted.selector, id);
    }

    function notDistinct(PartyId id, uint16 signerNumber) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignersNotDistinct.selector, id, signerNumber);
    }
}
