// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../contracts/interfaces/ILedgerErrors.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import "../../../contracts/Operations.sol";
import {APPROVER, BANK, BUYER, LedgerTest, SUPPLIER} from "./LedgerTest.sol";
import {Key} from "./Signing.sol";

/// @notice Receivables and loans of the tests: operations that the ledger would accept as things stand, and the calls that carry their right
/// signatures. A test changes one field and asks for the refusal.
abstract contract Trading is LedgerTest {
    uint64 internal constant FACE = 1_000_000_00; // one million yuan
    bytes32 internal constant PAYMENT = keccak256("payment");
    bytes32 internal constant REGISTRATION = keccak256("registration");
    bytes32 internal constant DECISION = keccak256("credit decision");
    bytes32 internal constant REASON = keccak256("reason");

    // ---- Receivables

    function issueOp() internal view returns (IssueReceivable memory) {
        return issueOp(keccak256(abi.encode("invoice", ledger.totals().receivables)));
    }

    function issueOp(bytes32 fingerprint) internal view returns (IssueReceivable memory) {
        return IssueReceivable(BUYER, SUPPLIER, FACE, ledger.today() + 180, oneInvoice(fingerprint, FACE), soon());
    }

    function oneInvoice(bytes32 fingerprint, uint64 amountFen) internal pure returns (Invoice[] memory invoices) {
        invoices = new Invoice[](1);
        invoices[0] = Invoice(fingerprint, amountFen);
    }

    function issueCall(IssueReceivable memory op) internal view returns (bytes memory) {
        return issueCall(op, traderOf(op.obligor), traderOf(op.holder));
    }

    function issueCall(IssueReceivable memory op, Key obligor, Key holder) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        return abi.encodeCall(
            ITrading.issueReceivable, (op, sign(obligor, structHash), sign(holder, structHash))
        );
    }

    function issue() internal returns (ReceivableId) {
        accepts(issueCall(issueOp()));
        return lastReceivable();
    }

    function lastReceivable() internal view returns (ReceivableId) {
        return ReceivableId.wrap(ledger.totals().receivables);
    }

    function assignOp(ReceivableId id, PartyId assignee, uint64 amountFen)
        internal
        view
        returns (AssignReceivable memory)
    {
        return AssignReceivable(id, assignee, amountFen, ledger.receivable(id).revision, soon());
    }

    function assignCall(AssignReceivable memory op) internal view returns (bytes memory) {
        return assignCall(op, traderOf(ledger.receivable(op.receivable).holder), traderOf(op.assignee));
    }

    function assignCall(AssignReceivable memory op, Key holder, Key assignee) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        return abi.encodeCall(
            ITrading.assignReceivable, (op, sign(holder, structHash), sign(assignee, structHash))
        );
    }

    function redeemOp(ReceivableId id, uint64 amountFen) internal view returns (RedeemReceivable memory) {
        return RedeemReceivable(id, amountFen, PAYMENT, ledger.receivable(id).revision, soon());
    }

    function redeemCall(RedeemReceivable memory op) internal view returns (bytes memory) {
        return redeemCall(op, traderOf(ledger.receivable(op.receivable).holder));
    }

    function redeemCall(RedeemReceivable memory op, Key holder) internal view returns (bytes memory) {
        return abi.encodeCall(ITrading.redeemReceivable, (op, sign(holder, hashOf(op))));
    }

    // ---- Loans

    /// @dev Any bank may lend from a tenth to all of the receivable, at 6 % at most, until a month before it is due.
    function applicationOp(ReceivableId id) internal view returns (LoanApplication memory) {
        Receivable memory pledged = ledger.receivable(id);
        return LoanApplication({
            receivable: id,
            revision: pledged.revision,
            banks: new PartyId[](0),
            minPrincipalFen: pledged.amountFen / 10,
            maxPrincipalFen: pledged.amountFen,
            maxAnnualRateBps: 600,
            dueDate: pledged.maturityDate - 30,
            withRecourse: true,
            deadline: soon()
        });
    }

    function openOp(ReceivableId id) internal view returns (OpenLoan memory) {
        return OpenLoan(applicationOp(id), BANK, ledger.receivable(id).amountFen / 2, 435, 0, DECISION, soon());
    }

    /// @dev The last day on which a bank disburses on a loan that is opened today.
    function lapseOf(uint16 dueDate) internal view returns (uint16) {
        uint16 last = ledger.today() + APPROVAL_DAYS;
        return last < dueDate ? last : dueDate;
    }

    function openCall(OpenLoan memory op) internal view returns (bytes memory) {
        return
            openCall(op, traderOf(ledger.receivable(op.application.receivable).holder), approverOf(op.bank));
    }

    function openCall(OpenLoan memory op, Key borrower, Key approver) internal view returns (bytes memory) {
        return abi.encodeCall(
            ITrading.openLoan, (op, sign(borrower, hashOf(op.application)), sign(approver, hashOf(op)), "")
        );
    }

    function openCall(OpenLoan memory op, Key borrower, Key approver, Key second) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        return abi.encodeCall(
            ITrading.openLoan,
            (op, sign(borrower, hashOf(op.application)), sign(approver, structHash), sign(second, structHash))
        );
    }

    function open(ReceivableId id) internal returns (LoanId) {
        return openWith(id, APPROVER);
    }

    function openWith(ReceivableId id, Key approver) internal returns (LoanId) {
        accepts(openCall(openOp(id), traderOf(ledger.receivable(id).holder), approver));
        return lastLoan();
    }

    function lastLoan() internal view returns (LoanId) {
        return LoanId.wrap(ledger.totals().loans);
    }

    function disburseOp(LoanId id) internal view returns (DisburseLoan memory) {
        Loan memory found = ledger.loan(id);
        uint64 undisbursed = found.terms.principalFen - found.progress.disbursedFen;
        return DisburseLoan(id, undisbursed, REGISTRATION, PAYMENT, found.progress.revision, soon());
    }

    function disburseCall(DisburseLoan memory op) internal view returns (bytes memory) {
        return disburseCall(op, disburserOf(bankOf(op.loan)));
    }

    function disburseCall(DisburseLoan memory op, Key disburser) internal view returns (bytes memory) {
        return abi.encodeCall(ITrading.disburseLoan, (op, sign(disburser, hashOf(op))));
    }

    function lend(ReceivableId id) internal returns (LoanId loan) {
        loan = open(id);
        accepts(disburseCall(disburseOp(loan)));
    }

    function repayOp(LoanId id, uint64 principalFen, uint64 interestFen) internal view returns (RepayLoan memory) {
        return RepayLoan(id, principalFen, interestFen, 0, PAYMENT, ledger.loan(id).progress.revision, soon());
    }

    function repayCall(RepayLoan memory op) internal view returns (bytes memory) {
        return repayCall(op, disburserOf(bankOf(op.loan)));
    }

    function repayCall(RepayLoan memory op, Key disburser) internal view returns (bytes memory) {
        return abi.encodeCall(ITrading.repayLoan, (op, sign(disburser, hashOf(op))));
    }

    function repayAll(LoanId id) internal {
        accepts(repayCall(repayOp(id, outstandingOf(id), 1_000)));
    }

    function outstandingOf(LoanId id) internal view returns (uint64) {
        LoanProgress memory found = ledger.loan(id).progress;
        return found.disbursedFen - found.repaidFen - found.writtenOffFen;
    }

    function bankOf(LoanId id) internal view returns (PartyId) {
        return ledger.loan(id).terms.bank;
    }

    // ---- Revisions near their end, which would take 65,000 operations to reach

    function setRevision(ReceivableId id, uint16 revision) internal returns (uint16) {
        uint256 mapped = 4;
        overwrite(keccak256(abi.encode(id, mapped)), 184, revision);
        equal(ledger.receivable(id).revision, revision, "revision of the receivable as set");
        return revision;
    }

    function setRevision(LoanId id, uint16 revision) internal returns (uint16) {
        uint256 mapped = 6;
        overwrite(keccak256(abi.encode(id, mapped)), 232, revision);
        equal(ledger.loan(id).progress.revision, revision, "revision of the loan as set");
        return revision;
    }

    function overwrite(bytes32 slot, uint8 offset, uint16 value) internal {
        uint256 word = uint256(vm.load(address(ledger), slot));
        word = word & ~(uint256(type(uint16).max) << offset) | uint256(value) << offset;
        vm.store(address(ledger), slot, bytes32(word));
    }

    // ---- Refusals that several verbs share

    function stale(ReceivableId id, uint16 revision, uint16 current) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.ReceivableRevisionStale.selector, id, revision, current);
    }

    function statusWrong(ReceivableId id, ReceivableStatus actual) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.ReceivableStatusWrong.selector, id, ReceivableStatus.Active, actual
        );
    }

    function partyUnknown(PartyId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PartyUnknown.selector, id);
    }

    function kindWrong(PartyId id, PartyKind expected, PartyKind actual) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PartyKindWrong.selector, id, expected, actual);
    }
}
