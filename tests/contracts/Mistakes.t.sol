// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    BANK, BUYER, BUYER_TRADER, DISBURSER, MAKER, MAKER_TRADER, OPERATOR, OUTSIDER, OUTSIDER_P256, SUPPLIER,
    SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Trading} from "./support/Trading.sol";

/// @notice Mistakes that known systems of this trade made, one test for each. The check digits of a USCC are the gateway's to verify.
contract MistakesTest is Trading {
    function test_AnyoneCouldRegisterAnEnterprise() public {
        RegisterParty memory op = enterprise("anyone", OUTSIDER, OUTSIDER_P256);
        bytes32 structHash = hashOf(op);
        bytes[] memory proofs = new bytes[](2);
        proofs[0] = sign(OUTSIDER, structHash);
        proofs[1] = sign(OUTSIDER_P256, structHash);
        refuses(
            abi.encodeCall(IRegistry.registerParty, (op, sign(BUYER_TRADER, structHash), proofs)),
            unauthorised(OPERATOR, BUYER_TRADER, Rights.REGISTER)
        );
    }

    function test_AnyoneCouldConfirmSomeoneElsesDebt() public {
        refuses(
            issueCall(issueOp(), SUPPLIER_TRADER, SUPPLIER_TRADER), unauthorised(BUYER, SUPPLIER_TRADER, Rights.TRADE)
        );
        refuses(issueCall(issueOp(), MAKER_TRADER, SUPPLIER_TRADER), unauthorised(BUYER, MAKER_TRADER, Rights.TRADE));
    }

    function test_AReceivablesAmountCouldBeCutAfterFinancing() public {
        ReceivableId id = issue();
        lend(id);
        refuses(assignCall(assignOp(id, MAKER, FACE / 2)), statusWrong(id, ReceivableStatus.Pledged));
        refuses(assignCall(assignOp(id, MAKER, FACE)), statusWrong(id, ReceivableStatus.Pledged));
        refuses(redeemCall(redeemOp(id, FACE / 2)), statusWrong(id, ReceivableStatus.Pledged));
        equal(ledger.receivable(id).amountFen, FACE, "amount");
    }

    function test_AnInvoiceHashCouldRepeat() public {
        ReceivableId id = issue();
        bytes32 fingerprint = keccak256(abi.encode("invoice", uint40(0)));
        bytes memory taken = abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, fingerprint, id);
        refuses(issueCall(issueOp(fingerprint)), taken);
        accepts(redeemCall(redeemOp(id, FACE)));
        refuses(issueCall(issueOp(fingerprint)), taken); // paid or not, it has backed one
    }

    function test_UniquenessWasPerCreator() public {
        ReceivableId id = issue();
        bytes32 fingerprint = keccak256(abi.encode("invoice", uint40(0)));
        IssueReceivable memory op = issueOp(fingerprint);
        op.obligor = MAKER;
        op.amountFen = 1;
        refuses(issueCall(op), abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, fingerprint, id));
    }

    function test_ARepaymentWasSubtractedTwice_SoAHalfPaidLoanClosed() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        bytes memory half = repayCall(repayOp(id, FACE / 4, 0));
        accepts(half);
        refuses(half, abi.encodeWithSelector(ILedgerErrors.LoanRevisionStale.selector, id, 2, 3));
        equal(uint8(ledger.loan(id).status), uint8(LoanStatus.Disbursed), "status");
        equal(ledger.loan(id).repaidFen, FACE / 4, "repaid");
        equal(ledger.totals().repaidFen, FACE / 4, "total repaid");
        equal(uint8(ledger.receivable(receivable).status), uint8(ReceivableStatus.Pledged), "still pledged");
    }

    function test_AFormerHolderCouldStillDeclarePayment() public {
        ReceivableId id = issue();
        bytes memory prepared = redeemCall(redeemOp(id, FACE));
        accepts(assignCall(assignOp(id, MAKER, FACE)));
        refuses(prepared, stale(id, 1, 2));
        refuses(redeemCall(redeemOp(id, FACE), SUPPLIER_TRADER), unauthorised(MAKER, SUPPLIER_TRADER, Rights.TRADE));
    }

    function test_PaymentCouldBeDeclaredBeyondFaceValue() public {
        ReceivableId id = issue();
        refuses(redeemCall(redeemOp(id, FACE + 1)), amountOut(FACE + 1, 1, FACE));
        accepts(assignCall(assignOp(id, MAKER, FACE - 1)));
        refuses(redeemCall(redeemOp(id, 2)), amountOut(2, 1, 1));
    }

    function test_ApprovalNeverReadTheReceivable_AOneUnitClaimOf1970CarriedALoan() public {
        IssueReceivable memory tiny = issueOp();
        tiny.amountFen = 1;
        tiny.maturityDate = 0;
        refuses(
            issueCall(tiny),
            abi.encodeWithSelector(
                ILedgerErrors.MaturityOutOfRange.selector, 0, ledger.today() + 1, ledger.today() + MAX_TENOR_DAYS
            )
        );
        tiny.maturityDate = ledger.today() + 1;
        accepts(issueCall(tiny));
        ReceivableId id = lastReceivable();
        OpenLoan memory op = openOp(id);
        op.application.maxPrincipalFen = 100_000_00;
        op.application.dueDate = ledger.today() + 1;
        op.principalFen = 100_000_00;
        refuses(openCall(op), amountOut(100_000_00, 1, 1));
        op.principalFen = 1;
        vm.warp(NOW + 1 days); // the day on which it matures: no day is left for a loan
        op.application.deadline = op.deadline = soon();
        op.application.dueDate = ledger.today();
        refuses(openCall(op), dueOut(op.application.dueDate));
        op.application.dueDate += 1;
        refuses(openCall(op), dueOut(op.application.dueDate));
    }

    function test_AnyoneCouldResetALateLoanToGoodStanding() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        bytes memory before = abi.encode(ledger.loan(id));
        vm.warp(NOW + 400 days);
        // The ways to touch it again: pay it out anew, pledge its receivable anew, say that nothing was paid. None moves its due date.
        refuses(
            disburseCall(disburseOp(id)),
            abi.encodeWithSelector(ILedgerErrors.LoanStatusWrong.selector, id, LoanStatus.Opened, LoanStatus.Disbursed)
        );
        refuses(openCall(openOp(receivable)), statusWrong(receivable, ReceivableStatus.Pledged));
        refuses(
            repayCall(repayOp(id, 0, 0)), abi.encodeWithSelector(ILedgerErrors.RepaymentEmpty.selector, id)
        );
        refuses(repayCall(repayOp(id, 1, 0), SUPPLIER_TRADER), unauthorised(BANK, SUPPLIER_TRADER, Rights.DISBURSE));
        equal(abi.encode(ledger.loan(id)), before, "loan");
        uint16 dueDate = ledger.loan(id).dueDate;
        accepts(repayCall(repayOp(id, 1, 0)));
        equal(ledger.loan(id).dueDate, dueDate, "due date after a repayment");
    }

    function test_PaymentsWereMatchedByGuessing() public {
        ReceivableId first = issue();
        ReceivableId second = issue();
        refuses(
            redeemCall(RedeemReceivable(ReceivableId.wrap(0), 5, PAYMENT, 0, soon()), SUPPLIER_TRADER),
            abi.encodeWithSelector(ILedgerErrors.ReceivableUnknown.selector, 0)
        );
        refuses(
            repayCall(RepayLoan(LoanId.wrap(0), 5, 0, PAYMENT, 0, soon()), DISBURSER),
            abi.encodeWithSelector(ILedgerErrors.LoanUnknown.selector, 0)
        );
        accepts(redeemCall(redeemOp(second, 5)));
        equal(ledger.receivable(first).amountFen, FACE, "the one that was not named");
        equal(ledger.receivable(second).amountFen, FACE - 5, "the one that was named");
    }

    function test_AForcedTransferToOneselfWasAllowed() public {
        ReceivableId id = issue();
        refuses(
            assignCall(assignOp(id, SUPPLIER, FACE)), abi.encodeWithSelector(ILedgerErrors.SelfDealing.selector, SUPPLIER)
        );
        refuses(
            assignCall(assignOp(id, MAKER, FACE), MAKER_TRADER, MAKER_TRADER),
            unauthorised(SUPPLIER, MAKER_TRADER, Rights.TRADE)
        );
    }

    function test_ReportsMixedClosedWithOpenLoansAndLeftPartiesOut() public {
        LoanId closed = lend(issue());
        repayAll(closed);
        lend(issue());
        open(issue()); // approved and not yet paid out: no part of the lending
        Totals memory totals = ledger.totals();
        equal(totals.lentFen, FACE, "lent ever");
        equal(totals.lentFen - totals.repaidFen, FACE / 2, "outstanding");
        equal(totals.loans, 3, "loans");
        equal(totals.enterprises, 3, "enterprises");
        equal(totals.banks, 2, "banks");
    }

    /// @dev Few parties with absurd amounts must not be able to fill the 64-bit control totals and so stop everybody else.
    function test_ControlTotalsCannotBeFilledByAFew() public pure {
        isTrue(type(uint64).max / MAX_AMOUNT_FEN > 18_000_000, "receivables that fill the totals");
    }

    function dueOut(uint16 dueDate) private view returns (bytes memory) {
        uint16 today = ledger.today();
        return abi.encodeWithSelector(ILedgerErrors.DueDateOutOfRange.selector, dueDate, today + 1, today);
    }
}
