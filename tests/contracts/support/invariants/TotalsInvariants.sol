// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../../../contracts/Operations.sol";
import {LoanVerbs} from "../handler/LoanVerbs.sol";
import {Step} from "../handler/Steps.sol";
import {Now, Observer} from "./Observer.sol";

/// @notice What must hold of the control totals and of exposures.
abstract contract TotalsInvariants is Observer {
    function checkTotals(Step memory step, Now memory now_) internal view {
        Totals_EqualWhatWasDone(now_);
        Outstanding_EqualsLentLessRepaidLessWrittenOff(now_);
        Totals_NeverFall(step, now_);
        Today_NeverGoesBack(step, now_);
        ARefusal_LeavesTheTotals(step, now_);
        if (step.loan == 0) return;
        BankTotals_EqualWhatWasDone(now_);
        Used_EqualsTheExposures(step, now_);
    }

    function Totals_EqualWhatWasDone(Now memory now_) private view {
        LoanVerbs.Book memory book = handler.book();
        equal(now_.totals.lentFen, book.lentFen, "Totals_EqualWhatWasDone: lent");
        equal(now_.totals.repaidFen, book.repaidFen, "Totals_EqualWhatWasDone: repaid");
        equal(now_.totals.writtenOffFen, book.writtenOffFen, "Totals_EqualWhatWasDone: written off");
        equal(now_.totals.overdueFen, book.overdueFen, "Totals_EqualWhatWasDone: overdue");
        equal(now_.totals.recoveredFen, book.recoveredFen, "Totals_EqualWhatWasDone: recovered");
        equal(now_.totals.interestFen, book.interestFen, "Totals_EqualWhatWasDone: interest");
        equal(now_.totals.feeFen, book.feeFen, "Totals_EqualWhatWasDone: fees");
    }

    function Outstanding_EqualsLentLessRepaidLessWrittenOff(Now memory now_) private pure {
        uint256 gone = uint256(now_.totals.repaidFen) + now_.totals.writtenOffFen;
        isTrue(gone <= now_.totals.lentFen, "Outstanding_EqualsLentLessRepaidLessWrittenOff: below zero");
        isTrue(now_.totals.recoveredFen <= now_.totals.writtenOffFen, "Recovered_StaysWithinWhatWasWrittenOff");
    }

    function Totals_NeverFall(Step memory step, Now memory now_) private pure {
        Totals memory a = step.totalsBefore;
        Totals memory b = now_.totals;
        bool counts = b.enterprises >= a.enterprises && b.banks >= a.banks && b.receivables >= a.receivables
            && b.loans >= a.loans;
        bool amounts = b.lentFen >= a.lentFen && b.repaidFen >= a.repaidFen && b.issuedFen >= a.issuedFen
            && b.redeemedFen >= a.redeemedFen && b.cancelledFen >= a.cancelledFen;
        bool losses = b.writtenOffFen >= a.writtenOffFen && b.overdueFen >= a.overdueFen
            && b.recoveredFen >= a.recoveredFen && b.interestFen >= a.interestFen && b.feeFen >= a.feeFen;
        isTrue(counts && amounts && losses, "Totals_NeverFall");
    }

    function Today_NeverGoesBack(Step memory step, Now memory now_) private pure {
        isTrue(now_.day >= step.day, "Today_NeverGoesBack");
        isTrue(step.verb == 0 || now_.day == step.day, "Today_NeverGoesBack: within an operation");
    }

    /// @dev That no slot at all was written is checked when it is played: see `Steps`.
    function ARefusal_LeavesTheTotals(Step memory step, Now memory now_) private pure {
        if (!step.refused) return;
        bytes32 before = keccak256(abi.encode(step.totalsBefore, step.receivableBefore, step.loanBefore));
        bytes32 now__ = keccak256(abi.encode(now_.totals, now_.receivable, now_.loan));
        equal(now__, before, "ARefusedOperation_ChangesNothing: views");
    }

    function BankTotals_EqualWhatWasDone(Now memory now_) private view {
        BankTotals memory found = ledger.bankTotals(now_.loan.terms.bank);
        LoanVerbs.Book memory book = handler.bookOf(now_.loan.terms.bank);
        equal(found.lentFen, book.lentFen, "BankTotals_EqualWhatWasDone: lent");
        equal(found.repaidFen, book.repaidFen, "BankTotals_EqualWhatWasDone: repaid");
        equal(found.writtenOffFen, book.writtenOffFen, "BankTotals_EqualWhatWasDone: written off");
        equal(found.overdueFen, book.overdueFen, "BankTotals_EqualWhatWasDone: overdue");
        isTrue(uint256(found.repaidFen) + found.writtenOffFen <= found.lentFen, "BankTotals_EqualWhatWasDone: below zero");
    }

    function Used_EqualsTheExposures(Step memory, Now memory now_) private view {
        LoanTerms memory terms = now_.loan.terms;
        usedEquals(terms.bank, now_.receivable.obligor, ExposureSide.Obligor);
        usedEquals(terms.bank, terms.borrower, ExposureSide.Borrower);
    }

    function usedEquals(PartyId lender, PartyId subject, ExposureSide side) private view {
        uint256 expected = handler.exposureFen(handler.lineOf(lender, subject, side));
        equal(ledger.creditLine(lender, subject, side).usedFen, expected, "Used_EqualsTheExposures");
    }

    // ---- Through all of them

    function sweepTotals() internal view {
        ControlTotals_EqualTheSumsOfTheirParts();
        Banks_AddUpToTheLedger();
        Used_EqualsTheSumOfLiveLoans();
    }

    function ControlTotals_EqualTheSumsOfTheirParts() private view {
        Totals memory totals = ledger.totals();
        uint256 owed;
        for (uint40 id = 1; id <= totals.receivables; id++) owed += receivableAt(id).amountFen;
        equal(
            owed + totals.redeemedFen + totals.cancelledFen, totals.issuedFen, "ControlTotals_EqualTheSumsOfTheirParts: issued"
        );
        LoanVerbs.Book memory sum;
        for (uint40 id = 1; id <= totals.loans; id++) {
            LoanProgress memory progress = loanAt(id).progress;
            sum.lentFen += progress.disbursedFen;
            sum.repaidFen += progress.repaidFen;
            sum.writtenOffFen += progress.writtenOffFen;
            sum.recoveredFen += progress.recoveredFen;
            sum.interestFen += progress.interestFen;
            sum.feeFen += progress.feeFen;
        }
        equal(totals.lentFen, sum.lentFen, "ControlTotals_EqualTheSumsOfTheirParts: lent");
        equal(totals.repaidFen, sum.repaidFen, "ControlTotals_EqualTheSumsOfTheirParts: repaid");
        equal(totals.writtenOffFen, sum.writtenOffFen, "ControlTotals_EqualTheSumsOfTheirParts: written off");
        equal(totals.recoveredFen, sum.recoveredFen, "ControlTotals_EqualTheSumsOfTheirParts: recovered");
        equal(totals.interestFen, sum.interestFen, "ControlTotals_EqualTheSumsOfTheirParts: interest");
        equal(totals.feeFen, sum.feeFen, "ControlTotals_EqualTheSumsOfTheirParts: fees");
    }

    function Banks_AddUpToTheLedger() private view {
        Totals memory totals = ledger.totals();
        LoanVerbs.Book memory sum;
        for (uint256 i = 0; i < handler.bankCount(); i++) {
            BankTotals memory found = ledger.bankTotals(handler.bankAt(i));
            sum.lentFen += found.lentFen;
            sum.repaidFen += found.repaidFen;
            sum.writtenOffFen += found.writtenOffFen;
            sum.overdueFen += found.overdueFen;
        }
        equal(totals.lentFen, sum.lentFen, "Banks_AddUpToTheLedger: lent");
        equal(totals.repaidFen, sum.repaidFen, "Banks_AddUpToTheLedger: repaid");
        equal(totals.writtenOffFen, sum.writtenOffFen, "Banks_AddUpToTheLedger: written off");
        equal(totals.overdueFen, sum.overdueFen, "Banks_AddUpToTheLedger: overdue");
    }

    /// @dev For each bank, and each enterprise as obligor and as borrower.
    function Used_EqualsTheSumOfLiveLoans() private view {
        uint256 banks = handler.bankCount();
        uint256 enterprises = handler.enterpriseCount();
        for (uint256 i = 0; i < banks; i++) {
            PartyId lender = handler.bankAt(i);
            uint256[] memory owed = new uint256[](handler.parties() + 1);
            uint256[] memory borrowed = new uint256[](handler.parties() + 1);
            for (uint40 id = 1; id <= handler.loans(); id++) {
                Loan memory loan = loanAt(id);
                if (loan.terms.bank != lender || !isLive(loan.progress.status)) continue;
                uint256 exposure =
                    loan.terms.principalFen - loan.progress.repaidFen - loan.progress.writtenOffFen;
                owed[PartyId.unwrap(ledger.receivable(loan.terms.receivable).obligor)] += exposure;
                borrowed[PartyId.unwrap(loan.terms.borrower)] += exposure;
            }
            for (uint256 j = 0; j < enterprises; j++) {
                PartyId subject = handler.enterpriseAt(j);
                uint256 used = ledger.creditLine(lender, subject, ExposureSide.Obligor).usedFen;
                equal(used, owed[PartyId.unwrap(subject)], "Used_EqualsTheSumOfLiveLoans: obligor");
                used = ledger.creditLine(lender, subject, ExposureSide.Borrower).usedFen;
                equal(used, borrowed[PartyId.unwrap(subject)], "Used_EqualsTheSumOfLiveLoans: borrower");
            }
        }
    }
}
