// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, DISBURSER, SUPPLIER, SUPPLIER_MANAGER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Governing} from "./support/Governing.sol";
import {Vm} from "./support/Vm.sol";

contract ExtendLoanTest is Governing {
    uint16 private constant LAST_CHANGEABLE = type(uint16).max - 4;

    function test_ExtendLoan_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId opened = open(issue());
        LoanId extended = lend(issue());
        accepts(extendCall(extendOp(extended)));
        LoanId disbursed = lend(issue());
        uint16 due = ledger.loan(disbursed).terms.dueDate;
        ExtendLoan memory op = ExtendLoan(LoanId.wrap(99), due, 9, uint64(block.timestamp - 1));

        refuses(signed(op), expired(op.deadline));
        op.deadline = soon();
        refuses(signed(op), loanUnknown(op.loan));
        op.loan = opened;
        refuses(signed(op), loanStale(opened, 9, 0));
        op.revision = 0;
        refuses(signed(op), loanStatusWrong(opened, LoanStatus.Disbursed, LoanStatus.Opened));
        op.loan = extended;
        op.revision = 2;
        uint256 before = vm.snapshotState();
        makeOverdue(extended);
        op.deadline = soon();
        refuses(
            signed(op), abi.encodeWithSelector(ILedgerErrors.LoanOverdue.selector, extended, due + 10, ledger.today())
        );
        vm.revertToState(before);
        op.deadline = soon();
        refuses(signed(op), abi.encodeWithSelector(ILedgerErrors.ExtensionUsed.selector, extended));
        op.loan = disbursed;
        op.revision = setRevision(disbursed, LAST_CHANGEABLE + 1);
        refuses(signed(op), dueOut(due, due));
        op.dueDate = due + MAX_EXTENSION_DAYS + 1;
        refuses(signed(op), dueOut(op.dueDate, due));
        op.dueDate = due + MAX_EXTENSION_DAYS;
        refuses(signed(op), loanRevisionsExhausted(disbursed));
        op.revision = setRevision(disbursed, LAST_CHANGEABLE);
        setStanding(SUPPLIER, Standing.Suspended);
        setStanding(BANK, Standing.Suspended);
        refuses(signed(op), suspended(BANK));
        setStanding(BANK, Standing.Active);
        refuses(signed(op), suspended(SUPPLIER));
        setStanding(SUPPLIER, Standing.Active);
        bytes memory borrower = sign(SUPPLIER_TRADER, hashOf(op));
        refuses(abi.encodeCall(IServicing.extendLoan, (op, "", "")), malformed());
        refuses(extendCall(op, SUPPLIER_MANAGER, DISBURSER), unauthorised(SUPPLIER, SUPPLIER_MANAGER, Rights.TRADE));
        refuses(abi.encodeCall(IServicing.extendLoan, (op, borrower, "")), malformed());
        refuses(extendCall(op, SUPPLIER_TRADER, DISBURSER), unauthorised(BANK, DISBURSER, Rights.APPROVE));
        refuses(abi.encodeCall(IServicing.extendLoan, (op, borrower, borrower)), unauthorised(BANK, SUPPLIER_TRADER, Rights.APPROVE));
        accepts(signed(op));
    }

    function test_ExtendLoan_TheSameOperationTwice_IsRefusedByItsRevision() public {
        LoanId id = lend(issue());
        bytes memory call = extendCall(extendOp(id));
        accepts(call);
        refuses(call, loanStale(id, 1, 2));
    }

    function test_ExtendLoan_OnItsDueDate_IsTheLastDay() public {
        LoanId id = lend(issue());
        uint16 due = ledger.loan(id).terms.dueDate;
        vm.warp(block.timestamp + uint256(due - ledger.today()) * 1 days);
        uint256 before = vm.snapshotState();
        accepts(extendCall(extendOp(id)));
        vm.revertToState(before);
        vm.warp(block.timestamp + 1 days);
        refuses(
            extendCall(extendOp(id)), abi.encodeWithSelector(ILedgerErrors.LoanOverdue.selector, id, due, due + 1)
        );
    }

    function test_ExtendLoan_ByTheRulesOfTheDay_NotThoseOfTheOpening() public {
        LoanId id = lend(issue());
        Parameters memory rules = newRules();
        rules.maxExtensionDays = 5;
        adopt(rules);
        uint16 due = ledger.loan(id).terms.dueDate;
        vm.warp(NOW + uint256(NOTICE_DAYS) * 1 days);
        refuses(extendCall(extendOp(id)), extensionOut(due + 10, due + 1, due + 5));
        ExtendLoan memory op = extendOp(id);
        op.dueDate = due + 5;
        accepts(extendCall(op));
    }

    function test_ExtendLoan_NoDaysAllowed_IsRefused() public {
        LoanId id = lend(issue());
        Parameters memory rules = newRules();
        rules.maxExtensionDays = 0;
        adopt(rules);
        uint16 due = ledger.loan(id).terms.dueDate;
        vm.warp(NOW + uint256(NOTICE_DAYS) * 1 days);
        refuses(extendCall(extendOp(id)), extensionOut(due + 10, due + 1, due));
    }

    function testFuzz_ExtendLoan_WithinTheBounds_MovesTheDueDateOnly(uint16 dueDate, bool partly) public {
        ReceivableId receivable = issue();
        LoanId id = partly ? lendPart(receivable, 1_000) : lend(receivable);
        Loan memory expected = ledger.loan(id);
        bytes memory totals = abi.encode(ledger.totals());
        ExtendLoan memory op = extendOp(id);
        uint16 due = expected.terms.dueDate;
        op.dueDate = dueDate % 3 == 0 ? dueDate : due + 1 + dueDate % MAX_EXTENSION_DAYS;
        if (op.dueDate <= due || op.dueDate > due + MAX_EXTENSION_DAYS) {
            refuses(extendCall(op), dueOut(op.dueDate, due));
            return;
        }
        Vm.Log memory log = accepts(extendCall(op, SUPPLIER_TRADER, APPROVER));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.LoanExtended.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        equal(log.data, abi.encode(op.dueDate), "data of the event");
        expected.terms.dueDate = op.dueDate;
        expected.terms.extended = true;
        expected.progress.revision += 1;
        equal(abi.encode(ledger.loan(id)), abi.encode(expected), "stored loan");
        equal(abi.encode(ledger.totals()), totals, "totals");
    }

    function signed(ExtendLoan memory op) private view returns (bytes memory) {
        return extendCall(op, SUPPLIER_TRADER, APPROVER);
    }

    function dueOut(uint16 dueDate, uint16 due) private pure returns (bytes memory) {
        return extensionOut(dueDate, due + 1, due + MAX_EXTENSION_DAYS);
    }

    function extensionOut(uint16 dueDate, uint16 earliest, uint16 latest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.DueDateOutOfRange.selector, dueDate, earliest, latest);
    }
}
