// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {BANK, OUTSIDER, SUPPLIER} from "./support/LedgerTest.sol";
import {Trading} from "./support/Trading.sol";
import {Vm} from "./support/Vm.sol";

contract RepayLoanTest is Trading {
    uint64 private constant PRINCIPAL = FACE / 2;

    function test_Repay_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        LoanId opened = open(issue());
        LoanId disbursed = lend(issue());
        RepayLoan memory op = RepayLoan(LoanId.wrap(7), 0, 0, 0, 9, uint64(block.timestamp - 1));

        refuses(repayCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(repayCall(op), abi.encodeWithSelector(ILedgerErrors.LoanUnknown.selector, op.loan));
        op.loan = opened;
        refuses(repayCall(op), loanStale(opened, 9, 1));
        op.revision = 1;
        refuses(repayCall(op), loanStatusWrong(opened, LoanStatus.Opened));
        op.loan = disbursed;
        op.revision = setRevision(disbursed, type(uint16).max - 1);
        refuses(repayCall(op), abi.encodeWithSelector(ILedgerErrors.RepaymentEmpty.selector, disbursed));
        op.principalFen = PRINCIPAL + 1;
        op.interestFen = MAX_AMOUNT_FEN + 1;
        refuses(repayCall(op), amountOut(PRINCIPAL + 1, 0, PRINCIPAL));
        op.principalFen = PRINCIPAL - 1;
        refuses(repayCall(op), amountOut(MAX_AMOUNT_FEN + 1, 0, MAX_AMOUNT_FEN));
        op.interestFen = MAX_AMOUNT_FEN;
        refuses(repayCall(op), abi.encodeWithSelector(ILedgerErrors.LoanRevisionsExhausted.selector, disbursed));
        op.revision = setRevision(disbursed, type(uint16).max - 2);
        refuses(repayCall(op), abi.encodeWithSelector(ILedgerErrors.PaymentReferenceMissing.selector));
        op.paymentReference = PAYMENT;
        refuses(abi.encodeCall(ITrading.repayLoan, (op, "")), malformed());
        refuses(repayCall(op, OUTSIDER), unauthorised(BANK, OUTSIDER, Rights.DISBURSE));
        accepts(repayCall(op));
    }

    function test_Repay_TheSameOperationTwice_IsRefusedByItsRevision() public {
        LoanId id = lend(issue());
        bytes memory call = repayCall(repayOp(id, 10, 1));
        accepts(call);
        refuses(call, loanStale(id, 2, 3));
    }

    function test_Repay_Repaid_IsRefused() public {
        LoanId id = lend(issue());
        repayAll(id);
        refuses(repayCall(repayOp(id, 0, 1)), loanStatusWrong(id, LoanStatus.Repaid));
    }

    function test_Repay_InterestAlone_LeavesThePrincipal() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        accepts(repayCall(repayOp(id, 0, 77)));
        equal(ledger.loan(id).repaidFen, 0, "repaid");
        equal(ledger.loan(id).interestPaidFen, 77, "interest");
        equal(ledger.totals().interestFen, 77, "total interest");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "status of the receivable");
    }

    function test_Repay_InterestAddsUpToTheMost_AndNoFurther() public {
        LoanId id = lend(issue());
        accepts(repayCall(repayOp(id, 0, MAX_AMOUNT_FEN - 1)));
        refuses(repayCall(repayOp(id, 0, 2)), amountOut(2, 0, 1));
        accepts(repayCall(repayOp(id, 0, 1)));
    }

    function test_Repay_AtTheLastRevision_StillEndsTheLoan() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        setRevision(id, type(uint16).max - 1);
        repayAll(id);
        equal(uint8(ledger.loan(id).status), uint8(LoanStatus.Repaid), "status");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "status of the receivable");
    }

    function test_Repay_All_FreesTheReceivable() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        Vm.Log memory log = accepts(repayCall(repayOp(id, PRINCIPAL, 435)));

        equal(log.topics[0], ILedgerEvents.LoanRepaid.selector, "event");
        equal(uint256(log.topics[1]), LoanId.unwrap(id), "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        equal(log.data, abi.encode(PRINCIPAL, 435, 0, PAYMENT), "data of the event");
        equal(uint8(ledger.loan(id).status), uint8(LoanStatus.Repaid), "status");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Active), "status of the receivable");
        equal(ledger.receivable(receivable).revision, 3, "revision of the receivable");
        lend(receivable); // it can be pledged again
    }

    function testFuzz_Repay_InTwoParts_EndsExactlyAtThePrincipal(uint64 firstFen, uint64 interestFen) public {
        firstFen = 1 + firstFen % (PRINCIPAL - 1);
        interestFen %= MAX_AMOUNT_FEN / 2;
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        Vm.Log memory log = accepts(repayCall(repayOp(id, firstFen, interestFen)));

        equal(log.data, abi.encode(firstFen, interestFen, PRINCIPAL - firstFen, PAYMENT), "data of the event");
        equal(uint8(ledger.loan(id).status), uint8(LoanStatus.Disbursed), "status after a part");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "still pledged");
        equal(ledger.totals().repaidFen, firstFen, "total repaid after a part");
        refuses(
            repayCall(repayOp(id, PRINCIPAL - firstFen + 1, 0)),
            amountOut(PRINCIPAL - firstFen + 1, 0, PRINCIPAL - firstFen)
        );

        accepts(repayCall(repayOp(id, PRINCIPAL - firstFen, interestFen)));
        equal(uint8(ledger.loan(id).status), uint8(LoanStatus.Repaid), "status at the end");
        equal(ledger.totals().repaidFen, PRINCIPAL, "total repaid");
        equal(ledger.totals().interestFen, 2 * interestFen, "total interest");
    }

    function loanStale(LoanId id, uint16 revision, uint16 current) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanRevisionStale.selector, id, revision, current);
    }

    function loanStatusWrong(LoanId id, LoanStatus actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanStatusWrong.selector, id, LoanStatus.Disbursed, actual);
    }
}
