// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import "../../contracts/Operations.sol";
import {APPROVER, BANK, DISBURSER, OTHER_APPROVER, OTHER_BANK, SUPPLIER} from "./support/LedgerTest.sol";
import {ServicingCalls} from "./support/ServicingCalls.sol";
import {Vm} from "./support/Vm.sol";

contract DefaultLoanTest is ServicingCalls {
    function test_DefaultLoan_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId opened = open(issue());
        LoanId disbursed = lend(issue());
        uint16 due = ledger.loan(disbursed).terms.dueDate;
        DefaultLoan memory op = DefaultLoan(LoanId.wrap(99), 0, 9, uint64(block.timestamp - 1));

        refuses(defaultCall(op), expired(op.deadline));
        op.deadline = uint64(NOW + 1_000 days);
        refuses(defaultCall(op), loanUnknown(op.loan));
        op.loan = opened;
        refuses(defaultCall(op), loanStale(opened, 9, 0));
        op.revision = 0;
        refuses(defaultCall(op), loanStatusWrong(opened, LoanStatus.Disbursed, LoanStatus.Opened));
        op.loan = disbursed;
        op.revision = 1;
        refuses(defaultCall(op), notOverdue(disbursed, due, ledger.today()));
        vm.warp(block.timestamp + uint256(due - ledger.today()) * 1 days);
        refuses(defaultCall(op), notOverdue(disbursed, due, due));
        vm.warp(block.timestamp + 1 days);
        refuses(defaultCall(op), reasonMissing());
        op.reasonHash = REASON;
        refuses(abi.encodeCall(IServicing.defaultLoan, (op, "")), malformed());
        refuses(defaultCall(op, DISBURSER), unauthorised(BANK, DISBURSER, Rights.APPROVE));
        refuses(defaultCall(op, OTHER_APPROVER), unauthorised(BANK, OTHER_APPROVER, Rights.APPROVE));
        accepts(defaultCall(op, APPROVER));
    }

    function test_DefaultLoan_TheSameOperationTwice_IsRefused() public {
        LoanId id = lend(issue());
        makeOverdue(id);
        bytes memory call = defaultCall(defaultOp(id));
        accepts(call);
        refuses(call, loanStale(id, 1, 2));
        refuses(defaultCall(defaultOp(id)), loanStatusWrong(id, LoanStatus.Disbursed, LoanStatus.Defaulted));
    }

    function test_DefaultLoan_Extended_WaitsForItsNewDate() public {
        LoanId id = lend(issue());
        uint16 due = ledger.loan(id).terms.dueDate;
        accepts(extendCall(extendOp(id)));
        vm.warp(block.timestamp + uint256(due + 1 - ledger.today()) * 1 days);
        refuses(defaultCall(defaultOp(id)), notOverdue(id, due + 10, due + 1));
        recordDefault(id);
    }

    /// @dev However often it was repaid in part before, a loan can be recorded as in default, written off and recovered.
    function test_DefaultLoan_AfterTheLastChangeableRevision_StillCarriesTheLoanToItsEnd() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        setRevision(id, type(uint16).max - 4);
        accepts(repayCall(repayOp(id, 1, 0)));
        refuses(repayCall(repayOp(id, 1, 0)), loanRevisionsExhausted(id));
        recordDefault(id);
        writeOff(id, outstandingOf(id));
        recover(id, FACE / 2 - 1);
        equal(ledger.loan(id).progress.revision, type(uint16).max, "last revision");
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Recovered), "status");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "status of the receivable");
    }

    function test_DefaultLoan_NothingMore_IsDisbursedOrExtended() public {
        LoanId id = lendPart(issue(), 1_000);
        recordDefault(id);
        refuses(disburseCall(disburseOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Defaulted));
        refuses(extendCall(extendOp(id)), loanStatusWrong(id, LoanStatus.Disbursed, LoanStatus.Defaulted));
        accepts(repayCall(repayOp(id, 400, 7)));
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Defaulted), "status after a part");
        accepts(repayCall(repayOp(id, 600, 0)));
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Repaid), "status after the rest");
        equal(usedBy(id, ExposureSide.Obligor), 0, "obligor's line: what was not disbursed lapsed");
        equal(usedBy(id, ExposureSide.Borrower), 0, "borrower's line");
        equal(ledger.totals().overdueFen, 1_000, "overdue as recorded");
    }

    function testFuzz_DefaultLoan_Accepted_RecordsWhatIsOutstanding(uint64 disbursedFen, uint64 repaidFen) public {
        disbursedFen = 1 + disbursedFen % (FACE / 2);
        repaidFen %= disbursedFen;
        ReceivableId receivable = issue();
        LoanId id = lendPart(receivable, disbursedFen);
        if (repaidFen > 0) accepts(repayCall(repayOp(id, repaidFen, 0)));
        makeOverdue(id);
        Loan memory expected = ledger.loan(id);
        Totals memory totals = ledger.totals();
        BankTotals memory ofBank = ledger.bankTotals(BANK);
        uint48 used = usedBy(id, ExposureSide.Borrower);
        Vm.Log memory log = accepts(defaultCall(defaultOp(id)));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.LoanDefaulted.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        equal(log.data, abi.encode(disbursedFen - repaidFen, REASON), "data of the event");
        expected.progress.status = LoanStatus.Defaulted;
        expected.progress.revision += 1;
        equal(abi.encode(ledger.loan(id)), abi.encode(expected), "stored loan");
        totals.overdueFen = ofBank.overdueFen = disbursedFen - repaidFen;
        equal(abi.encode(ledger.totals()), abi.encode(totals), "totals");
        equal(abi.encode(ledger.bankTotals(BANK)), abi.encode(ofBank), "totals of the bank");
        equal(abi.encode(ledger.bankTotals(OTHER_BANK)), abi.encode(BankTotals(0, 0, 0, 0)), "totals of the other bank");
        equal(usedBy(id, ExposureSide.Borrower), used, "borrower's line");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "status of the receivable");
    }

    function notOverdue(LoanId id, uint16 dueDate, uint16 today) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanNotOverdue.selector, id, dueDate, today);
    }
}
