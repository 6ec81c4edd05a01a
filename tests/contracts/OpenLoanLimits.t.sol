// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import "../../contracts/Operations.sol";
import {Lending, NEW_BANK} from "./support/Lending.sol";
import {
    APPROVER, BANK, BANK_HEAD, BUYER, DISBURSER, MAKER, OTHER_BANK, OUTSIDER_P256, SUPPLIER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";

/// @notice What a bank has decided for itself before it lends: who approves, and how much it takes on of whom.
contract OpenLoanLimitsTest is Lending {
    // ---- Approvals

    function test_Open_AboveTheBanksAmount_TakesTwoApprovers() public {
        setPolicy(BANK, FACE / 2 - 1, MAX_LIMIT_FEN, MAX_LIMIT_FEN);
        ReceivableId id = issue();
        OpenLoan memory op = openOp(id);
        refuses(openCall(op), secondMissing(BANK, FACE / 2, FACE / 2 - 1));
        refuses(openCall(op, SUPPLIER_TRADER, APPROVER, APPROVER), notDistinct(BANK, APPROVER));
        refuses(openCall(op, SUPPLIER_TRADER, APPROVER, DISBURSER), unauthorised(BANK, DISBURSER, Rights.APPROVE));
        accepts(openCall(op, SUPPLIER_TRADER, APPROVER, BANK_HEAD));
        LoanTerms memory terms = ledger.loan(lastLoan()).terms;
        equal(terms.approver, ledger.signer(idOf(APPROVER)).number, "approver");
        equal(terms.secondApprover, ledger.signer(idOf(BANK_HEAD)).number, "second approver");
    }

    /// @dev A policy of zero: every loan takes two.
    function test_Open_PolicyOfZero_TakesTwoForOneFen() public {
        setPolicy(BANK, 0, MAX_LIMIT_FEN, MAX_LIMIT_FEN);
        OpenLoan memory op = openOp(issue());
        op.application.minPrincipalFen = op.principalFen = 1;
        refuses(openCall(op), secondMissing(BANK, 1, 0));
        accepts(openCall(op, SUPPLIER_TRADER, BANK_HEAD, APPROVER));
    }

    function test_Open_SecondApproverBelowTheAmount_IsRefused() public {
        OpenLoan memory op = openOp(issue());
        op.principalFen = DUAL_APPROVAL;
        refuses(
            openCall(op, SUPPLIER_TRADER, APPROVER, BANK_HEAD), secondNeedless(BANK, DUAL_APPROVAL, DUAL_APPROVAL)
        );
        accepts(openCall(op));
        equal(ledger.loan(lastLoan()).terms.secondApprover, 0, "second approver");
    }

    /// @dev An approver of another bank is none.
    function test_Open_SecondApproverOfAnotherBank_IsRefused() public {
        setPolicy(BANK, 0, MAX_LIMIT_FEN, MAX_LIMIT_FEN);
        OpenLoan memory op = openOp(issue());
        refuses(
            openCall(op, SUPPLIER_TRADER, APPROVER, approverOf(OTHER_BANK)),
            unauthorised(BANK, approverOf(OTHER_BANK), Rights.APPROVE)
        );
    }

    function test_Open_BankWithoutAPolicy_LendsNothing() public {
        registerNewBank();
        OpenLoan memory op = openOp(issue());
        op.bank = NEW_BANK;
        op.principalFen = op.application.minPrincipalFen = 1;
        bytes memory call = openCall(op, SUPPLIER_TRADER, OUTSIDER_P256);
        refuses(call, abi.encodeWithSelector(ILedgerErrors.LendingPolicyMissing.selector, NEW_BANK));
        setPolicy(NEW_BANK, 1, 1, 1);
        accepts(call);
    }

    // ---- Credit limits

    function test_Open_ExactlyAtBothLimits_IsAcceptedAndNoFenMore() public {
        setPolicy(BANK, DUAL_APPROVAL, FACE / 2, FACE / 2);
        open(issue());
        equal(usedOf(BANK, BUYER, ExposureSide.Obligor), FACE / 2, "used of the obligor");
        equal(usedOf(BANK, SUPPLIER, ExposureSide.Borrower), FACE / 2, "used of the borrower");
        equal(usedOf(BANK, BUYER, ExposureSide.Borrower), 0, "used of the obligor as a borrower");
        OpenLoan memory more = openOp(issue());
        more.principalFen = more.application.minPrincipalFen = 1;
        refuses(openCall(more), limitExceeded(BANK, BUYER, ExposureSide.Obligor, FACE / 2, 1, FACE / 2));
    }

    /// @dev One obligor behind two borrowers is one exposure; one borrower with two obligors too.
    function test_Open_ExposuresAddUp_AcrossReceivables() public {
        setPolicy(BANK, DUAL_APPROVAL, FACE / 2, MAX_LIMIT_FEN);
        open(issue());
        IssueReceivable memory issued = issueOp();
        issued.holder = MAKER;
        accepts(issueCall(issued));
        ReceivableId id = lastReceivable();
        refuses(openCall(openOp(id)), limitExceeded(BANK, BUYER, ExposureSide.Obligor, FACE / 2, FACE / 2, FACE / 2));
        setPolicy(BANK, DUAL_APPROVAL, MAX_LIMIT_FEN, FACE / 2);
        accepts(openCall(openOp(id)));
        issued = issueOp();
        issued.obligor = MAKER;
        accepts(issueCall(issued));
        id = lastReceivable();
        refuses(
            openCall(openOp(id)), limitExceeded(BANK, SUPPLIER, ExposureSide.Borrower, FACE / 2, FACE / 2, FACE / 2)
        );
    }

    function test_Open_AnotherBanksLimits_AreItsOwn() public {
        setPolicy(BANK, DUAL_APPROVAL, 0, 0);
        OpenLoan memory op = openOp(issue());
        refuses(openCall(op), limitExceeded(BANK, BUYER, ExposureSide.Obligor, 0, FACE / 2, 0));
        op.bank = OTHER_BANK;
        accepts(openCall(op));
        equal(usedOf(BANK, BUYER, ExposureSide.Obligor), 0, "used at the first bank");
        equal(usedOf(OTHER_BANK, BUYER, ExposureSide.Obligor), FACE / 2, "used at the other bank");
    }

    /// @dev Above or below the policy's, and zero is a limit too.
    function test_Open_ALimitOfOnesOwn_HoldsInPlaceOfThePolicys() public {
        OpenLoan memory op = openOp(issue());
        setLimit(BANK, BUYER, ExposureSide.Obligor, 0);
        refuses(openCall(op), limitExceeded(BANK, BUYER, ExposureSide.Obligor, 0, FACE / 2, 0));
        setPolicy(BANK, DUAL_APPROVAL, 0, 0);
        setLimit(BANK, BUYER, ExposureSide.Obligor, FACE / 2);
        refuses(openCall(op), limitExceeded(BANK, SUPPLIER, ExposureSide.Borrower, 0, FACE / 2, 0));
        setLimit(BANK, SUPPLIER, ExposureSide.Borrower, FACE / 2);
        accepts(openCall(op));
    }

    function test_Open_ALimitBelowWhatIsUsed_StopsNewLoansOnly() public {
        LoanId id = lend(issue());
        setLimit(BANK, BUYER, ExposureSide.Obligor, 5);
        OpenLoan memory op = openOp(issue());
        refuses(openCall(op), limitExceeded(BANK, BUYER, ExposureSide.Obligor, FACE / 2, FACE / 2, 5));
        repayAll(id);
        op.principalFen = op.application.minPrincipalFen = 5;
        accepts(openCall(op));
    }

    /// @dev Every way by which principal comes to an end frees the limits by as much.
    function test_Open_LimitsAreFreed_ByRepaymentLapseCancellationAndWriteOff() public {
        setPolicy(BANK, DUAL_APPROVAL, FACE / 2, FACE / 2);
        LoanId id = open(issue());
        cancel(id);
        requireUsed(0, "after the cancellation");

        id = lend(issue());
        accepts(repayCall(repayOp(id, 100, 5)));
        requireUsed(FACE / 2 - 100, "after a part was repaid");
        accepts(repayCall(repayOp(id, 0, 5)));
        requireUsed(FACE / 2 - 100, "after interest");
        repayAll(id);
        requireUsed(0, "after all was repaid");

        id = open(issue());
        disbursePart(id, 1_000);
        accepts(repayCall(repayOp(id, 400, 0)));
        requireUsed(FACE / 2 - 400, "the undisbursed part is still approved");
        accepts(repayCall(repayOp(id, 600, 0)));
        requireUsed(0, "after the undisbursed part lapsed");

        id = lend(issue());
        defaultAfterDueDate(id);
        requireUsed(FACE / 2, "after the default");
        writeOff(id, 300);
        requireUsed(FACE / 2 - 300, "after a part was written off");
        writeOff(id, FACE / 2 - 300);
        requireUsed(0, "after all was written off");
        recover(id, FACE / 2);
        requireUsed(0, "after it was recovered");
    }

    /// @dev The limits of the one who borrowed are freed, also where the receivable has moved since its release.
    function test_Open_LimitsAreFreed_OfTheBorrowerAndNotTheHolder() public {
        ReceivableId id = issue();
        repayAll(lend(id));
        accepts(assignCall(assignOp(id, MAKER, FACE)));
        lend(id);
        equal(usedOf(BANK, MAKER, ExposureSide.Borrower), FACE / 2, "used of the second borrower");
        equal(usedOf(BANK, SUPPLIER, ExposureSide.Borrower), 0, "used of the first");
        repayAll(lastLoan());
        equal(usedOf(BANK, MAKER, ExposureSide.Borrower), 0, "used at the end");
    }

    function testFuzz_Open_Limits_AreNeverExceeded(uint64 obligorLimit, uint64 borrowerLimit, uint256 seed) public {
        obligorLimit %= 3 * FACE;
        borrowerLimit %= 3 * FACE;
        setPolicy(BANK, DUAL_APPROVAL, obligorLimit, borrowerLimit);
        uint64 used;
        for (uint256 i = 0; i < 5; i++) {
            OpenLoan memory op = openOp(issue());
            op.principalFen = FACE / 10 + uint64(uint256(keccak256(abi.encode(seed, i))) % (FACE - FACE / 10 + 1));
            if (used + op.principalFen > obligorLimit) {
                refuses(
                    openCall(op),
                    limitExceeded(BANK, BUYER, ExposureSide.Obligor, used, op.principalFen, obligorLimit)
                );
            } else if (used + op.principalFen > borrowerLimit) {
                refuses(
                    openCall(op),
                    limitExceeded(BANK, SUPPLIER, ExposureSide.Borrower, used, op.principalFen, borrowerLimit)
                );
            } else {
                accepts(openCall(op));
                used += op.principalFen;
            }
            requireUsed(used, "used");
        }
    }
}
