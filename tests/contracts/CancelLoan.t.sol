// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, BANK_MANAGER, BUYER, BUYER_TRADER, DISBURSER, OTHER_APPROVER, OTHER_BANK, SUPPLIER, SUPPLIER_MANAGER,
    SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {ServicingCalls} from "./support/ServicingCalls.sol";
import {Vm} from "./support/Vm.sol";

contract CancelLoanTest is ServicingCalls {
    function test_CancelLoan_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId disbursed = lend(issue());
        LoanId opened = open(issue());
        CancelLoan memory op = CancelLoan(LoanId.wrap(99), false, 9, uint64(block.timestamp - 1));

        refuses(cancelCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(cancelCall(op), loanUnknown(op.loan));
        op.loan = disbursed;
        refuses(cancelCall(op), loanStale(disbursed, 9, 1));
        op.revision = 1;
        refuses(cancelCall(op), loanStatusWrong(disbursed, LoanStatus.Opened, LoanStatus.Disbursed));
        op.loan = opened;
        op.revision = 0;
        refuses(abi.encodeCall(IServicing.cancelLoan, (op, "")), malformed());
        refuses(cancelCall(op, SUPPLIER_TRADER), unauthorised(BANK, SUPPLIER_TRADER, Rights.APPROVE));
        refuses(cancelCall(op, DISBURSER), unauthorised(BANK, DISBURSER, Rights.APPROVE));
        refuses(cancelCall(op, BANK_MANAGER), unauthorised(BANK, BANK_MANAGER, Rights.APPROVE));
        refuses(cancelCall(op, OTHER_APPROVER), unauthorised(BANK, OTHER_APPROVER, Rights.APPROVE));
        accepts(cancelCall(op, APPROVER));
    }

    function test_CancelLoan_ByTheBorrower_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId disbursed = lend(issue());
        LoanId id = open(issue());
        CancelLoan memory op = CancelLoan(LoanId.wrap(99), true, 9, uint64(NOW - 1));

        refuses(cancelCall(op), expired(op.deadline));
        op.deadline = uint64(NOW + 100 days);
        refuses(cancelCall(op), loanUnknown(op.loan));
        op.loan = disbursed;
        refuses(cancelCall(op), loanStale(disbursed, 9, 1));
        op.revision = 1;
        refuses(cancelCall(op), loanStatusWrong(disbursed, LoanStatus.Opened, LoanStatus.Disbursed));
        op.loan = id;
        op.revision = 0;
        uint16 lapseDate = ledger.today() + APPROVAL_DAYS;
        refuses(cancelCall(op), standing(id, lapseDate, lapseDate - APPROVAL_DAYS));
        vm.warp(NOW + uint256(APPROVAL_DAYS) * 1 days);
        refuses(cancelCall(op), standing(id, lapseDate, lapseDate));
        vm.warp(NOW + uint256(APPROVAL_DAYS + 1) * 1 days);
        refuses(abi.encodeCall(IServicing.cancelLoan, (op, "")), malformed());
        refuses(cancelCall(op, APPROVER), unauthorised(SUPPLIER, APPROVER, Rights.TRADE));
        refuses(cancelCall(op, SUPPLIER_MANAGER), unauthorised(SUPPLIER, SUPPLIER_MANAGER, Rights.TRADE));
        refuses(cancelCall(op, BUYER_TRADER), unauthorised(SUPPLIER, BUYER_TRADER, Rights.TRADE));
        accepts(cancelCall(op, SUPPLIER_TRADER));
    }

    /// @dev A bank that approves and does nothing holds the receivable for the days of the parameters, not for ever.
    function test_CancelLoan_ByTheBorrowerOnceTheApprovalLapsed_FreesTheReceivable() public {
        ReceivableId receivable = issue();
        LoanId id = open(receivable);
        makeLapsed(id);
        Vm.Log memory log = accepts(cancelCall(withdrawOp(id)));
        equal(log.topics[0], ILedgerEvents.LoanCancelled.selector, "event");
        equal(log.data, abi.encode(FACE / 2, true), "data of the event");
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Cancelled), "status");
        equal(usedBy(id, ExposureSide.Obligor), 0, "obligor's line");
        equal(usedBy(id, ExposureSide.Borrower), 0, "borrower's line");
        accepts(redeemCall(redeemOp(receivable, FACE)));
    }

    /// @dev The signature of one is not that of the other: the flag is signed.
    function test_CancelLoan_ASignatureForTheOtherFlag_IsRefused() public {
        LoanId id = open(issue());
        makeLapsed(id);
        CancelLoan memory op = withdrawOp(id);
        bytes memory signature = sign(SUPPLIER_TRADER, hashOf(op));
        op.byBorrower = false;
        (bool success,) = address(ledger).call(abi.encodeCall(IServicing.cancelLoan, (op, signature)));
        isTrue(!success, "accepted what must be refused");
        refuses(cancelCall(op, SUPPLIER_TRADER), unauthorised(BANK, SUPPLIER_TRADER, Rights.APPROVE));
    }

    function test_CancelLoan_ByTheBorrowerAfterTheFirstDisbursement_IsRefusedForEver() public {
        LoanId id = lendPart(issue(), 1);
        makeOverdue(id);
        refuses(cancelCall(withdrawOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Disbursed));
    }

    function test_CancelLoan_TheSameOperationTwice_IsRefusedByItsRevision() public {
        LoanId id = open(issue());
        bytes memory call = cancelCall(cancelOp(id));
        accepts(call);
        refuses(call, loanStale(id, 0, 1));
    }

    function test_CancelLoan_PartlyDisbursed_IsRefused() public {
        LoanId id = lendPart(issue(), 1);
        refuses(cancelCall(cancelOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Disbursed));
    }

    function test_CancelLoan_ThenTheSameApplication_IsRefusedAndANewOneOpens() public {
        ReceivableId receivable = issue();
        bytes memory opening = openCall(openOp(receivable));
        accepts(opening);
        accepts(cancelCall(cancelOp(lastLoan())));
        refuses(opening, stale(receivable, 1, 3));
        OpenLoan memory other = openOp(receivable);
        other.bank = OTHER_BANK;
        accepts(openCall(other));
    }

    function test_CancelLoan_AfterItsDueDate_IsAccepted() public {
        LoanId id = open(issue());
        makeOverdue(id);
        accepts(cancelCall(cancelOp(id)));
    }

    function testFuzz_CancelLoan_Accepted_FreesTheReceivableAndTheLimits(uint64 principalFen) public {
        principalFen = FACE / 10 + principalFen % (FACE - FACE / 10);
        open(issue()); // whose limits stay taken up
        ReceivableId receivable = issue();
        OpenLoan memory opening = openOp(receivable);
        opening.principalFen = principalFen;
        accepts(openCall(opening));
        LoanId id = lastLoan();
        Loan memory expected = ledger.loan(id);
        bytes memory totals = abi.encode(ledger.totals());
        equal(usedBy(id, ExposureSide.Obligor), FACE / 2 + principalFen, "obligor's line before");
        Vm.Log memory log = accepts(cancelCall(cancelOp(id)));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.LoanCancelled.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        equal(log.data, abi.encode(principalFen, false), "data of the event");
        expected.progress.status = LoanStatus.Cancelled;
        expected.progress.revision = 1;
        equal(abi.encode(ledger.loan(id)), abi.encode(expected), "stored loan");
        equal(abi.encode(ledger.totals()), totals, "totals");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "status of the receivable");
        equal(ledger.receivable(receivable).revision, 3, "revision of the receivable");
        equal(usedBy(id, ExposureSide.Obligor), FACE / 2, "obligor's line");
        equal(usedBy(id, ExposureSide.Borrower), FACE / 2, "borrower's line");
        equal(ledger.creditLine(BANK, BUYER, ExposureSide.Borrower).usedFen, 0, "the other side of the obligor");
        accepts(redeemCall(redeemOp(receivable, FACE)));
    }

    function standing(LoanId id, uint16 lapseDate, uint16 today) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.ApprovalStanding.selector, id, lapseDate, today);
    }
}
