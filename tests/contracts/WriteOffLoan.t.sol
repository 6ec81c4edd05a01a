// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, BANK_HEAD, BANK_MANAGER, DISBURSER, OTHER_APPROVER, OTHER_BANK, OTHER_DISBURSER, SUPPLIER
} from "./support/LedgerTest.sol";
import {ServicingCalls} from "./support/ServicingCalls.sol";
import {Vm} from "./support/Vm.sol";

contract WriteOffLoanTest is ServicingCalls {
    uint16 private constant LAST_CHANGEABLE = type(uint16).max - 4;

    function test_WriteOffLoan_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId disbursed = lend(issue());
        LoanId bad = defaulted(issue());
        WriteOffLoan memory op = WriteOffLoan(LoanId.wrap(99), 0, 0, 9, uint64(block.timestamp - 1));

        refuses(writeOffCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(writeOffCall(op), loanUnknown(op.loan));
        op.loan = disbursed;
        refuses(writeOffCall(op), loanStale(disbursed, 9, 1));
        op.revision = 1;
        refuses(writeOffCall(op), loanStatusWrong(disbursed, LoanStatus.Defaulted, LoanStatus.Disbursed));
        op.loan = bad;
        op.revision = setRevision(bad, LAST_CHANGEABLE + 1);
        refuses(writeOffCall(op), amountOut(0, 1, FACE / 2));
        op.amountFen = FACE / 2 + 1;
        refuses(writeOffCall(op), amountOut(FACE / 2 + 1, 1, FACE / 2));
        op.amountFen = FACE / 2 - 1;
        refuses(writeOffCall(op), loanRevisionsExhausted(bad));
        op.revision = setRevision(bad, LAST_CHANGEABLE);
        refuses(writeOffCall(op), reasonMissing());
        op.reasonHash = REASON;
        bytes memory approver = sign(APPROVER, hashOf(op));
        refuses(abi.encodeCall(IServicing.writeOffLoan, (op, "", "")), malformed());
        refuses(writeOffCall(op, DISBURSER, APPROVER), unauthorised(BANK, DISBURSER, Rights.APPROVE));
        refuses(writeOffCall(op, OTHER_APPROVER, DISBURSER), unauthorised(BANK, OTHER_APPROVER, Rights.APPROVE));
        refuses(abi.encodeCall(IServicing.writeOffLoan, (op, approver, "")), malformed());
        refuses(writeOffCall(op, APPROVER, APPROVER), unauthorised(BANK, APPROVER, Rights.DISBURSE));
        refuses(writeOffCall(op, APPROVER, BANK_MANAGER), unauthorised(BANK, BANK_MANAGER, Rights.DISBURSE));
        refuses(writeOffCall(op, APPROVER, OTHER_DISBURSER), unauthorised(BANK, OTHER_DISBURSER, Rights.DISBURSE));
        refuses(writeOffCall(op, BANK_HEAD, BANK_HEAD), notDistinct(BANK, ledger.signer(idOf(BANK_HEAD)).number));
        accepts(writeOffCall(op, BANK_HEAD, DISBURSER));
    }

    function test_WriteOffLoan_TheSameOperationTwice_IsRefusedByItsRevision() public {
        LoanId id = defaulted(issue());
        bytes memory call = writeOffCall(writeOffOp(id, 5));
        accepts(call);
        refuses(call, loanStale(id, 2, 3));
    }

    function test_WriteOffLoan_AllOfIt_IsRefusedASecondTime() public {
        LoanId id = defaulted(issue());
        writeOff(id, FACE / 2);
        refuses(writeOffCall(writeOffOp(id, 1)), loanStatusWrong(id, LoanStatus.Defaulted, LoanStatus.WrittenOff));
        refuses(repayCall(repayOp(id, 0, 1)), loanStatusWrong(id, LoanStatus.Disbursed, LoanStatus.WrittenOff));
    }

    /// @dev What was never disbursed lapses with the last of what was.
    function test_WriteOffLoan_PartlyDisbursed_FreesTheWholeOfTheLimits() public {
        ReceivableId receivable = issue();
        LoanId id = lendPart(receivable, 1_000);
        recordDefault(id);
        writeOff(id, 400);
        equal(usedBy(id, ExposureSide.Obligor), FACE / 2 - 400, "obligor's line after a part");
        writeOff(id, 600);
        equal(usedBy(id, ExposureSide.Obligor), 0, "obligor's line");
        equal(usedBy(id, ExposureSide.Borrower), 0, "borrower's line");
        equal(ledger.totals().writtenOffFen, 1_000, "written off");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "status of the receivable");
    }

    function test_WriteOffLoan_TheRest_AtTheLastRevisionsIsAccepted() public {
        LoanId id = defaulted(issue());
        setRevision(id, type(uint16).max - 1);
        writeOff(id, FACE / 2);
    }

    function testFuzz_WriteOffLoan_Accepted_MovesWhatIsOutstanding(uint64 repaidFen, uint64 amountFen) public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        repaidFen %= FACE / 2;
        if (repaidFen > 0) accepts(repayCall(repayOp(id, repaidFen, 0)));
        recordDefault(id);
        uint64 outstandingFen = FACE / 2 - repaidFen;
        amountFen = amountFen % 3 == 0 ? outstandingFen : 1 + amountFen % outstandingFen;
        Loan memory expected = ledger.loan(id);
        Totals memory totals = ledger.totals();
        BankTotals memory ofBank = ledger.bankTotals(BANK);
        Vm.Log memory log = accepts(writeOffCall(writeOffOp(id, amountFen), APPROVER, DISBURSER));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.LoanWrittenOff.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        equal(log.data, abi.encode(amountFen, outstandingFen - amountFen, REASON), "data of the event");
        expected.progress.writtenOffFen = uint40(amountFen);
        expected.progress.revision += 1;
        if (amountFen == outstandingFen) expected.progress.status = LoanStatus.WrittenOff;
        equal(abi.encode(ledger.loan(id)), abi.encode(expected), "stored loan");
        totals.writtenOffFen = ofBank.writtenOffFen = amountFen;
        equal(abi.encode(ledger.totals()), abi.encode(totals), "totals");
        equal(abi.encode(ledger.bankTotals(BANK)), abi.encode(ofBank), "totals of the bank");
        equal(abi.encode(ledger.bankTotals(OTHER_BANK)), abi.encode(BankTotals(0, 0, 0, 0)), "totals of the other bank");
        equal(usedBy(id, ExposureSide.Obligor), outstandingFen - amountFen, "obligor's line");
        equal(usedBy(id, ExposureSide.Borrower), outstandingFen - amountFen, "borrower's line");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "status of the receivable");
    }
}
