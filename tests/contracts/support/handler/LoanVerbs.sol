// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../../contracts/interfaces/ILedgerErrors.sol";
import {IServicing} from "../../../../contracts/interfaces/IServicing.sol";
import {ITrading} from "../../../../contracts/interfaces/ITrading.sol";
import "../../../../contracts/Operations.sol";
import {Key} from "../Signing.sol";
import {ServicedReceivableVerbs} from "./ServicedReceivableVerbs.sol";

/// @notice Loans are opened, cancelled, disbursed and repaid. What banks paid and received is recorded here.
abstract contract LoanVerbs is ServicedReceivableVerbs {
    /// @notice What was lent, repaid, written off, recovered, and received as interest and as fees.
    struct Book {
        uint256 lentFen;
        uint256 repaidFen;
        uint256 writtenOffFen;
        uint256 overdueFen;
        uint256 recoveredFen;
        uint256 interestFen;
        uint256 feeFen;
    }

    Book internal allBooks;
    mapping(PartyId bank => Book) internal bankBooks;
    uint40 public loans; // opens that were signed by both sides and accepted
    mapping(uint40 loan => uint16) public firstDueDate;
    mapping(uint40 loan => uint16) public openedOn;
    mapping(uint40 loan => uint16) public approvalDays; // in force when it was opened
    mapping(bytes32 line => uint256) public exposureFen; // of the loans as they were read one by one
    uint40[] private _live; // opened, disbursed, defaulted or written off
    mapping(uint40 loan => uint256) private _place;

    function book() external view returns (Book memory) {
        return allBooks;
    }

    function bookOf(PartyId lender) external view returns (Book memory) {
        return bankBooks[lender];
    }

    function lineOf(PartyId lender, PartyId subject, ExposureSide side) public pure returns (bytes32) {
        return keccak256(abi.encode(lender, subject, side));
    }

    // ---- Open and cancel

    function openLoan(uint256 seed) external {
        begin(seed, operations);
        openNew();
    }

    function openNew() internal {
        ReceivableId id = aFree(1);
        PartyId lender = aBank();
        if (isNone(id) || lender == NO_PARTY) return issueNew();
        Receivable memory pledged = about(id);
        if (pledged.maturityDate <= today() || standingOf[pledged.holder] == Standing.Suspended) return issueNew();
        if (!policyOf[lender].isSet) return decide(lender);
        OpenLoan memory op = someLoan(id, pledged, lender);
        bytes4 expected = refusalOfLimits(op, pledged);
        bool isDual = op.principalFen > policyOf[lender].dualApprovalFen;
        if (isDual && !hasTwo(lender, Rights.APPROVE)) expected = ILedgerErrors.SecondApprovalMissing.selector;
        bytes memory call = openCallOf(op, pledged.holder, isDual && hasTwo(lender, Rights.APPROVE));
        if (expected != 0 && !isForged) return performRefused(call, expected);
        if (!perform(call)) return;
        loans += 1;
        firstDueDate[loans] = op.application.dueDate;
        openedOn[loans] = today();
        approvalDays[loans] = ledger.parameters().approvalDays;
        _live.push(loans);
        _place[loans] = _live.length;
        made(ReceivableId.wrap(0), LoanId.wrap(loans));
        expose(lender, pledged.obligor, pledged.holder, int256(uint256(op.principalFen)));
    }

    function someLoan(ReceivableId id, Receivable memory pledged, PartyId lender) private returns (OpenLoan memory op) {
        uint64 free = pledged.amountFen - pledged.disputedFen;
        uint16 daysLeft = pledged.maturityDate - today();
        op.application = LoanApplication({
            receivable: id,
            revision: pledged.revision,
            banks: new PartyId[](roll(2)),
            minPrincipalFen: 1,
            maxPrincipalFen: free,
            maxAnnualRateBps: 600,
            dueDate: today() + uint16(1 + roll(daysLeft < 40 ? daysLeft : 40)),
            withRecourse: roll(2) == 0,
            deadline: soon()
        });
        if (op.application.banks.length > 0) op.application.banks[0] = lender;
        op.bank = lender;
        op.principalFen = roll(4) == 0 ? free : uint64(1 + roll(free));
        op.annualRateBps = uint16(roll(601));
        op.reviewHash = pledged.reviewNeeded ? REASON : bytes32(0);
        op.deadline = soon();
    }

    /// @dev Worked out from the policy and the exposures that were recorded here, not from what the ledger says is used.
    function refusalOfLimits(OpenLoan memory op, Receivable memory pledged) private view returns (bytes4) {
        LendingPolicy memory policy = policyOf[op.bank];
        bool fits = fitsLimit(op, pledged.obligor, ExposureSide.Obligor, policy.obligorLimitFen)
            && fitsLimit(op, pledged.holder, ExposureSide.Borrower, policy.borrowerLimitFen);
        return fits ? bytes4(0) : ILedgerErrors.CreditLimitExceeded.selector;
    }

    function fitsLimit(OpenLoan memory op, PartyId subject, ExposureSide side, uint256 policyLimitFen)
        private
        view
        returns (bool)
    {
        CreditLine memory line = ledger.creditLine(op.bank, subject, side);
        uint256 limitFen = line.isOwn ? line.limitFen : policyLimitFen;
        return exposureFen[lineOf(op.bank, subject, side)] + op.principalFen <= limitFen;
    }

    function openCallOf(OpenLoan memory op, PartyId borrower, bool byTwo) private returns (bytes memory) {
        bytes memory borrowers = signed(borrower, Rights.TRADE, hashOf(op.application));
        bytes32 structHash = hashOf(op);
        Key first = keyFor(op.bank, Rights.APPROVE, Key.wrap(0));
        bytes memory approvers = signedWith(first, op.bank, Rights.APPROVE, structHash);
        bytes memory seconds_;
        if (byTwo) {
            seconds_ = signedWith(keyFor(op.bank, Rights.APPROVE, first), op.bank, Rights.APPROVE, structHash);
        }
        return abi.encodeCall(ITrading.openLoan, (op, borrowers, approvers, seconds_));
    }

    function cancelLoan(uint256 seed) external {
        begin(seed, operations);
        LoanId id = aLoan(LoanStatus.Opened);
        if (isNoLoan(id)) return openNew();
        Loan memory found = about(id);
        bool isLapsed = today() > found.terms.lapseDate;
        if (!isLapsed && roll(2) == 0) return openNew();
        bool byBorrower = roll(3) == 0;
        CancelLoan memory op = CancelLoan(id, byBorrower, found.progress.revision, soon());
        bytes memory own = byBorrower
            ? signed(found.terms.borrower, Rights.TRADE, hashOf(op))
            : signed(found.terms.bank, Rights.APPROVE, hashOf(op));
        bytes memory call = abi.encodeCall(IServicing.cancelLoan, (op, own));
        if (byBorrower) byBorrowerAlone();
        if (byBorrower && !isLapsed) return performRefused(call, ILedgerErrors.ApprovalStanding.selector);
        if (!perform(call)) return;
        settled(id, found);
    }

    // ---- Disburse and repay

    function disburseLoan(uint256 seed) external {
        begin(seed, operations);
        LoanId id = aLoan(roll(4) == 0 ? LoanStatus.Disbursed : LoanStatus.Opened);
        if (isNoLoan(id)) return openNew();
        Loan memory found = about(id);
        uint64 undisbursed = found.terms.principalFen - found.progress.disbursedFen;
        bool isLate = today() > found.terms.dueDate;
        if (undisbursed == 0 || standingOf[found.terms.bank] == Standing.Suspended) return openNew();
        uint64 amountFen = roll(2) == 0 ? undisbursed : uint64(1 + roll(undisbursed));
        DisburseLoan memory op =
            DisburseLoan(id, amountFen, REGISTRATION, PAYMENT, found.progress.revision, soon());
        Key key = keyFor(found.terms.bank, Rights.DISBURSE, Key.wrap(0));
        bytes memory call = abi.encodeCall(
            ITrading.disburseLoan, (op, signedWith(key, found.terms.bank, Rights.DISBURSE, hashOf(op)))
        );
        if (isLate) return performRefused(call, ILedgerErrors.LoanOverdue.selector);
        bool isLapsed = found.progress.status == LoanStatus.Opened && today() > found.terms.lapseDate;
        if (isLapsed) return performRefused(call, ILedgerErrors.ApprovalLapsed.selector);
        if (receivableBefore().frozen) return performRefused(call, ILedgerErrors.ReceivableLocked.selector);
        uint16 number = ledger.signer(cachedId(key)).number;
        disbursedBy(number);
        bool approved = number == found.terms.approver || number == found.terms.secondApprover;
        if (approved && !isForged) return performRefused(call, ILedgerErrors.FourEyesViolated.selector);
        if (!perform(call)) return;
        allBooks.lentFen += amountFen;
        bankBooks[found.terms.bank].lentFen += amountFen;
    }

    function repayLoan(uint256 seed) external {
        begin(seed, operations);
        LoanId id = aLoan(roll(4) == 0 ? LoanStatus.Defaulted : LoanStatus.Disbursed);
        if (isNoLoan(id)) return openNew();
        Loan memory found = about(id);
        uint64 outstanding = outstandingOf(found);
        uint64 principalFen = roll(3) == 0 ? outstanding : uint64(roll(uint256(outstanding) + 1));
        RepayLoan memory op = RepayLoan(
            id, principalFen, uint64(1 + roll(100)), uint64(roll(10)), PAYMENT, found.progress.revision, soon()
        );
        bytes memory own = signed(found.terms.bank, Rights.DISBURSE, hashOf(op));
        if (!perform(abi.encodeCall(ITrading.repayLoan, (op, own)))) return;
        allBooks.repaidFen += principalFen;
        allBooks.interestFen += op.interestFen;
        allBooks.feeFen += op.feeFen;
        bankBooks[found.terms.bank].repaidFen += principalFen;
        settled(id, found);
    }

    // ---- Choices and records

    function isNoLoan(LoanId id) internal pure returns (bool) {
        return LoanId.unwrap(id) == 0;
    }

    function aLoan(LoanStatus status) internal returns (LoanId id) {
        uint256 count = _live.length;
        if (count == 0) return LoanId.wrap(0);
        for (uint256 i = 0; i < TRIES; i++) {
            id = LoanId.wrap(_live[roll(count)]);
            if (ledger.loan(id).progress.status == status) return id;
        }
        return LoanId.wrap(0);
    }

    /// @dev Chosen at random, few of those that are paid out would be.
    function anOverdueLoan() internal returns (LoanId id) {
        uint256 count = _live.length;
        uint256 start = count == 0 ? 0 : roll(count);
        for (uint256 i = 0; i < count; i++) {
            id = LoanId.wrap(_live[(start + i) % count]);
            Loan memory found = ledger.loan(id);
            if (found.progress.status == LoanStatus.Disbursed && found.terms.dueDate < today()) return id;
        }
        return LoanId.wrap(0);
    }

    function outstandingOf(Loan memory found) internal pure returns (uint64) {
        return found.progress.disbursedFen - found.progress.repaidFen - found.progress.writtenOffFen;
    }

    /// @dev What of the loan is approved and neither repaid, lapsed nor written off.
    function exposureOf(Loan memory found) public pure returns (uint256) {
        LoanStatus status = found.progress.status;
        bool isLive = status == LoanStatus.Opened || status == LoanStatus.Disbursed || status == LoanStatus.Defaulted;
        if (!isLive) return 0;
        return found.terms.principalFen - found.progress.repaidFen - found.progress.writtenOffFen;
    }

    function settled(LoanId loan, Loan memory before) internal {
        Loan memory found = ledger.loan(loan);
        int256 change = int256(exposureOf(found)) - int256(exposureOf(before));
        expose(found.terms.bank, receivableBefore().obligor, found.terms.borrower, change);
        LoanStatus status = found.progress.status;
        bool isLive = status <= LoanStatus.Disbursed || status == LoanStatus.Defaulted || status == LoanStatus.WrittenOff;
        if (isLive) return;
        uint40 id = LoanId.unwrap(loan);
        uint40 moved = _live[_live.length - 1];
        _live[_place[id] - 1] = moved;
        _place[moved] = _place[id];
        _live.pop();
    }

    function expose(PartyId lender, PartyId obligor, PartyId borrower, int256 changeFen) private {
        bytes32 obligorLine = lineOf(lender, obligor, ExposureSide.Obligor);
        bytes32 borrowerLine = lineOf(lender, borrower, ExposureSide.Borrower);
        exposureFen[obligorLine] = uint256(int256(exposureFen[obligorLine]) + changeFen);
        exposureFen[borrowerLine] = uint256(int256(exposureFen[borrowerLine]) + changeFen);
    }
}
