// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../../contracts/interfaces/ILedgerErrors.sol";
import {IServicing} from "../../../../contracts/interfaces/IServicing.sol";
import "../../../../contracts/Operations.sol";
import {Key} from "../Signing.sol";
import {LoanVerbs} from "./LoanVerbs.sol";

/// @notice Loans are extended, fall into default, are claimed from the assignor, written off and recovered.
abstract contract BadLoanVerbs is LoanVerbs {
    mapping(uint40 loan => bool) public hasDefaulted;

    function extendLoan(uint256 seed) external {
        begin(seed, operations);
        LoanId id = aLoan(LoanStatus.Disbursed);
        if (isNoLoan(id)) return openNew();
        Loan memory found = about(id);
        LoanTerms memory terms = found.terms;
        bool sound = standingOf[terms.bank] != Standing.Suspended && standingOf[terms.borrower] != Standing.Suspended;
        if (!sound) return openNew();
        uint16 dueDate = terms.dueDate + uint16(1 + roll(ledger.parameters().maxExtensionDays));
        ExtendLoan memory op = ExtendLoan(id, dueDate, found.progress.revision, soon());
        bytes32 structHash = hashOf(op);
        bytes memory borrowers = signed(terms.borrower, Rights.TRADE, structHash);
        bytes memory call =
            abi.encodeCall(IServicing.extendLoan, (op, borrowers, signed(terms.bank, Rights.APPROVE, structHash)));
        if (today() > terms.dueDate) return performRefused(call, ILedgerErrors.LoanOverdue.selector);
        if (terms.extended) return performRefused(call, ILedgerErrors.ExtensionUsed.selector);
        perform(call);
    }

    function defaultLoan(uint256 seed) external {
        begin(seed, operations);
        defaultOne();
    }

    function defaultOne() private {
        LoanId id = roll(4) == 0 ? aLoan(LoanStatus.Disbursed) : anOverdueLoan();
        if (isNoLoan(id)) return openNew();
        Loan memory found = about(id);
        DefaultLoan memory op = DefaultLoan(id, REASON, found.progress.revision, soon());
        bytes memory call =
            abi.encodeCall(IServicing.defaultLoan, (op, signed(found.terms.bank, Rights.APPROVE, hashOf(op))));
        if (today() <= found.terms.dueDate) return performRefused(call, ILedgerErrors.LoanNotOverdue.selector);
        if (!perform(call)) return;
        hasDefaulted[LoanId.unwrap(id)] = true;
        allBooks.overdueFen += outstandingOf(found);
        bankBooks[found.terms.bank].overdueFen += outstandingOf(found);
    }

    function claimRecourse(uint256 seed) external {
        begin(seed, operations);
        LoanId id = aLoan(roll(2) == 0 ? LoanStatus.Defaulted : LoanStatus.WrittenOff);
        if (isNoLoan(id)) return defaultOne();
        Loan memory found = about(id);
        ClaimRecourse memory op = ClaimRecourse(id, REASON, found.progress.revision, soon());
        bytes memory call =
            abi.encodeCall(IServicing.claimRecourse, (op, signed(found.terms.bank, Rights.APPROVE, hashOf(op))));
        if (!found.terms.withRecourse) return performRefused(call, ILedgerErrors.RecourseExcluded.selector);
        if (found.terms.recourseClaimed) return performRefused(call, ILedgerErrors.RecourseUsed.selector);
        perform(call);
    }

    function writeOffLoan(uint256 seed) external {
        begin(seed, operations);
        writeOffOne();
    }

    function writeOffOne() private {
        LoanId id = aLoan(LoanStatus.Defaulted);
        if (isNoLoan(id)) return defaultOne();
        Loan memory found = about(id);
        PartyId lender = found.terms.bank;
        uint64 outstanding = outstandingOf(found);
        uint64 amountFen = roll(2) == 0 ? outstanding : uint64(1 + roll(outstanding));
        WriteOffLoan memory op = WriteOffLoan(id, amountFen, REASON, found.progress.revision, soon());
        bytes32 structHash = hashOf(op);
        Key approver = keyFor(lender, Rights.APPROVE, Key.wrap(0));
        bytes memory approvers = signedWith(approver, lender, Rights.APPROVE, structHash);
        Key checker = keyFor(lender, Rights.DISBURSE, approver);
        bytes memory checkers = signedWith(checker, lender, Rights.DISBURSE, structHash);
        if (!perform(abi.encodeCall(IServicing.writeOffLoan, (op, approvers, checkers)))) return;
        allBooks.writtenOffFen += amountFen;
        bankBooks[lender].writtenOffFen += amountFen;
        settled(id, found);
    }

    function recoverLoan(uint256 seed) external {
        begin(seed, operations);
        LoanId id = aLoan(roll(4) == 0 ? LoanStatus.Defaulted : LoanStatus.WrittenOff);
        if (isNoLoan(id)) return writeOffOne();
        Loan memory found = about(id);
        uint64 unrecovered = found.progress.writtenOffFen - found.progress.recoveredFen;
        if (unrecovered == 0) return writeOffOne();
        uint64 amountFen = roll(2) == 0 ? unrecovered : uint64(1 + roll(unrecovered));
        RecoverySource source = RecoverySource(1 + roll(3));
        RecoverLoan memory op = RecoverLoan(id, amountFen, source, PAYMENT, found.progress.revision, soon());
        bytes memory own = signed(found.terms.bank, Rights.DISBURSE, hashOf(op));
        bytes memory call = abi.encodeCall(IServicing.recoverLoan, (op, own));
        if (source == RecoverySource.Borrower && !found.terms.withRecourse) {
            return performRefused(call, ILedgerErrors.RecourseExcluded.selector);
        }
        if (source == RecoverySource.Borrower && !found.terms.recourseClaimed) {
            return performRefused(call, ILedgerErrors.RecourseUnclaimed.selector);
        }
        if (!perform(call)) return;
        allBooks.recoveredFen += amountFen;
        settled(id, found);
    }
}
