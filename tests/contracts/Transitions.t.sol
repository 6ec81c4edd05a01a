// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import "../../contracts/Operations.sol";
import {APPROVER, BUYER_TRADER, DISBURSER, MAKER, MAKER_TRADER, SUPPLIER_TRADER} from "./support/LedgerTest.sol";
import {ServicingCalls} from "./support/ServicingCalls.sol";

/// @notice Every operation on every state, the forbidden ones included, as two complete tables. A digit says that the operation is accepted
/// and which status it leads to; a letter names the refusal.
contract TransitionsTest is ServicingCalls {
    uint64 private constant LENT = FACE / 2;

    enum Held {
        Unknown,
        Active,
        PartlyDisputed,
        Settled,
        Frozen,
        PartlyDisputedFrozen,
        Pledged,
        PledgedPartlyDisputed,
        PledgedFrozen,
        Redeemed,
        Cancelled
    }

    enum Lent {
        Unknown,
        Opened,
        OpenedLapsed,
        OpenedOverdue,
        PartlyDisbursed,
        PartlyDisbursedFrozen,
        PartlyDisbursedOverdue,
        Disbursed,
        Extended,
        Overdue,
        Defaulted,
        DefaultedClaimed,
        PartlyWrittenOff,
        PartlyWrittenOffRecovered,
        WrittenOff,
        Recovered,
        Repaid,
        Cancelled
    }

    /// @dev Digits: 1 active, 2 pledged, 3 redeemed, 4 cancelled. Letters: U unknown, S wrong status, L locked, N not locked, A more than is
    /// free, P a dispute is pending, D it was settled once, M there is none.
    function receivableRows() private pure returns (string[11] memory rows) {
        // assign all, a part; redeem all, a part; cancel; dispute; resolve; freeze; unfreeze; open a loan
        rows[uint8(Held.Unknown)] = "UUUUUUUUUU";
        rows[uint8(Held.Active)] = "113141M1N2";
        rows[uint8(Held.PartlyDisputed)] = "A1A14P11N2";
        rows[uint8(Held.Settled)] = "11314DM1N2";
        rows[uint8(Held.Frozen)] = "LLLLL1LL1L";
        rows[uint8(Held.PartlyDisputedFrozen)] = "LLLLLPLL1L";
        rows[uint8(Held.Pledged)] = "SSSSS2M2NS";
        rows[uint8(Held.PledgedPartlyDisputed)] = "SSSSSPA2NS";
        rows[uint8(Held.PledgedFrozen)] = "SSSSS2LL2S";
        rows[uint8(Held.Redeemed)] = "SSSSSSSSNS";
        rows[uint8(Held.Cancelled)] = "SSSSSSSSNS";
    }

    /// @dev Digits: 2 disbursed, 3 repaid, 4 cancelled, 5 defaulted, 6 written off, 7 recovered. Letters: U unknown, S wrong status, A more
    /// than is left, L the receivable is locked, O overdue, N not overdue, E extended before, R recourse claimed before,
    /// V the approval stands, W it lapsed.
    function loanRows() private pure returns (string[18] memory rows) {
        // disburse; repay a part, all, interest alone; cancel by the bank, by the borrower; extend; default; claim; write off a part, all;
        // recover a part, all
        rows[uint8(Lent.Unknown)] = "UUUUUUUUUUUUU";
        rows[uint8(Lent.Opened)] = "2SSS4VSSSSSSS";
        rows[uint8(Lent.OpenedLapsed)] = "WSSS44SSSSSSS";
        rows[uint8(Lent.OpenedOverdue)] = "OSSS44SSSSSSS";
        rows[uint8(Lent.PartlyDisbursed)] = "2232SS2NSSSSS";
        rows[uint8(Lent.PartlyDisbursedFrozen)] = "L232SS2NSSSSS";
        rows[uint8(Lent.PartlyDisbursedOverdue)] = "O232SSO5SSSSS";
        rows[uint8(Lent.Disbursed)] = "A232SS2NSSSSS";
        rows[uint8(Lent.Extended)] = "A232SSENSSSSS";
        rows[uint8(Lent.Overdue)] = "A232SSO5SSSSS";
        rows[uint8(Lent.Defaulted)] = "S535SSSS556AA";
        rows[uint8(Lent.DefaultedClaimed)] = "S535SSSSR56AA";
        rows[uint8(Lent.PartlyWrittenOff)] = "S565SSSS55655";
        rows[uint8(Lent.PartlyWrittenOffRecovered)] = "S575SSSS556AA";
        rows[uint8(Lent.WrittenOff)] = "SSSSSSSS6SS67";
        rows[uint8(Lent.Recovered)] = "SSSSSSSSSSSSS";
        rows[uint8(Lent.Repaid)] = "SSSSSSSSSSSSS";
        rows[uint8(Lent.Cancelled)] = "SSSSSSSSSSSSS";
    }

    // ---- Receivables

    function test_EveryOperationOnEveryReceivable_FollowsTheTable() public {
        string[11] memory rows = receivableRows();
        ReceivableId sample = issue();
        for (uint8 state = 0; state < rows.length; state++) {
            uint256 clean = vm.snapshotState();
            ReceivableId id = receivableIn(Held(state));
            bytes memory row = bytes(rows[state]);
            equal(row.length, 10, "cells of the row");
            for (uint256 verb = 0; verb < row.length; verb++) {
                uint256 before = vm.snapshotState();
                bytes memory call = receivableCall(verb, id, sample);
                if (isDigit(row[verb])) {
                    accepts(call);
                    equal(uint8(ledger.receivable(id).status), uint8(row[verb]) - 48, cell("receivable", state, verb));
                } else {
                    isRefused(call, receivableReason(row[verb], verb, id), cell("receivable", state, verb));
                }
                vm.revertToState(before);
            }
            vm.revertToState(clean);
        }
    }

    function receivableIn(Held state) private returns (ReceivableId id) {
        if (state == Held.Unknown) return ReceivableId.wrap(1_000);
        id = issue();
        if (state == Held.PartlyDisputed || state == Held.PartlyDisputedFrozen) dispute(id, 100);
        if (state == Held.Settled) settle(id);
        if (state == Held.Pledged || state == Held.PledgedFrozen || state == Held.PledgedPartlyDisputed) open(id);
        if (state == Held.PledgedPartlyDisputed) dispute(id, 100);
        if (state == Held.Frozen || state == Held.PartlyDisputedFrozen || state == Held.PledgedFrozen) freeze(id);
        if (state == Held.Redeemed) accepts(redeemCall(redeemOp(id, FACE)));
        if (state == Held.Cancelled) accepts(cancelCall(cancelOp(id)));
    }

    function settle(ReceivableId id) private {
        dispute(id, 100);
        accepts(resolveCall(resolveOp(id, 0)));
    }

    function receivableCall(uint256 verb, ReceivableId id, ReceivableId sample) private view returns (bytes memory) {
        if (verb < 2) return assignCall(assignOp(id, MAKER, verb == 0 ? FACE : 1), SUPPLIER_TRADER, MAKER_TRADER);
        if (verb < 4) return redeemCall(redeemOp(id, verb == 2 ? FACE : 1), SUPPLIER_TRADER);
        if (verb == 4) return cancelCall(cancelOp(id), SUPPLIER_TRADER, BUYER_TRADER);
        if (verb == 5) return disputeCall(disputeOp(id, 1), BUYER_TRADER);
        if (verb == 6) return resolveCall(resolveOp(id, 1), SUPPLIER_TRADER, BUYER_TRADER);
        bytes32 order = keccak256("another order");
        if (verb == 7) return freezeCall(FreezeReceivable(id, order, soon()));
        if (verb == 8) return unfreezeCall(UnfreezeReceivable(id, order, soon()));
        OpenLoan memory op = openOp(sample); // the terms of a loan that would be good for a receivable without a blemish
        op.application.receivable = id;
        op.application.revision = ledger.receivable(id).revision;
        return openCall(op, SUPPLIER_TRADER, APPROVER);
    }

    function receivableReason(bytes1 letter, uint256 verb, ReceivableId id) private view returns (bytes memory) {
        if (letter == "U") return receivableUnknown(id);
        if (letter == "S") return statusWrong(id, ledger.receivable(id).status);
        if (letter == "L") return locked(id);
        if (letter == "N") return abi.encodeWithSelector(ILedgerErrors.ReceivableNotLocked.selector, id);
        if (letter == "M") return abi.encodeWithSelector(ILedgerErrors.DisputeMissing.selector, id);
        if (letter == "D") return abi.encodeWithSelector(ILedgerErrors.DisputeUsed.selector, id);
        if (letter == "P") return abi.encodeWithSelector(ILedgerErrors.DisputePending.selector, id, 100);
        if (letter == "A" && verb == 6) return amountOut(1, 0, 0); // a bank lent against it
        if (letter == "A") return amountOut(FACE, 1, FACE - 100);
        return "a letter without a meaning";
    }

    // ---- Loans

    function test_EveryOperationOnEveryLoan_FollowsTheTable() public {
        string[18] memory rows = loanRows();
        for (uint8 state = 0; state < rows.length; state++) {
            uint256 clean = vm.snapshotState();
            LoanId id = loanIn(Lent(state));
            bytes memory row = bytes(rows[state]);
            equal(row.length, 13, "cells of the row");
            for (uint256 verb = 0; verb < row.length; verb++) {
                uint256 before = vm.snapshotState();
                bytes memory call = loanCall(verb, id);
                if (isDigit(row[verb])) {
                    accepts(call);
                    equal(uint8(ledger.loan(id).progress.status), uint8(row[verb]) - 48, cell("loan", state, verb));
                    followsTheLoan(id);
                } else {
                    isRefused(call, loanReason(row[verb], verb, id), cell("loan", state, verb));
                }
                vm.revertToState(before);
            }
            vm.revertToState(clean);
        }
    }

    function loanIn(Lent state) private returns (LoanId id) {
        if (state == Lent.Unknown) return LoanId.wrap(1_000);
        ReceivableId receivable = issue();
        if (state <= Lent.OpenedOverdue || state == Lent.Cancelled) id = open(receivable);
        else if (state <= Lent.PartlyDisbursedOverdue) id = lendPart(receivable, 1_000);
        else id = lend(receivable);

        if (state == Lent.Cancelled) accepts(cancelCall(cancelOp(id)));
        if (state == Lent.PartlyDisbursedFrozen) freeze(receivable);
        if (state == Lent.Extended) accepts(extendCall(extendOp(id)));
        if (state == Lent.Repaid) repayAll(id);
        bool isLate = state == Lent.OpenedOverdue || state == Lent.PartlyDisbursedOverdue || state == Lent.Overdue;
        if (isLate) makeOverdue(id);
        if (state == Lent.OpenedLapsed) makeLapsed(id);
        if (state >= Lent.Defaulted && state <= Lent.Recovered) recordDefault(id);
        if (state == Lent.DefaultedClaimed) accepts(claimCall(claimOp(id)));
        if (state == Lent.PartlyWrittenOff || state == Lent.PartlyWrittenOffRecovered) writeOff(id, 600);
        if (state == Lent.PartlyWrittenOffRecovered) recover(id, 600);
        if (state == Lent.WrittenOff || state == Lent.Recovered) writeOff(id, LENT);
        if (state == Lent.Recovered) recover(id, LENT);
    }

    function loanCall(uint256 verb, LoanId id) private view returns (bytes memory) {
        uint16 revision = revisionOf(id);
        if (verb == 0) return disburseCall(DisburseLoan(id, 1, REGISTRATION, PAYMENT, revision, soon()), DISBURSER);
        if (verb == 1) return repayCall(repayOp(id, 1, 0), DISBURSER);
        if (verb == 2) return repayCall(repayOp(id, someOf(outstandingOf(id)), 1), DISBURSER);
        if (verb == 3) return repayCall(repayOp(id, 0, 1), DISBURSER);
        if (verb == 4) return cancelCall(cancelOp(id), APPROVER);
        if (verb == 5) return cancelCall(withdrawOp(id), SUPPLIER_TRADER);
        if (verb == 6) return extendCall(extendOp(id), SUPPLIER_TRADER, APPROVER);
        if (verb == 7) return defaultCall(defaultOp(id), APPROVER);
        if (verb == 8) return claimCall(claimOp(id), APPROVER);
        if (verb == 9) return writeOffCall(writeOffOp(id, 1), APPROVER, DISBURSER);
        if (verb == 10) return writeOffCall(writeOffOp(id, someOf(outstandingOf(id))), APPROVER, DISBURSER);
        if (verb == 11) return recoverCall(recoverOp(id, 1), DISBURSER);
        LoanProgress memory found = ledger.loan(id).progress;
        return recoverCall(recoverOp(id, someOf(found.writtenOffFen - found.recoveredFen)), DISBURSER);
    }

    function someOf(uint64 amountFen) private pure returns (uint64) {
        return amountFen == 0 ? 1 : amountFen;
    }

    function loanReason(bytes1 letter, uint256 verb, LoanId id) private view returns (bytes memory) {
        Loan memory found = ledger.loan(id);
        uint16 due = found.terms.dueDate;
        if (letter == "U") return loanUnknown(id);
        if (letter == "S") return loanStatusWrong(id, neededFor(verb), found.progress.status);
        if (letter == "A") return amountOut(1, 1, 0);
        if (letter == "L") return locked(found.terms.receivable);
        if (letter == "O") return abi.encodeWithSelector(ILedgerErrors.LoanOverdue.selector, id, due, ledger.today());
        if (letter == "N") return abi.encodeWithSelector(ILedgerErrors.LoanNotOverdue.selector, id, due, ledger.today());
        uint16 lapse = found.terms.lapseDate;
        if (letter == "V") return abi.encodeWithSelector(ILedgerErrors.ApprovalStanding.selector, id, lapse, ledger.today());
        if (letter == "W") return abi.encodeWithSelector(ILedgerErrors.ApprovalLapsed.selector, id, lapse, ledger.today());
        if (letter == "E") return abi.encodeWithSelector(ILedgerErrors.ExtensionUsed.selector, id);
        if (letter == "R") return abi.encodeWithSelector(ILedgerErrors.RecourseUsed.selector, id);
        return "a letter without a meaning";
    }

    function neededFor(uint256 verb) private pure returns (LoanStatus) {
        if (verb == 0 || verb == 4 || verb == 5) return LoanStatus.Opened;
        return verb < 8 ? LoanStatus.Disbursed : LoanStatus.Defaulted;
    }

    /// @dev A loan that is over has freed its receivable and its limits; any other has not.
    function followsTheLoan(LoanId id) private view {
        LoanStatus status = ledger.loan(id).progress.status;
        bool isOver = status == LoanStatus.Repaid || status == LoanStatus.Cancelled || status == LoanStatus.Recovered;
        ReceivableStatus expected = isOver ? ReceivableStatus.Active : ReceivableStatus.Pledged;
        equal(uint8(ledger.receivable(ledger.loan(id).terms.receivable).status), uint8(expected), "status of the receivable");
        bool isBound = !isOver && status != LoanStatus.WrittenOff;
        isTrue((usedBy(id, ExposureSide.Obligor) > 0) == isBound, "obligor's line");
        isTrue((usedBy(id, ExposureSide.Borrower) > 0) == isBound, "borrower's line");
    }

    // ---- Cells

    function isRefused(bytes memory call, bytes memory expected, string memory where) private {
        (bool success, bytes memory reason) = address(ledger).call(call);
        isTrue(!success, where);
        equal(reason, expected, where);
    }

    function isDigit(bytes1 sign_) private pure returns (bool) {
        return sign_ >= "0" && sign_ <= "9";
    }

    function cell(string memory what, uint256 state, uint256 verb) private pure returns (string memory) {
        return string.concat(what, ", row ", vm.toString(state), ", column ", vm.toString(verb));
    }
}
