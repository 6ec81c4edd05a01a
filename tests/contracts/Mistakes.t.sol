// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    BANK, BANK_HEAD, BUYER, BUYER_TRADER, DISBURSER, MAKER, MAKER_TRADER, OTHER_BANK, OUTSIDER, OUTSIDER_P256, SUPPLIER,
    SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Governing} from "./support/Governing.sol";

/// @notice Mistakes that known systems of this trade made, one test for each. The check digits of a USCC are the gateway's to verify.
contract MistakesTest is Governing {
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
        refuses(cancelCall(cancelOp(id)), statusWrong(id, ReceivableStatus.Pledged));
        dispute(id, FACE / 2);
        refuses(resolveCall(resolveOp(id, 1)), amountOut(1, 0, 0));
        accepts(resolveCall(resolveOp(id, 0)));
        equal(ledger.receivable(id).amountFen, FACE, "amount");
    }

    function test_AnInvoiceHashCouldRepeat() public {
        ReceivableId id = issue();
        bytes32 fingerprint = keccak256(abi.encode("invoice", uint40(0)));
        bytes memory taken = abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, fingerprint, id);
        refuses(issueCall(issueOp(fingerprint)), taken);
        accepts(redeemCall(redeemOp(id, FACE)));
        refuses(issueCall(issueOp(fingerprint)), taken); // paid or not, it has backed one
        accepts(issueCall(issueOp(keccak256("cancelled"))));
        id = lastReceivable();
        accepts(cancelCall(cancelOp(id)));
        refuses(
            issueCall(issueOp(keccak256("cancelled"))),
            abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, keccak256("cancelled"), id)
        );
    }

    function test_AnInvoiceHashCouldRepeat_AmongTheInvoicesOfOneReceivable() public {
        IssueReceivable memory op = issueOp();
        op.invoices = new Invoice[](2);
        op.invoices[0] = op.invoices[1] = Invoice(keccak256("the same"), FACE / 2);
        ReceivableId next = ReceivableId.wrap(1);
        refuses(
            issueCall(op), abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, keccak256("the same"), next)
        );
        op.invoices[1] = Invoice(keccak256("another"), FACE / 2 - 1);
        refuses(issueCall(op), abi.encodeWithSelector(ILedgerErrors.InvoicesBelowFace.selector, FACE - 1, FACE));
    }

    function test_UniquenessWasPerCreator() public {
        ReceivableId id = issue();
        bytes32 fingerprint = keccak256(abi.encode("invoice", uint40(0)));
        IssueReceivable memory op = issueOp(fingerprint);
        op.obligor = MAKER;
        op.amountFen = 1;
        bytes memory taken = abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, fingerprint, id);
        refuses(issueCall(op), taken);
        (op.holder, op.obligor) = (BUYER, SUPPLIER);
        refuses(issueCall(op), taken);
        op.invoices = new Invoice[](2); // hidden behind another one
        op.invoices[0] = Invoice(keccak256("new"), FACE);
        op.invoices[1] = Invoice(fingerprint, FACE);
        refuses(issueCall(op), taken);
    }

    function test_ARepaymentWasSubtractedTwice_SoAHalfPaidLoanClosed() public {
        ReceivableId receivable = issue();
        LoanId id = lend(receivable);
        bytes memory half = repayCall(repayOp(id, FACE / 4, 0));
        accepts(half);
        refuses(half, loanStale(id, 1, 2));
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Disbursed), "status");
        equal(ledger.loan(id).progress.repaidFen, FACE / 4, "repaid");
        equal(ledger.totals().repaidFen, FACE / 4, "total repaid");
        equal(ledger.bankTotals(BANK).repaidFen, FACE / 4, "total repaid to the bank");
        equal(usedBy(id, ExposureSide.Borrower), FACE / 4, "what is still taken up");
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
                ILedgerErrors.MaturityOutOfRange.selector, 0, ledger.today() + 1, ledger.today() + MAX_REVIEWED_TENOR_DAYS
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
        dispute(id, 1);
        op.application.revision = 2;
        op.principalFen = 1;
        refuses(openCall(op), amountOut(1, 1, 0)); // what is disputed carries no loan
        accepts(resolveCall(resolveOp(id, 0)));
        op.application.revision = 3;
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
        makeOverdue(id);
        uint16 due = ledger.loan(id).terms.dueDate;
        bytes memory before = abi.encode(ledger.loan(id));
        // The ways to touch it again: extend it, withdraw it, pay it out anew, pledge its receivable anew, say that nothing was paid.
        refuses(
            extendCall(extendOp(id)), abi.encodeWithSelector(ILedgerErrors.LoanOverdue.selector, id, due, due + 1)
        );
        refuses(cancelCall(cancelOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Disbursed));
        refuses(disburseCall(disburseOp(id)), amountOut(0, 1, 0));
        refuses(openCall(openAgain(receivable)), statusWrong(receivable, ReceivableStatus.Pledged));
        refuses(repayCall(repayOp(id, 0, 0)), abi.encodeWithSelector(ILedgerErrors.RepaymentEmpty.selector, id));
        refuses(repayCall(repayOp(id, 1, 0), SUPPLIER_TRADER), unauthorised(BANK, SUPPLIER_TRADER, Rights.DISBURSE));
        equal(abi.encode(ledger.loan(id)), before, "loan");
        accepts(repayCall(repayOp(id, 1, 0)));
        equal(ledger.loan(id).terms.dueDate, due, "due date after a repayment");
    }

    function test_AnyoneCouldResetALateLoanToGoodStanding_OnceItIsInDefault() public {
        LoanId id = defaulted(issue());
        refuses(extendCall(extendOp(id)), loanStatusWrong(id, LoanStatus.Disbursed, LoanStatus.Defaulted));
        refuses(disburseCall(disburseOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Defaulted));
        refuses(cancelCall(cancelOp(id)), loanStatusWrong(id, LoanStatus.Opened, LoanStatus.Defaulted));
        accepts(repayCall(repayOp(id, FACE / 2 - 1, 1)));
        equal(uint8(ledger.loan(id).progress.status), uint8(LoanStatus.Defaulted), "status with one fen outstanding");
        repayAll(id);
        equal(ledger.totals().overdueFen, FACE / 2, "what was recorded as overdue stays recorded");
    }

    function test_PaymentsWereMatchedByGuessing() public {
        ReceivableId first = issue();
        ReceivableId second = issue();
        refuses(
            redeemCall(RedeemReceivable(ReceivableId.wrap(0), 5, PAYMENT, 0, soon()), SUPPLIER_TRADER),
            receivableUnknown(ReceivableId.wrap(0))
        );
        refuses(
            repayCall(RepayLoan(LoanId.wrap(0), 5, 0, 0, PAYMENT, 0, soon()), DISBURSER), loanUnknown(LoanId.wrap(0))
        );
        accepts(redeemCall(redeemOp(second, 5)));
        equal(ledger.receivable(first).amountFen, FACE, "the one that was not named");
        equal(ledger.receivable(second).amountFen, FACE - 5, "the one that was named");
        LoanId firstLoan = lend(first);
        LoanId secondLoan = lend(second);
        RepayLoan memory op = repayOp(secondLoan, 5, 3);
        op.feeFen = 2;
        accepts(repayCall(op));
        equal(outstandingOf(firstLoan), FACE / 2, "the loan that was not named");
        LoanProgress memory found = ledger.loan(secondLoan).progress;
        equal(found.repaidFen, 5, "principal, not what interest and fees left of it");
        equal(found.interestFen, 3, "interest");
        equal(found.feeFen, 2, "fee");
        refuses(redeemCall(RedeemReceivable(first, 5, 0, 2, soon()), SUPPLIER_TRADER), statusWrong(first, ReceivableStatus.Pledged));
        ReceivableId third = issue();
        refuses(redeemCall(RedeemReceivable(third, 5, 0, 1, soon())), paymentMissing());
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
        accepts(cancelCall(cancelOp(open(issue()))));
        OpenLoan memory op = openOp(issue());
        op.bank = OTHER_BANK;
        accepts(openCall(op));
        LoanId bad = lastLoan();
        accepts(disburseCall(disburseOp(bad)));
        recordDefault(bad);
        writeOff(bad, 100);
        recover(bad, 40);

        Totals memory totals = ledger.totals();
        equal(totals.lentFen, 3 * FACE / 2, "lent ever");
        equal(totals.repaidFen, FACE / 2, "repaid");
        equal(totals.writtenOffFen, 100, "written off");
        equal(totals.recoveredFen, 40, "recovered");
        equal(totals.overdueFen, FACE / 2, "overdue");
        equal(totals.lentFen - totals.repaidFen - totals.writtenOffFen, FACE - 100, "outstanding");
        equal(totals.loans, 5, "loans");
        equal(totals.enterprises, 3, "enterprises");
        equal(totals.banks, 2, "banks: neither the operator nor the regulator is one");
        BankTotals memory first = ledger.bankTotals(BANK);
        BankTotals memory second = ledger.bankTotals(OTHER_BANK);
        equal(abi.encode(first), abi.encode(BankTotals(FACE, FACE / 2, 0, 0)), "totals of the bank");
        equal(abi.encode(second), abi.encode(BankTotals(FACE / 2, 0, 100, FACE / 2)), "totals of the other bank");
    }

    // ---- Rules that the same systems left to good will

    function test_MoneyWasPaidOutBeforeTheRegistration() public {
        DisburseLoan memory op = disburseOp(open(issue()));
        op.registrationHash = 0;
        refuses(disburseCall(op), abi.encodeWithSelector(ILedgerErrors.RegistrationMissing.selector, op.loan));
    }

    function test_ALongTenorWasFinancedWithoutAReview() public {
        IssueReceivable memory long = issueOp();
        long.maturityDate = ledger.today() + MAX_TENOR_DAYS + 1;
        accepts(issueCall(long));
        ReceivableId id = lastReceivable();
        refuses(openCall(openOp(id)), abi.encodeWithSelector(ILedgerErrors.ReviewMissing.selector, id));
        accepts(assignCall(assignOp(id, MAKER, 400))); // a part of it is no shorter
        ReceivableId part = lastReceivable();
        refuses(openCall(openOp(part)), abi.encodeWithSelector(ILedgerErrors.ReviewMissing.selector, part));
        OpenLoan memory op = openOp(id);
        op.reviewHash = keccak256("review");
        accepts(openCall(op));
        long.maturityDate = ledger.today() + MAX_REVIEWED_TENOR_DAYS + 1;
        long.invoices = oneInvoice(keccak256("longer"), FACE);
        refuses(
            issueCall(long),
            abi.encodeWithSelector(
                ILedgerErrors.MaturityOutOfRange.selector,
                long.maturityDate,
                ledger.today() + 1,
                ledger.today() + MAX_REVIEWED_TENOR_DAYS
            )
        );
    }

    function test_OnePersonApprovedAndPaidOut() public {
        LoanId id = openWith(issue(), BANK_HEAD);
        uint16 number = ledger.signer(idOf(BANK_HEAD)).number;
        refuses(
            disburseCall(disburseOp(id), BANK_HEAD),
            abi.encodeWithSelector(ILedgerErrors.FourEyesViolated.selector, id, number)
        );
    }

    /// @dev Few parties with absurd amounts must not be able to fill the 64-bit control totals and so stop everybody else.
    function test_ControlTotalsCannotBeFilledByAFew() public pure {
        isTrue(type(uint64).max / MAX_AMOUNT_FEN > 18_000_000, "receivables that fill the totals");
    }

    /// @dev The terms of a loan that ends a day from now, whatever became of the receivable.
    function openAgain(ReceivableId id) private view returns (OpenLoan memory op) {
        op = openOp(id);
        op.application.dueDate = ledger.today() + 1;
    }

    function dueOut(uint16 dueDate) private view returns (bytes memory) {
        uint16 today = ledger.today();
        return abi.encodeWithSelector(ILedgerErrors.DueDateOutOfRange.selector, dueDate, today + 1, today);
    }
}
