// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {APPROVER, BANK, BUYER, OUTSIDER, SUPPLIER} from "./support/LedgerTest.sol";
import {Vm} from "./support/Vm.sol";

contract RepayLoanTest is Circumstances {
    uint64 private constant PRINCIPAL = FACE / 2;

    function test_Repay_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId opened = open(issue());
        LoanId disbursed = lend(issue());
        RepayLoan memory op = RepayLoan(LoanId.wrap(7), 0, 0, 0, 0, 9, uint64(block.timestamp - 1));

        refuses(repayCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(repayCall(op), abi.encodeWithSelector(ILedgerErrors.LoanUnknown.selector, op.loan));
        op.loan = opened;
        refuses(repayCall(op), loanStale(opened, 9, 0));
        op.revision = 0;
        refuses(repayCall(op), loanStatusWrong(opened, LoanStatus.Disbursed, LoanStatus.Opened));
        op.loan = disbursed;
        op.revision = setRevision(disbursed, type(uint16).max - 2);
        refuses(repayCall(op), abi.encodeWithSelector(ILedgerErrors.RepaymentEmpty.selector, disbursed));
        op.principalFen = PRINCIPAL + 1;
        op.interestFen = MAX_AMOUNT_FEN + 1;
        op.feeFen = MAX_FEE_FEN + 1;
        refuses(repayCall(op), amountOut(PRINCIPAL + 1, 0, PRINCIPAL));
        op.principalFen = PRINCIPAL - 1;
        refuses(repayCall(op), amountOut(MAX_AMOUNT_FEN + 1, 0, MAX_AMOUNT_FEN));
        op.interestFen = MAX_AMOUNT_FEN;
        refuses(repayCall(op), amountOut(MAX_FEE_FEN + 1, 0, MAX_FEE_FEN));
        op.feeFen = MAX_FEE_FEN;
        refuses(repayCall(op), abi.encodeWithSelector(ILedgerErrors.LoanRevisionsExhausted.selector, disbursed));
        op.revision = setRevision(disbursed, type(uint16).max - 4);
        refuses(repayCall(op), abi.encodeWithSelector(ILedgerErrors.PaymentReferenceMissing.selector));
        op.paymentReference = PAYMENT;
        refuses(abi.encodeCall(ITrading.repayLoan, (op, "")), malformed());
        refuses(repayCall(op, OUTSIDER), unauthorised(BANK, OUTSIDER, Rights.DISBURSE));
        refuses(repayCall(op, APPROVER), unauthorised(BANK, APPROVER, Rights.DISBURSE));
        accepts(repayCall(op));
    }

    function test_Repay_TheSameOperationTwice_IsRefusedByItsRevision() public {
        LoanId id = lend(issue());
        bytes memory call = repayCall(repayOp(id, 10, 1));
        accepts(call);
        refuses(call, loanStale(id, 1, 2));
    }

    function test_Repay_Ended_IsRefused() public {
        LoanId id = lend(issue());
        repayAll(id);
        refuses(repayCall(repayOp(id, 0, 1)), loanStatusWrong(id, LoanStatus.Disbursed, LoanStatus.Repaid));
        id = open(issue());
        cancel(id);
        refuses(repayCall(repayOp(id, 0, 1)), loanStatusWrong(id, LoanStatus.Disbursed, LoanStatus.Cancelled));
    }

    function test_Repay_WrittenOff_IsRefused() public {
        LoanId id = lend(issue());
        defaultAfterDueDate(id);
        writeOff(id, PRINCIPAL);
        refuses(repayCall(repayOp(id, 0, 1)), loanStatusWrong(id, LoanStatus.Disbursed, LoanStatus.WrittenOff));
        recover(id, PRINCIPAL);
        refuses(repayCall(repayOp(id, 0, 1)), loanStatusWrong(id, LoanStatus.Disbursed, LoanStatus.Recovered));
    }

    // ---- Interest and fees

    function test_Repay_InterestOrAFeeAlone_LeavesThePrincipal() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        accepts(repayCall(repayOp(id, 0, 77)));
        RepayLoan memory fee = repayOp(id, 0, 0);
        fee.feeFen = 8;
        accepts(repayCall(fee));
        LoanProgress memory progress = ledger.loan(id).progress;
        equal(progress.repaidFen, 0, "repaid");
        equal(progress.interestFen, 77, "interest");
        equal(progress.feeFen, 8, "fee");
        equal(ledger.totals().interestFen, 77, "total interest");
        equal(ledger.totals().feeFen, 8, "total fees");
        equal(ledger.totals().repaidFen, 0, "total repaid");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "status of the receivable");
    }

    function test_Repay_InterestAndFeesAddUpToTheMost_AndNoFurther() public {
        LoanId id = lend(issue());
        RepayLoan memory op = repayOp(id, 0, MAX_AMOUNT_FEN - 1);
        op.feeFen = MAX_FEE_FEN - 1;
        accepts(repayCall(op));
        op = repayOp(id, 0, 2);
        op.feeFen = 2;
        refuses(repayCall(op), amountOut(2, 0, 1));
        op.interestFen = 1;
        refuses(repayCall(op), amountOut(2, 0, 1));
        op.feeFen = 1;
        accepts(repayCall(op));
        equal(ledger.totals().feeFen, MAX_FEE_FEN, "total fees");
    }

    // ---- The end of a loan

    function test_Repay_AtTheLastRevision_StillEndsTheLoan() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        setRevision(id, type(uint16).max - 1);
        repayAll(id);
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Repaid), "status");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "status of the receivable");
    }

    function test_Repay_All_FreesTheReceivable() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        RepayLoan memory op = repayOp(id, PRINCIPAL, 435);
        op.feeFen = 3;
        Vm.Log memory log = accepts(repayCall(op));

        equal(log.topics[0], ILedgerEvents.LoanRepaid.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        equal(log.data, abi.encode(PRINCIPAL, 435, 3, 0, PAYMENT), "data of the event");
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Repaid), "status");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "status of the receivable");
        equal(ledger.receivable(receivable).revision, 3, "revision of the receivable");
        equal(ledger.bankTotals(BANK).repaidFen, PRINCIPAL, "repaid to the bank");
        lend(receivable); // it can be pledged again
    }

    /// @dev What was approved and never paid out lapses: it is neither lent nor owed, and the limits are free.
    function test_Repay_AllOfAPartialDisbursement_EndsTheLoan() public {
        ReceivableId receivable = issue();
        LoanId id = open(receivable);
        disbursePart(id, 1_000);
        Vm.Log memory log = accepts(repayCall(repayOp(id, 1_000, 0)));
        equal(log.data, abi.encode(1_000, 0, 0, 0, PAYMENT), "data of the event");
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Repaid), "status");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "status of the receivable");
        equal(ledger.totals().lentFen, 1_000, "lent");
        equal(ledger.totals().repaidFen, 1_000, "repaid");
        equal(usedOf(BANK, BUYER, ExposureSide.Obligor), 0, "used of the obligor");
        equal(usedOf(BANK, SUPPLIER, ExposureSide.Borrower), 0, "used of the borrower");
        refuses(disburseCall(disburseOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Repaid));
    }

    /// @dev A pledged receivable that is frozen or disputed stays so when it is released.
    function test_Repay_FrozenAndDisputedReceivable_ReleasesItAsItIs() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        dispute(receivable, 30);
        freeze(receivable);
        repayAll(id);
        Receivable memory released = ledger.receivable(receivable);
        equal(uint8(released.status), uint8(ReceivableStatus.Active), "status");
        isTrue(released.frozen, "the freeze ended with the loan");
        equal(released.disputedFen, 30, "disputed");
    }

    /// @dev A bank collects whatever its standing or its borrower's is.
    function test_Repay_BetweenSuspendedParties_IsAccepted() public {
        LoanId id = lend(issue());
        setStanding(BANK, Standing.Suspended);
        setStanding(SUPPLIER, Standing.Suspended);
        setStanding(BUYER, Standing.Suspended);
        repayAll(id);
    }

    // ---- Late and bad loans

    /// @dev Overdue is computed; repaying late needs no one's leave.
    function test_Repay_Overdue_IsAccepted() public {
        LoanId id = lend(issue());
        passDueDate(id);
        accepts(repayCall(repayOp(id, 5, 1)));
        repayAll(id);
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Repaid), "status");
        equal(ledger.totals().overdueFen, 0, "overdue");
    }

    /// @dev A part brings it not back into good standing; all of it ends it, and the default stays on record.
    function test_Repay_InDefault_EndsItButDoesNotUndoIt() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        defaultAfterDueDate(id);
        accepts(repayCall(repayOp(id, PRINCIPAL - 1, 50)));
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Defaulted), "status after a part");
        repayAll(id);
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Repaid), "status");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "status of the receivable");
        equal(ledger.totals().overdueFen, PRINCIPAL, "overdue recorded");
        equal(ledger.bankTotals(BANK).overdueFen, PRINCIPAL, "overdue recorded of the bank");
    }

    /// @dev The rest is repaid, but what was written off is still missing: the receivable stays pledged until it came back.
    function test_Repay_TheRestOfAPartlyWrittenOffLoan_LeavesItWrittenOff() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        defaultAfterDueDate(id);
        writeOff(id, 30);
        refuses(repayCall(repayOp(id, PRINCIPAL - 29, 0)), amountOut(PRINCIPAL - 29, 0, PRINCIPAL - 30));
        repayAll(id);
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.WrittenOff), "status");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "status of the receivable");
        recover(id, 30);
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Recovered), "status at the end");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "freed");
    }

    /// @dev The other way round: what was written off came back first.
    function test_Repay_TheRestAfterARecovery_EndsTheLoanAsRecovered() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        defaultAfterDueDate(id);
        writeOff(id, 30);
        recover(id, 30);
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Defaulted), "status while something is owed");
        repayAll(id);
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Recovered), "status at the end");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "freed");
    }

    function testFuzz_Repay_InTwoParts_EndsExactlyAtThePrincipal(uint64 firstFen, uint64 interestFen, uint64 feeFen)
        public
    {
        firstFen = 1 + firstFen % (PRINCIPAL - 1);
        interestFen %= MAX_AMOUNT_FEN / 2;
        feeFen %= MAX_FEE_FEN / 2;
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        RepayLoan memory op = repayOp(id, firstFen, interestFen);
        op.feeFen = feeFen;
        Vm.Log memory log = accepts(repayCall(op));

        equal(log.data, abi.encode(firstFen, interestFen, feeFen, PRINCIPAL - firstFen, PAYMENT), "data of the event");
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Disbursed), "status after a part");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "still pledged");
        equal(ledger.totals().repaidFen, firstFen, "total repaid after a part");
        refuses(
            repayCall(repayOp(id, PRINCIPAL - firstFen + 1, 0)),
            amountOut(PRINCIPAL - firstFen + 1, 0, PRINCIPAL - firstFen)
        );

        op = repayOp(id, PRINCIPAL - firstFen, interestFen);
        op.feeFen = feeFen;
        accepts(repayCall(op));
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Repaid), "status at the end");
        equal(ledger.totals().repaidFen, PRINCIPAL, "total repaid");
        equal(ledger.totals().interestFen, 2 * interestFen, "total interest");
        equal(ledger.totals().feeFen, 2 * feeFen, "total fees");
    }
}
