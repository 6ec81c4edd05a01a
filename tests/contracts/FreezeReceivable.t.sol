// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import "../../contracts/Operations.sol";
import {
    MAKER, OPERATOR_MANAGER, REGULATOR_MANAGER, SUPERVISOR, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {ServicingCalls} from "./support/ServicingCalls.sol";
import {Vm} from "./support/Vm.sol";

/// @notice The freeze and its end, both by order of an authority.
contract FreezeReceivableTest is ServicingCalls {
    function test_FreezeReceivable_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        ReceivableId redeemed = issue();
        accepts(redeemCall(redeemOp(redeemed, FACE)));
        ReceivableId frozen = issue();
        freeze(frozen);
        ReceivableId released = issue();
        freeze(released);
        unfreeze(released);
        FreezeReceivable memory op = FreezeReceivable(ReceivableId.wrap(99), 0, uint64(block.timestamp - 1));

        refuses(freezeCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(freezeCall(op), receivableUnknown(op.receivable));
        op.receivable = redeemed;
        refuses(freezeCall(op), statusWrong(redeemed, ReceivableStatus.Redeemed));
        op.receivable = frozen;
        refuses(freezeCall(op), locked(frozen));
        op.receivable = released;
        refuses(freezeCall(op), caseMissing());
        op.caseHash = FREEZE_CASE;
        refuses(freezeCall(op), caseUsed(released, FREEZE_CASE));
        op.caseHash = RELEASE_CASE;
        refuses(freezeCall(op), caseUsed(released, RELEASE_CASE));
        op.caseHash = keccak256("another order");
        refuses(abi.encodeCall(IServicing.freezeReceivable, (op, "")), malformed());
        refuses(freezeCall(op, SUPPLIER_TRADER), unauthorised(REGULATOR, SUPPLIER_TRADER, Rights.SUPERVISE));
        refuses(freezeCall(op, OPERATOR_MANAGER), unauthorised(REGULATOR, OPERATOR_MANAGER, Rights.SUPERVISE));
        refuses(freezeCall(op, REGULATOR_MANAGER), unauthorised(REGULATOR, REGULATOR_MANAGER, Rights.SUPERVISE));
        accepts(freezeCall(op, SUPERVISOR));
    }

    function test_UnfreezeReceivable_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        ReceivableId free = issue();
        ReceivableId frozen = issue();
        freeze(frozen);
        UnfreezeReceivable memory op = UnfreezeReceivable(ReceivableId.wrap(99), 0, uint64(block.timestamp - 1));

        refuses(unfreezeCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(unfreezeCall(op), receivableUnknown(op.receivable));
        op.receivable = free;
        refuses(unfreezeCall(op), abi.encodeWithSelector(ILedgerErrors.ReceivableNotLocked.selector, free));
        op.receivable = frozen;
        refuses(unfreezeCall(op), caseMissing());
        op.caseHash = FREEZE_CASE;
        refuses(unfreezeCall(op), caseUsed(frozen, FREEZE_CASE));
        op.caseHash = RELEASE_CASE;
        refuses(abi.encodeCall(IServicing.unfreezeReceivable, (op, "")), malformed());
        refuses(unfreezeCall(op, SUPPLIER_TRADER), unauthorised(REGULATOR, SUPPLIER_TRADER, Rights.SUPERVISE));
        refuses(unfreezeCall(op, REGULATOR_MANAGER), unauthorised(REGULATOR, REGULATOR_MANAGER, Rights.SUPERVISE));
        accepts(unfreezeCall(op, SUPERVISOR));
    }

    function test_FreezeReceivable_TheSameOrderAfterItsEnd_IsRefusedByItsCase() public {
        ReceivableId id = issue();
        bytes memory order = freezeCall(FreezeReceivable(id, FREEZE_CASE, soon()));
        bytes memory release = unfreezeCall(UnfreezeReceivable(id, RELEASE_CASE, soon()));
        accepts(order);
        refuses(order, locked(id));
        accepts(release);
        refuses(order, caseUsed(id, FREEZE_CASE));
        accepts(freezeCall(FreezeReceivable(id, keccak256("a second order"), soon())));
        refuses(release, caseUsed(id, RELEASE_CASE));
    }

    /// @dev An order can name several receivables.
    function test_FreezeReceivable_OneCase_ServesForSeveralReceivables() public {
        freeze(issue());
        freeze(issue());
    }

    /// @dev It names no revision: whoever holds the receivable when the order arrives holds a frozen one.
    function test_FreezeReceivable_AnAssignmentBefore_DoesNotOutrunIt() public {
        ReceivableId id = issue();
        bytes memory order = freezeCall(FreezeReceivable(id, FREEZE_CASE, soon()));
        accepts(assignCall(assignOp(id, MAKER, FACE)));
        accepts(order);
        refuses(redeemCall(redeemOp(id, FACE)), locked(id));
    }

    function test_FreezeReceivable_Frozen_IsNotTradedAndItsRevisionStands() public {
        ReceivableId id = issue();
        bytes memory assigned = assignCall(assignOp(id, MAKER, FACE));
        freeze(id);
        refuses(assigned, locked(id));
        refuses(assignCall(assignOp(id, MAKER, 5)), locked(id));
        refuses(redeemCall(redeemOp(id, 5)), locked(id));
        refuses(openCall(openOp(id)), locked(id));
        refuses(cancelCall(cancelOp(id)), locked(id));
        unfreeze(id);
        accepts(assigned); // what was agreed before is as good as then
    }

    function test_FreezeReceivable_Pledged_NothingMoreIsDisbursedAndTheLoanIsServed() public {
        ReceivableId id = issue();
        LoanId loan = lendPart(id, 1_000);
        freeze(id);
        refuses(disburseCall(disburseOp(loan)), locked(id));
        accepts(extendCall(extendOp(loan)));
        recordDefault(loan);
        writeOff(loan, 600);
        recover(loan, 600);
        repayAll(loan);
        equal(uint8(ledger.receivable(id).status), uint8(ReceivableStatus.Active), "status");
        isTrue(ledger.receivable(id).frozen, "still frozen after the release of the pledge");
        refuses(redeemCall(redeemOp(id, FACE)), locked(id));
    }

    function test_FreezeReceivable_OfALoanNotDisbursed_TheBankCanStillWithdraw() public {
        ReceivableId id = issue();
        LoanId loan = open(id);
        freeze(id);
        refuses(disburseCall(disburseOp(loan)), locked(id));
        accepts(cancelCall(cancelOp(loan)));
        isTrue(ledger.receivable(id).frozen, "frozen");
    }

    function testFuzz_Freeze_AndItsEnd_ChangeOneFlagOnly(bytes32 freezeCase, bytes32 releaseCase, bool pledged) public {
        vm.assume(freezeCase != 0 && releaseCase != 0 && freezeCase != releaseCase);
        ReceivableId id = issue();
        if (pledged) open(id);
        Receivable memory expected = ledger.receivable(id);
        Vm.Log memory log = accepts(freezeCall(FreezeReceivable(id, freezeCase, soon())));
        isOrder(log, ILedgerEvents.ReceivableFrozen.selector, id, freezeCase);
        expected.frozen = true;
        equal(abi.encode(ledger.receivable(id)), abi.encode(expected), "frozen receivable");

        log = accepts(unfreezeCall(UnfreezeReceivable(id, releaseCase, soon())));
        isOrder(log, ILedgerEvents.ReceivableUnfrozen.selector, id, releaseCase);
        expected.frozen = false;
        equal(abi.encode(ledger.receivable(id)), abi.encode(expected), "released receivable");
    }

    function isOrder(Vm.Log memory log, bytes32 selector, ReceivableId id, bytes32 caseHash) private pure {
        equal(log.topics.length, 3, "topics");
        equal(log.topics[0], selector, "event");
        equal(uint256(log.topics[1]), ReceivableId.unwrap(id), "receivable of the event");
        equal(log.topics[2], caseHash, "case of the event");
        equal(log.data, "", "data of the event");
    }

    function unfreeze(ReceivableId id) private {
        accepts(unfreezeCall(UnfreezeReceivable(id, RELEASE_CASE, soon())));
    }

    function caseMissing() private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.CaseMissing.selector);
    }

    function caseUsed(ReceivableId id, bytes32 caseHash) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.CaseUsed.selector, id, caseHash);
    }
}
