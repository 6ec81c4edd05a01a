// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import "../../contracts/Operations.sol";
import {APPROVER, BANK, DISBURSER, OTHER_DISBURSER, SUPPLIER} from "./support/LedgerTest.sol";
import {ServicingCalls} from "./support/ServicingCalls.sol";
import {Vm} from "./support/Vm.sol";

contract RecoverLoanTest is ServicingCalls {
    uint16 private constant LAST_CHANGEABLE = type(uint16).max - 4;
    uint64 private constant LENT = FACE / 2;

    function test_RecoverLoan_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId disbursed = lend(issue());
        LoanId without = lendWithoutRecourse();
        LoanId untouched = lend(issue());
        LoanId bad = defaulted(issue());
        accepts(defaultCall(defaultOp(untouched)));
        accepts(defaultCall(defaultOp(without)));
        writeOff(without, LENT);
        writeOff(bad, LENT);
        RecoverLoan memory op =
            RecoverLoan(LoanId.wrap(99), 0, RecoverySource.None, 0, 9, uint64(block.timestamp - 1));

        refuses(recoverCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(recoverCall(op), loanUnknown(op.loan));
        op.loan = disbursed;
        refuses(recoverCall(op), loanStale(disbursed, 9, 1));
        op.revision = 1;
        refuses(recoverCall(op), loanStatusWrong(disbursed, LoanStatus.Defaulted, LoanStatus.Disbursed));
        op.loan = untouched;
        op.revision = 2;
        op.amountFen = 1;
        refuses(recoverCall(op), amountOut(1, 1, 0)); // nothing was written off
        op.loan = without;
        op.revision = 3;
        op.amountFen = 0;
        refuses(recoverCall(op), amountOut(0, 1, LENT));
        op.amountFen = LENT + 1;
        refuses(recoverCall(op), amountOut(LENT + 1, 1, LENT));
        op.amountFen = LENT - 1;
        refuses(recoverCall(op), abi.encodeWithSelector(ILedgerErrors.SourceInvalid.selector));
        op.source = RecoverySource.Borrower;
        refuses(recoverCall(op), abi.encodeWithSelector(ILedgerErrors.RecourseExcluded.selector, without));
        op.loan = bad;
        refuses(recoverCall(op), abi.encodeWithSelector(ILedgerErrors.RecourseUnclaimed.selector, bad));
        accepts(claimCall(claimOp(bad)));
        op.revision = setRevision(bad, LAST_CHANGEABLE + 1);
        refuses(recoverCall(op), loanRevisionsExhausted(bad));
        op.revision = setRevision(bad, LAST_CHANGEABLE);
        refuses(recoverCall(op), paymentMissing());
        op.paymentReference = PAYMENT;
        refuses(abi.encodeCall(IServicing.recoverLoan, (op, "")), malformed());
        refuses(recoverCall(op, APPROVER), unauthorised(BANK, APPROVER, Rights.DISBURSE));
        refuses(recoverCall(op, OTHER_DISBURSER), unauthorised(BANK, OTHER_DISBURSER, Rights.DISBURSE));
        accepts(recoverCall(op, DISBURSER));
    }

    function test_RecoverLoan_TheSameOperationTwice_IsRefusedByItsRevision() public {
        LoanId id = defaulted(issue());
        writeOff(id, LENT);
        bytes memory call = recoverCall(recoverOp(id, 5));
        accepts(call);
        refuses(call, loanStale(id, 3, 4));
    }

    /// @dev A part is written off, some of it comes back, the rest is repaid, and then the last of it comes back.
    function test_RecoverLoan_PartlyWrittenOffThenRepaid_IsOverWhenAllOfItCameBack() public {
        ReceivableId receivable = issue();
        LoanId id = defaulted(receivable);
        writeOff(id, 600);
        isAt(id, LoanStatus.Defaulted, LENT - 600, LENT - 600);
        recover(id, 200);
        isAt(id, LoanStatus.Defaulted, LENT - 600, LENT - 600);
        accepts(repayCall(repayOp(id, LENT - 600, 50)));
        isAt(id, LoanStatus.WrittenOff, 0, 0);
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "status of the receivable");
        refuses(recoverCall(recoverOp(id, 401)), amountOut(401, 1, 400));
        recover(id, 400);
        isAt(id, LoanStatus.Recovered, 0, 0);
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "released");
        equal(ledger.receivable(receivable).revision, 3, "revision of the receivable");
        Totals memory totals = ledger.totals();
        equal(totals.lentFen, totals.repaidFen + totals.writtenOffFen, "nothing is outstanding");
        equal(totals.recoveredFen, 600, "recovered");
        refuses(recoverCall(recoverOp(id, 1)), loanStatusWrong(id, LoanStatus.Defaulted, LoanStatus.Recovered));
        accepts(redeemCall(redeemOp(receivable, FACE)));
    }

    /// @dev All that was written off came back before the rest was repaid: the repayment ends the loan.
    function test_RecoverLoan_AllOfItBeforeTheRest_TheRepaymentEndsTheLoan() public {
        ReceivableId receivable = issue();
        LoanId id = defaulted(receivable);
        writeOff(id, 600);
        recover(id, 600);
        isAt(id, LoanStatus.Defaulted, LENT - 600, LENT - 600);
        refuses(recoverCall(recoverOp(id, 1)), amountOut(1, 1, 0));
        accepts(repayCall(repayOp(id, LENT - 600, 0)));
        isAt(id, LoanStatus.Recovered, 0, 0);
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "released");
    }

    /// @dev All of a part came back, then the rest is written off as well.
    function test_RecoverLoan_BetweenTwoWriteOffs_OnlyTheLastEndsTheLoan() public {
        ReceivableId receivable = issue();
        LoanId id = defaulted(receivable);
        writeOff(id, 600);
        recover(id, 600);
        writeOff(id, LENT - 600);
        isAt(id, LoanStatus.WrittenOff, 0, 0);
        recover(id, LENT - 600);
        isAt(id, LoanStatus.Recovered, 0, 0);
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "released");
    }

    function test_RecoverLoan_FromTheBorrower_OnlyAfterAClaim() public {
        LoanId id = defaulted(issue());
        writeOff(id, LENT);
        RecoverLoan memory op = recoverOp(id, 5);
        op.source = RecoverySource.Borrower;
        refuses(recoverCall(op), abi.encodeWithSelector(ILedgerErrors.RecourseUnclaimed.selector, id));
        accepts(claimCall(claimOp(id)));
        op.revision = revisionOf(id);
        accepts(recoverCall(op));
    }

    function test_RecoverLoan_AtTheLastRevision_EndsTheLoan() public {
        ReceivableId receivable = issue();
        LoanId id = defaulted(receivable);
        writeOff(id, LENT);
        setRevision(id, type(uint16).max - 1);
        recover(id, LENT);
        isAt(id, LoanStatus.Recovered, 0, 0);
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "released");
    }

    /// @dev The last part that was written off is no end while something is outstanding.
    function test_RecoverLoan_AllOfAPart_NeedsARevisionLeft() public {
        LoanId id = defaulted(issue());
        writeOff(id, 600);
        setRevision(id, LAST_CHANGEABLE + 1);
        refuses(recoverCall(recoverOp(id, 600)), loanRevisionsExhausted(id));
        setRevision(id, LAST_CHANGEABLE);
        recover(id, 600);
    }

    function testFuzz_RecoverLoan_Accepted_CountsWhatCameBack(uint64 writtenOffFen, uint64 amountFen, uint8 source) public {
        ReceivableId receivable = issue();
        LoanId id = defaulted(receivable);
        writtenOffFen = writtenOffFen % 3 == 0 ? LENT : 1 + writtenOffFen % LENT;
        writeOff(id, writtenOffFen);
        accepts(claimCall(claimOp(id)));
        amountFen = amountFen % 3 == 0 ? writtenOffFen : 1 + amountFen % writtenOffFen;
        RecoverLoan memory op = recoverOp(id, amountFen);
        op.source = RecoverySource(1 + source % 3);
        Loan memory expected = ledger.loan(id);
        Totals memory totals = ledger.totals();
        bytes memory ofBank = abi.encode(ledger.bankTotals(BANK));
        uint48 used = usedBy(id, ExposureSide.Borrower);
        Vm.Log memory log = accepts(recoverCall(op, DISBURSER));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.LoanRecovered.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        equal(log.data, abi.encode(amountFen, writtenOffFen - amountFen, op.source, PAYMENT), "data of the event");
        expected.progress.recoveredFen = uint40(amountFen);
        expected.progress.revision += 1;
        bool isOver = writtenOffFen == LENT && amountFen == LENT;
        if (isOver) expected.progress.status = LoanStatus.Recovered;
        equal(abi.encode(ledger.loan(id)), abi.encode(expected), "stored loan");
        totals.recoveredFen = amountFen;
        equal(abi.encode(ledger.totals()), abi.encode(totals), "totals");
        equal(abi.encode(ledger.bankTotals(BANK)), ofBank, "totals of the bank");
        equal(usedBy(id, ExposureSide.Borrower), used, "borrower's line");
        ReceivableStatus status = isOver ? ReceivableStatus.Active : ReceivableStatus.Pledged;
        equal(uint8(ledger.receivable(receivable).status), uint8(status), "status of the receivable");
    }

    function isAt(LoanId id, LoanStatus status, uint64 outstandingFen, uint64 usedFen) private view {
        equal(uint8(ledger.loan(id).progress.status), uint8(status), "status");
        equal(outstandingOf(id), outstandingFen, "outstanding");
        equal(usedBy(id, ExposureSide.Obligor), usedFen, "obligor's line");
        equal(usedBy(id, ExposureSide.Borrower), usedFen, "borrower's line");
    }

    function lendWithoutRecourse() private returns (LoanId id) {
        OpenLoan memory op = openOp(issue());
        op.application.withRecourse = false;
        accepts(openCall(op));
        id = lastLoan();
        accepts(disburseCall(disburseOp(id)));
    }
}
