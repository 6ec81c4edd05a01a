// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, MAKER, OTHER_BANK, OUTSIDER, STRANGER, SUPPLIER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Trading} from "./support/Trading.sol";
import {Vm} from "./support/Vm.sol";

contract OpenLoanTest is Trading {
    function test_Open_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        ReceivableId pledged = issue();
        open(pledged);
        ReceivableId free = issue();
        uint16 today = ledger.today();
        uint64 past = uint64(block.timestamp - 1);
        OpenLoan memory op;
        op.application = LoanApplication(ReceivableId.wrap(7), 9, BANK, 500, FACE + 9, 600, today, false, past);
        op.bank = STRANGER;
        op.principalFen = 499;
        op.annualRateBps = 601;
        op.deadline = past - 1;

        refuses(openCall(op), expired(past - 1));
        op.deadline = soon();
        refuses(openCall(op), expired(past));
        op.application.deadline = soon();
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.ReceivableUnknown.selector, 7));
        op.application.receivable = pledged;
        refuses(openCall(op), stale(pledged, 9, 2));
        op.application.revision = 2;
        refuses(openCall(op), statusWrong(pledged, ReceivableStatus.Pledged));
        op.application.receivable = free;
        op.application.revision = setRevision(free, type(uint16).max - 2);
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.ReceivableRevisionsExhausted.selector, free));
        op.application.revision = setRevision(free, type(uint16).max - 3);
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.BankNotInvited.selector, STRANGER, BANK));
        op.application.bank = STRANGER;
        refuses(openCall(op), partyUnknown(STRANGER));
        op.application.bank = op.bank = MAKER;
        refuses(openCall(op), kindWrong(MAKER, PartyKind.Bank, PartyKind.Enterprise));
        op.application.bank = op.bank = BANK;
        refuses(openCall(op), amountOut(499, 500, FACE));
        op.principalFen = FACE;
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.RateAboveLimit.selector, 601, 600));
        op.annualRateBps = 600;
        refuses(openCall(op), dueOut(free, today));
        op.application.dueDate = ledger.receivable(free).maturityDate + 1;
        refuses(openCall(op), dueOut(free, op.application.dueDate));
        op.application.dueDate -= 1;
        refuses(abi.encodeCall(ITrading.openLoan, (op, "", "")), malformed());
        refuses(openCall(op, OUTSIDER, OUTSIDER), unauthorised(SUPPLIER, OUTSIDER, Rights.TRADE));
        refuses(openCall(op, SUPPLIER_TRADER, OUTSIDER), unauthorised(BANK, OUTSIDER, Rights.APPROVE));
        accepts(openCall(op));
    }

    function test_Open_DueTomorrow_IsAccepted() public {
        OpenLoan memory op = openOp(issue());
        op.application.dueDate = ledger.today() + 1;
        accepts(openCall(op));
    }

    function test_Open_ApplicationUsedTwice_TheFirstApprovalWins() public {
        ReceivableId id = issue();
        OpenLoan memory first = openOp(id);
        OpenLoan memory second = openOp(id);
        second.bank = OTHER_BANK;
        bytes memory rival = openCall(second);
        accepts(openCall(first));
        refuses(rival, stale(id, 1, 2));
    }

    function test_Open_ApplicationAfterRepayment_IsStale() public {
        ReceivableId id = issue();
        OpenLoan memory op = openOp(id);
        bytes memory borrower = sign(SUPPLIER_TRADER, hashOf(op.application));
        repayAll(lend(id));
        bytes memory again = abi.encodeCall(ITrading.openLoan, (op, borrower, sign(APPROVER, hashOf(op))));
        refuses(again, stale(id, 1, 3));
    }

    function test_Open_ApplicationOfAFormerHolder_IsStale() public {
        ReceivableId id = issue();
        bytes memory call = openCall(openOp(id));
        accepts(assignCall(assignOp(id, MAKER, FACE)));
        refuses(call, stale(id, 1, 2));
    }

    function test_Open_PartOfTheReceivableGone_ApplicationIsStale() public {
        ReceivableId id = issue();
        bytes memory call = openCall(openOp(id));
        accepts(redeemCall(redeemOp(id, FACE - 1)));
        refuses(call, stale(id, 1, 2));
    }

    function test_Open_ByAnInvitedBankOnly() public {
        OpenLoan memory op = openOp(issue());
        op.application.bank = OTHER_BANK;
        refuses(openCall(op), abi.encodeWithSelector(ILedgerErrors.BankNotInvited.selector, BANK, OTHER_BANK));
        op.bank = OTHER_BANK;
        accepts(openCall(op));
    }

    function test_Open_ZeroPrincipal_IsRefusedWhateverTheApplicationAllows() public {
        OpenLoan memory op = openOp(issue());
        op.application.minPrincipalFen = 0;
        op.principalFen = 0;
        refuses(openCall(op), amountOut(0, 1, FACE));
        op.principalFen = 1;
        accepts(openCall(op));
    }

    function test_Open_ApplicationAsksMoreThanTheReceivable_IsRefused() public {
        OpenLoan memory op = openOp(issue());
        op.application.minPrincipalFen = FACE + 1;
        op.application.maxPrincipalFen = FACE + 2;
        op.principalFen = FACE + 1;
        refuses(openCall(op), amountOut(FACE + 1, FACE + 1, FACE));
    }

    function test_Open_AboveTheApplicationsMost_IsRefused() public {
        OpenLoan memory op = openOp(issue());
        op.application.maxPrincipalFen = FACE - 1;
        op.principalFen = FACE;
        refuses(openCall(op), amountOut(FACE, FACE / 10, FACE - 1));
    }

    function testFuzz_Open_InsideTheBounds_StandsAsSigned(
        uint64 min,
        uint64 max,
        uint64 principalFen,
        uint16 maxRate,
        uint16 rate,
        uint16 tenorDays,
        bool withRecourse
    ) public {
        ReceivableId id = issue();
        OpenLoan memory op = openOp(id);
        op.application.minPrincipalFen = min % FACE;
        op.application.maxPrincipalFen = 1 + op.application.minPrincipalFen + max % FACE;
        uint64 most = op.application.maxPrincipalFen < FACE ? op.application.maxPrincipalFen : FACE;
        uint64 least = op.application.minPrincipalFen > 0 ? op.application.minPrincipalFen : 1;
        op.principalFen = least + principalFen % (most - least + 1);
        op.application.maxAnnualRateBps = maxRate;
        op.annualRateBps = maxRate == type(uint16).max ? rate : rate % (maxRate + 1);
        op.application.dueDate = ledger.today() + 1 + tenorDays % 180;
        op.application.withRecourse = withRecourse;
        Vm.Log memory log = accepts(openCall(op));
        requireOpened(op, log);
    }

    function testFuzz_Open_PrincipalOutOfRange_IsRefused(uint64 principalFen) public {
        OpenLoan memory op = openOp(issue());
        vm.assume(principalFen < FACE / 10 || principalFen > FACE);
        op.principalFen = principalFen;
        refuses(openCall(op), amountOut(principalFen, FACE / 10, FACE));
    }

    function requireOpened(OpenLoan memory op, Vm.Log memory log) private view {
        LoanApplication memory application = op.application;
        equal(log.topics[0], ILedgerEvents.LoanOpened.selector, "event");
        equal(uint256(log.topics[1]), 1, "loan of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "borrower of the event");
        bytes memory data = abi.encode(
            application.receivable,
            op.principalFen,
            op.annualRateBps,
            application.dueDate,
            application.withRecourse,
            hashOf(application)
        );
        equal(log.data, data, "data of the event");
        Loan memory expected = Loan({
            principalFen: uint56(op.principalFen),
            repaidFen: 0,
            bank: BANK,
            borrower: SUPPLIER,
            annualRateBps: op.annualRateBps,
            dueDate: application.dueDate,
            revision: 1,
            status: LoanStatus.Opened,
            withRecourse: application.withRecourse,
            receivable: application.receivable,
            interestPaidFen: 0,
            approver: bytes20(idOf(APPROVER))
        });
        equal(abi.encode(ledger.loan(lastLoan())), abi.encode(expected), "stored loan");
        Receivable memory pledged = ledger.receivable(application.receivable);
        equal(uint8(pledged.status), uint8(ReceivableStatus.Pledged), "status of the receivable");
        equal(pledged.revision, 2, "revision of the receivable");
        equal(ledger.totals().loans, 1, "loans");
        equal(ledger.totals().lentFen, 0, "nothing is lent before the disbursement");
    }

    function dueOut(ReceivableId id, uint16 dueDate) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.DueDateOutOfRange.selector,
            dueDate,
            ledger.today() + 1,
            ledger.receivable(id).maturityDate
        );
    }
}
