// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IServicing} from "../../../../contracts/interfaces/IServicing.sol";
import {ITrading} from "../../../../contracts/interfaces/ITrading.sol";
import "../../../../contracts/Operations.sol";
import {Step} from "../handler/Steps.sol";
import {Now, Observer} from "./Observer.sol";

/// @notice What must hold of loans.
abstract contract LoanInvariants is Observer {
    function checkLoans(Step memory step, Now memory now_) internal view {
        if (step.loan == 0) return;
        Loan_StaysWithinItsAmounts(now_);
        Status_FollowsFromTheAmounts(now_);
        Pledged_MeansOneLiveLoan(now_);
        MakerAndChecker_Differ(step, now_);
        if (step.loanBefore.terms.principalFen == 0) {
            Loan_IsCoveredWhenItOpens(step, now_);
            return;
        }
        Terms_NeverChange(step, now_);
        DueDate_MovesOnceAndForward(step, now_);
        Defaulted_NeverReturnsToGoodStanding(step, now_);
        Status_OnlyMovesForward(step, now_);
        OnlyALateLoan_Defaults(step, now_);
        OnlyALoanInTime_IsPaidOut(step, now_);
        OnlyAStandingApproval_IsPaidOut(step, now_);
        TheBorrowerAlone_EndsOnlyALapsedApproval(step, now_);
        Recourse_OnlyWhereItWasAgreed(step, now_);
        WhatWasPaid_NeverFalls(step, now_);
        EveryChangeOfALoan_TakesOneRevision(step, now_);
    }

    function Loan_StaysWithinItsAmounts(Now memory now_) private pure {
        LoanProgress memory progress = now_.loan.progress;
        isTrue(progress.disbursedFen <= now_.loan.terms.principalFen, "Loan_StaysWithinItsAmounts: disbursed");
        uint256 gone = uint256(progress.repaidFen) + progress.writtenOffFen;
        isTrue(gone <= progress.disbursedFen, "Loan_StaysWithinItsAmounts: repaid and written off");
        isTrue(progress.recoveredFen <= progress.writtenOffFen, "Loan_StaysWithinItsAmounts: recovered");
    }

    function Status_FollowsFromTheAmounts(Now memory now_) private pure {
        LoanProgress memory progress = now_.loan.progress;
        LoanStatus status = progress.status;
        uint256 outstanding = uint256(progress.disbursedFen) - progress.repaidFen - progress.writtenOffFen;
        bool isNothingPaid = status == LoanStatus.Opened || status == LoanStatus.Cancelled;
        isTrue(isNothingPaid == (progress.disbursedFen == 0), "Status_FollowsFromTheAmounts: opened");
        bool owes = status == LoanStatus.Disbursed || status == LoanStatus.Defaulted;
        isTrue(owes == (outstanding > 0), "Status_FollowsFromTheAmounts: outstanding");
        bool lost = status == LoanStatus.WrittenOff;
        bool unrecovered = outstanding == 0 && progress.writtenOffFen > progress.recoveredFen;
        isTrue(lost == unrecovered, "Status_FollowsFromTheAmounts: written off");
        isTrue(status != LoanStatus.Repaid || progress.writtenOffFen == 0, "Status_FollowsFromTheAmounts: repaid");
    }

    /// @dev That there is not a second one: `Pledged_HasExactlyOneLiveLoan`, which goes through all of them.
    function Pledged_MeansOneLiveLoan(Now memory now_) private pure {
        bool pledging = isPledging(now_.loan.progress.status);
        isTrue(pledging == (now_.receivable.status == ReceivableStatus.Pledged), "Pledged_MeansOneLiveLoan");
        isTrue(!pledging || now_.receivable.holder == now_.loan.terms.borrower, "Pledged_MeansOneLiveLoan: holder");
        isTrue(!pledging || now_.loan.terms.principalFen <= now_.receivable.amountFen, "Pledged_MeansOneLiveLoan: cover");
    }

    function MakerAndChecker_Differ(Step memory step, Now memory now_) private pure {
        LoanTerms memory terms = now_.loan.terms;
        isTrue(terms.approver != 0 && terms.approver != terms.secondApprover, "MakerAndChecker_Differ: two approvers");
        bool isMaker = step.disburser == terms.approver || step.disburser == terms.secondApprover;
        bool paidOut = now_.loan.progress.disbursedFen > step.loanBefore.progress.disbursedFen;
        isTrue(!paidOut || (step.disburser != 0 && !isMaker), "MakerAndChecker_Differ");
    }

    function Loan_IsCoveredWhenItOpens(Step memory step, Now memory now_) private view {
        LoanTerms memory terms = now_.loan.terms;
        uint256 free = step.receivableBefore.amountFen - step.receivableBefore.disputedFen;
        isTrue(terms.principalFen <= free, "Loan_IsCoveredWhenItOpens");
        bool inTime = terms.dueDate > step.day && terms.dueDate <= step.receivableBefore.maturityDate;
        isTrue(inTime, "Loan_IsCoveredWhenItOpens: due date");
        isTrue(step.receivableBefore.status == ReceivableStatus.Active, "Loan_IsCoveredWhenItOpens: pledged twice");
        isTrue(!step.receivableBefore.frozen, "Loan_IsCoveredWhenItOpens: frozen");
        bool byTwo = terms.secondApprover != 0;
        bool above = terms.principalFen > ledger.lendingPolicy(terms.bank).dualApprovalFen;
        isTrue(byTwo == above, "AboveTheAmount_TwoApprove");
        Limit_BindsWhenItIsTakenUp(step, now_);
    }

    function Limit_BindsWhenItIsTakenUp(Step memory step, Now memory now_) private view {
        LoanTerms memory terms = now_.loan.terms;
        LendingPolicy memory policy = ledger.lendingPolicy(terms.bank);
        CreditLine memory line = ledger.creditLine(terms.bank, step.receivableBefore.obligor, ExposureSide.Obligor);
        isTrue(line.usedFen <= (line.isOwn ? line.limitFen : policy.obligorLimitFen), "Limit_BindsWhenItIsTakenUp");
        line = ledger.creditLine(terms.bank, terms.borrower, ExposureSide.Borrower);
        isTrue(
            line.usedFen <= (line.isOwn ? line.limitFen : policy.borrowerLimitFen), "Limit_BindsWhenItIsTakenUp: borrower"
        );
    }

    function Terms_NeverChange(Step memory step, Now memory now_) private pure {
        equal(agreed(now_.loan.terms), agreed(step.loanBefore.terms), "Terms_NeverChange");
    }

    /// @dev All but the due date, whether it was moved, and whether recourse was claimed.
    function agreed(LoanTerms memory terms) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                terms.principalFen,
                terms.bank,
                terms.borrower,
                terms.receivable,
                terms.annualRateBps,
                terms.withRecourse,
                terms.approver,
                terms.secondApprover,
                terms.lapseDate
            )
        );
    }

    function DueDate_MovesOnceAndForward(Step memory step, Now memory now_) private view {
        uint16 first = handler.firstDueDate(step.loan);
        isTrue(now_.loan.terms.dueDate >= step.loanBefore.terms.dueDate, "DueDate_MovesOnceAndForward: back");
        bool moved = now_.loan.terms.dueDate != first;
        isTrue(moved == now_.loan.terms.extended, "DueDate_MovesOnceAndForward");
        if (!step.loanBefore.terms.extended) return;
        equal(now_.loan.terms.dueDate, step.loanBefore.terms.dueDate, "DueDate_MovesOnceAndForward: twice");
    }

    function Defaulted_NeverReturnsToGoodStanding(Step memory step, Now memory now_) private view {
        if (!handler.hasDefaulted(step.loan)) return;
        LoanStatus status = now_.loan.progress.status;
        bool good = status == LoanStatus.None || status == LoanStatus.Opened || status == LoanStatus.Disbursed
            || status == LoanStatus.Cancelled;
        isTrue(!good, "Defaulted_NeverReturnsToGoodStanding");
    }

    function Status_OnlyMovesForward(Step memory step, Now memory now_) private pure {
        LoanStatus before = step.loanBefore.progress.status;
        LoanStatus status = now_.loan.progress.status;
        if (before == status) return;
        bool known = before == LoanStatus.Opened
            ? status == LoanStatus.Disbursed || status == LoanStatus.Cancelled
            : before == LoanStatus.Disbursed
                ? status == LoanStatus.Repaid || status == LoanStatus.Defaulted
                : before == LoanStatus.Defaulted
                    ? status == LoanStatus.Repaid || status == LoanStatus.WrittenOff || status == LoanStatus.Recovered
                    : before == LoanStatus.WrittenOff && status == LoanStatus.Recovered;
        isTrue(known, "Status_OnlyMovesForward");
    }

    function OnlyALateLoan_Defaults(Step memory step, Now memory now_) private pure {
        bool defaulted = now_.loan.progress.status == LoanStatus.Defaulted
            && step.loanBefore.progress.status != LoanStatus.Defaulted;
        isTrue(!defaulted || step.day > now_.loan.terms.dueDate, "OnlyALateLoan_Defaults");
    }

    function OnlyALoanInTime_IsPaidOut(Step memory step, Now memory now_) private pure {
        bool paidOut = now_.loan.progress.disbursedFen > step.loanBefore.progress.disbursedFen;
        isTrue(!paidOut || step.day <= now_.loan.terms.dueDate, "OnlyALoanInTime_IsPaidOut");
    }

    /// @dev Worked out from the day of the opening and the rules of that day, not from the date that the ledger keeps.
    function OnlyAStandingApproval_IsPaidOut(Step memory step, Now memory now_) private view {
        bool paidOut = now_.loan.progress.disbursedFen > step.loanBefore.progress.disbursedFen;
        bool isFirst = paidOut && step.loanBefore.progress.disbursedFen == 0;
        uint256 last = uint256(handler.openedOn(step.loan)) + handler.approvalDays(step.loan);
        isTrue(!isFirst || step.day <= last, "OnlyAStandingApproval_IsPaidOut");
    }

    function TheBorrowerAlone_EndsOnlyALapsedApproval(Step memory step, Now memory now_) private view {
        bool ended = now_.loan.progress.status == LoanStatus.Cancelled
            && step.loanBefore.progress.status != LoanStatus.Cancelled;
        if (!ended) return;
        isTrue(step.loanBefore.progress.status == LoanStatus.Opened, "TheBorrowerAlone_EndsOnlyALapsedApproval: paid out");
        uint256 last = uint256(handler.openedOn(step.loan)) + handler.approvalDays(step.loan);
        uint16 due = now_.loan.terms.dueDate;
        isTrue(!step.byBorrower || step.day > (last < due ? last : due), "TheBorrowerAlone_EndsOnlyALapsedApproval");
    }

    function Recourse_OnlyWhereItWasAgreed(Step memory step, Now memory now_) private pure {
        isTrue(!now_.loan.terms.recourseClaimed || now_.loan.terms.withRecourse, "Recourse_OnlyWhereItWasAgreed");
        bool taken = now_.loan.terms.recourseClaimed && !step.loanBefore.terms.recourseClaimed;
        bool right = step.verb == IServicing.claimRecourse.selector && !step.refused;
        isTrue(!taken || right, "Recourse_OnlyWhereItWasAgreed: by another operation");
        isTrue(!step.loanBefore.terms.recourseClaimed || now_.loan.terms.recourseClaimed, "Recourse_OnlyWhereItWasAgreed: undone");
    }

    function WhatWasPaid_NeverFalls(Step memory step, Now memory now_) private pure {
        LoanProgress memory a = step.loanBefore.progress;
        LoanProgress memory b = now_.loan.progress;
        bool up = b.disbursedFen >= a.disbursedFen && b.repaidFen >= a.repaidFen && b.writtenOffFen >= a.writtenOffFen
            && b.recoveredFen >= a.recoveredFen && b.interestFen >= a.interestFen && b.feeFen >= a.feeFen;
        isTrue(up, "WhatWasPaid_NeverFalls");
        bool repays = b.repaidFen > a.repaidFen || b.interestFen > a.interestFen || b.feeFen > a.feeFen;
        isTrue(!repays || step.verb == ITrading.repayLoan.selector, "WhatWasPaid_NeverFalls: by another operation");
    }

    function EveryChangeOfALoan_TakesOneRevision(Step memory step, Now memory now_) private pure {
        uint256 change = now_.loan.progress.revision - step.loanBefore.progress.revision;
        bool isOwn = step.verb != 0 && !step.refused;
        equal(change, isOwn ? 1 : 0, "EveryChangeOfALoan_TakesOneRevision");
    }

    // ---- Through all of them

    function sweepLoans() internal view {
        Pledged_HasExactlyOneLiveLoan();
        Defaults_AreForEver();
    }

    function Pledged_HasExactlyOneLiveLoan() private view {
        Totals memory totals = ledger.totals();
        uint256[] memory live = new uint256[](totals.receivables + 1);
        for (uint40 id = 1; id <= totals.loans; id++) {
            Loan memory loan = loanAt(id);
            if (isPledging(loan.progress.status)) live[ReceivableId.unwrap(loan.terms.receivable)] += 1;
        }
        for (uint40 id = 1; id <= totals.receivables; id++) {
            uint256 expected = receivableAt(id).status == ReceivableStatus.Pledged ? 1 : 0;
            equal(live[id], expected, "Pledged_HasExactlyOneLiveLoan");
        }
        equal(loanAt(totals.loans + 1).terms.principalFen, 0, "Numbers_AreGivenOutOnce_WithoutGaps: loan beyond the count");
    }

    function Defaults_AreForEver() private view {
        for (uint40 id = 1; id <= handler.loans(); id++) {
            LoanStatus status = loanAt(id).progress.status;
            bool bad = status == LoanStatus.Defaulted || status == LoanStatus.WrittenOff || status == LoanStatus.Recovered;
            isTrue(!bad || handler.hasDefaulted(id), "Defaults_AreForEver: never recorded");
            bool good = status == LoanStatus.Opened || status == LoanStatus.Disbursed || status == LoanStatus.Cancelled;
            isTrue(!good || !handler.hasDefaulted(id), "Defaults_AreForEver");
        }
    }
}
