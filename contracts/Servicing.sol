// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Annex} from "./Annex.sol";
import {LedgerBase} from "./LedgerBase.sol";
import {ServicedReceivables} from "./ServicedReceivables.sol";
import {IServicing} from "./interfaces/IServicing.sol";
import "./Operations.sol";
import {unpackProgress, unpackTerms} from "./Packing.sol";

/// @title The annex of what does not go as planned; here the loans: cancel, extend, default, recourse, write off, recover
contract Servicing is ServicedReceivables, Annex {
    bytes32 private constant CANCEL_LOAN_TYPEHASH =
        keccak256("CancelLoan(uint40 loan,bool byBorrower,uint16 revision,uint64 deadline)");
    bytes32 private constant EXTEND_LOAN_TYPEHASH =
        keccak256("ExtendLoan(uint40 loan,uint16 dueDate,uint16 revision,uint64 deadline)");
    bytes32 private constant DEFAULT_LOAN_TYPEHASH =
        keccak256("DefaultLoan(uint40 loan,bytes32 reasonHash,uint16 revision,uint64 deadline)");
    bytes32 private constant CLAIM_RECOURSE_TYPEHASH =
        keccak256("ClaimRecourse(uint40 loan,bytes32 demandHash,uint16 revision,uint64 deadline)");
    bytes32 private constant WRITE_OFF_LOAN_TYPEHASH =
        keccak256("WriteOffLoan(uint40 loan,uint64 amountFen,bytes32 reasonHash,uint16 revision,uint64 deadline)");
    bytes32 private constant RECOVER_LOAN_TYPEHASH = keccak256(
        "RecoverLoan(uint40 loan,uint64 amountFen,uint8 source,bytes32 paymentReference,uint16 revision,uint64 deadline)"
    );

    constructor(address p256Verifier_, address passkeyVerifier_) LedgerBase(p256Verifier_, passkeyVerifier_) {}

    /// @inheritdoc Annex
    function brings() external pure override returns (bytes4) {
        return type(IServicing).interfaceId;
    }

    /// @inheritdoc IServicing
    function cancelLoan(CancelLoan calldata op, bytes calldata signature) external {
        _requireInTime(op.deadline);
        LoanTerms memory terms = unpackTerms(_loanTerms[op.loan]);
        LoanProgress memory progress = unpackProgress(_loanProgress[op.loan]);
        _requireCurrent(op.loan, op.revision, terms, progress);
        _requireStatus(op.loan, LoanStatus.Opened, progress.status);
        bytes32 digest = _digest(abi.encode(CANCEL_LOAN_TYPEHASH, op));
        if (op.byBorrower) {
            // Nothing can be disbursed on a lapsed approval, so that no payment is under way behind the borrower's back or the bank's.
            uint16 today_ = _today();
            require(today_ > terms.lapseDate, ApprovalStanding(op.loan, terms.lapseDate, today_));
            _requireSignature(terms.borrower, Rights.TRADE, digest, signature);
        } else {
            _requireSignature(terms.bank, Rights.APPROVE, digest, signature);
        }

        _cancel(op.loan, terms, progress);
        emit LoanCancelled(op.loan, terms.bank, terms.borrower, terms.principalFen, op.byBorrower);
    }

    /// @inheritdoc IServicing
    function extendLoan(ExtendLoan calldata op, bytes calldata borrowerSignature, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        LoanTerms memory terms = unpackTerms(_loanTerms[op.loan]);
        LoanProgress memory progress = unpackProgress(_loanProgress[op.loan]);
        _requireCurrent(op.loan, op.revision, terms, progress);
        _requireStatus(op.loan, LoanStatus.Disbursed, progress.status);
        uint16 today_ = _today();
        require(today_ <= terms.dueDate, LoanOverdue(op.loan, terms.dueDate, today_));
        require(!terms.extended, ExtensionUsed(op.loan));
        uint16 latest = terms.dueDate + _rules().maxExtensionDays;
        require(
            op.dueDate > terms.dueDate && op.dueDate <= latest,
            DueDateOutOfRange(op.dueDate, terms.dueDate + 1, latest)
        );
        _requireLoanRevisionsLeft(op.loan, op.revision);
        _requireParty(terms.bank, PartyKind.Bank);
        _requireParty(terms.borrower, PartyKind.Enterprise);
        bytes32 digest = _digest(abi.encode(EXTEND_LOAN_TYPEHASH, op));
        _requireSignature(terms.borrower, Rights.TRADE, digest, borrowerSignature);
        _requireSignature(terms.bank, Rights.APPROVE, digest, bankSignature);

        terms.dueDate = op.dueDate;
        terms.extended = true;
        _store(op.loan, terms);
        progress.revision += 1;
        _store(op.loan, progress);
        emit LoanExtended(op.loan, terms.bank, terms.borrower, op.dueDate);
    }

    /// @inheritdoc IServicing
    function defaultLoan(DefaultLoan calldata op, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        LoanTerms memory terms = unpackTerms(_loanTerms[op.loan]);
        LoanProgress memory progress = unpackProgress(_loanProgress[op.loan]);
        _requireCurrent(op.loan, op.revision, terms, progress);
        _requireStatus(op.loan, LoanStatus.Disbursed, progress.status);
        uint16 today_ = _today();
        require(today_ > terms.dueDate, LoanNotOverdue(op.loan, terms.dueDate, today_));
        require(op.reasonHash != 0, ReasonMissing());
        _requireSignature(terms.bank, Rights.APPROVE, _digest(abi.encode(DEFAULT_LOAN_TYPEHASH, op)), bankSignature);

        uint40 outstandingFen = _outstanding(progress);
        progress.status = LoanStatus.Defaulted;
        progress.revision += 1;
        _store(op.loan, progress);
        _totals.overdueFen += outstandingFen;
        _bankTotals[terms.bank].overdueFen += outstandingFen;
        emit LoanDefaulted(op.loan, terms.bank, terms.borrower, outstandingFen, op.reasonHash);
    }

    /// @inheritdoc IServicing
    function claimRecourse(ClaimRecourse calldata op, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        LoanTerms memory terms = unpackTerms(_loanTerms[op.loan]);
        LoanProgress memory progress = unpackProgress(_loanProgress[op.loan]);
        _requireCurrent(op.loan, op.revision, terms, progress);
        _requireBad(op.loan, progress.status);
        require(terms.withRecourse, RecourseExcluded(op.loan));
        require(!terms.recourseClaimed, RecourseUsed(op.loan));
        _requireLoanRevisionsLeft(op.loan, op.revision);
        require(op.demandHash != 0, ReasonMissing());
        _requireSignature(terms.bank, Rights.APPROVE, _digest(abi.encode(CLAIM_RECOURSE_TYPEHASH, op)), bankSignature);

        terms.recourseClaimed = true;
        _store(op.loan, terms);
        progress.revision += 1;
        _store(op.loan, progress);
        uint40 claimedFen = progress.disbursedFen - progress.repaidFen - progress.recoveredFen;
        emit RecourseClaimed(op.loan, terms.bank, terms.borrower, claimedFen, op.demandHash);
    }

    /// @inheritdoc IServicing
    function writeOffLoan(WriteOffLoan calldata op, bytes calldata approverSignature, bytes calldata checkerSignature)
        external
    {
        _requireInTime(op.deadline);
        LoanTerms memory terms = unpackTerms(_loanTerms[op.loan]);
        LoanProgress memory progress = unpackProgress(_loanProgress[op.loan]);
        _requireCurrent(op.loan, op.revision, terms, progress);
        _requireStatus(op.loan, LoanStatus.Defaulted, progress.status);
        uint40 outstandingFen = _outstanding(progress);
        _requireAmount(op.amountFen, 1, outstandingFen);
        if (op.amountFen < outstandingFen) _requireLoanRevisionsLeft(op.loan, op.revision);
        require(op.reasonHash != 0, ReasonMissing());
        bytes32 digest = _digest(abi.encode(WRITE_OFF_LOAN_TYPEHASH, op));
        uint16 approver = _requireSignature(terms.bank, Rights.APPROVE, digest, approverSignature);
        uint16 checker = _requireSignature(terms.bank, Rights.DISBURSE, digest, checkerSignature);
        require(approver != checker, SignersNotDistinct(terms.bank, approver));

        progress.writtenOffFen += uint40(op.amountFen);
        _settle(op.loan, terms, progress, uint40(op.amountFen));
        _totals.writtenOffFen += op.amountFen;
        _bankTotals[terms.bank].writtenOffFen += op.amountFen;
        emit LoanWrittenOff(
            op.loan,
            terms.bank,
            terms.borrower,
            op.amountFen,
            outstandingFen - uint40(op.amountFen),
            op.reasonHash
        );
    }

    /// @inheritdoc IServicing
    function recoverLoan(RecoverLoan calldata op, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        LoanTerms memory terms = unpackTerms(_loanTerms[op.loan]);
        LoanProgress memory progress = unpackProgress(_loanProgress[op.loan]);
        _requireCurrent(op.loan, op.revision, terms, progress);
        _requireBad(op.loan, progress.status);
        uint40 unrecoveredFen = progress.writtenOffFen - progress.recoveredFen;
        _requireAmount(op.amountFen, 1, unrecoveredFen);
        require(op.source != RecoverySource.None, SourceInvalid());
        if (op.source == RecoverySource.Borrower) {
            require(terms.withRecourse, RecourseExcluded(op.loan));
            require(terms.recourseClaimed, RecourseUnclaimed(op.loan));
        }
        bool isLast = op.amountFen == unrecoveredFen && _outstanding(progress) == 0;
        if (!isLast) _requireLoanRevisionsLeft(op.loan, op.revision);
        require(op.paymentReference != 0, PaymentReferenceMissing());
        _requireSignature(terms.bank, Rights.DISBURSE, _digest(abi.encode(RECOVER_LOAN_TYPEHASH, op)), bankSignature);

        progress.recoveredFen += uint40(op.amountFen);
        _settle(op.loan, terms, progress, 0);
        _totals.recoveredFen += op.amountFen;
        emit LoanRecovered(
            op.loan,
            terms.bank,
            terms.borrower,
            op.amountFen,
            unrecoveredFen - uint40(op.amountFen),
            op.source,
            op.paymentReference
        );
    }

    /// @dev Refused: `LoanStatusWrong`.
    function _requireBad(LoanId id, LoanStatus status) private pure {
        if (status != LoanStatus.WrittenOff) _requireStatus(id, LoanStatus.Defaulted, status);
    }
}
