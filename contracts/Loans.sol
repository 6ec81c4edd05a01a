// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Conservation} from "./Conservation.sol";
import {Receivables} from "./Receivables.sol";
import {ITrading} from "./interfaces/ITrading.sol";
import "./Operations.sol";
import {isFrozen, unpackProgress, unpackReceivable, unpackTerms} from "./Packing.sol";

/// @title Loans against receivables: open, disburse, repay
abstract contract Loans is Receivables {
    bytes32 private constant LOAN_APPLICATION_TYPEHASH = keccak256(
        "LoanApplication(uint40 receivable,uint16 revision,uint32[] banks,uint64 minPrincipalFen,uint64 maxPrincipalFen,"
        "uint16 maxAnnualRateBps,uint16 dueDate,bool withRecourse,uint64 deadline)"
    );
    bytes32 private constant OPEN_LOAN_TYPEHASH = keccak256(
        "OpenLoan(LoanApplication application,uint32 bank,uint64 principalFen,uint16 annualRateBps,bytes32 reviewHash,"
        "bytes32 decisionDigest,uint64 deadline)"
        "LoanApplication(uint40 receivable,uint16 revision,uint32[] banks,uint64 minPrincipalFen,uint64 maxPrincipalFen,"
        "uint16 maxAnnualRateBps,uint16 dueDate,bool withRecourse,uint64 deadline)"
    );
    bytes32 private constant DISBURSE_LOAN_TYPEHASH = keccak256(
        "DisburseLoan(uint40 loan,uint64 amountFen,bytes32 registrationHash,bytes32 paymentReference,uint16 revision,uint64 deadline)"
    );
    bytes32 private constant REPAY_LOAN_TYPEHASH = keccak256(
        "RepayLoan(uint40 loan,uint64 principalFen,uint64 interestFen,uint64 feeFen,bytes32 paymentReference,uint16 revision,"
        "uint64 deadline)"
    );
    /// More names than that would be an invitation to every bank.
    uint256 private constant MAX_NAMED_BANKS = 8;

    /// @inheritdoc ITrading
    function openLoan(
        OpenLoan calldata op,
        bytes calldata borrowerSignature,
        bytes calldata bankSignature,
        bytes calldata secondBankSignature
    ) external {
        _requireInTime(op.deadline);
        LoanApplication calldata application = op.application;
        _requireInTime(application.deadline);
        Receivable memory pledged = unpackReceivable(_receivables[application.receivable]);
        _requireActive(application.receivable, application.revision, pledged);
        _requireRevisionsLeft(application.receivable, application.revision, pledged.disputedFen > 0);
        _requireWithin(op, pledged);
        bytes32 applicationHash = _hashApplication(application);
        _requireSignature(pledged.holder, Rights.TRADE, _hashTypedDataV4(applicationHash), borrowerSignature);
        LoanTerms memory terms = LoanTerms({
            principalFen: uint40(op.principalFen),
            bank: op.bank,
            borrower: pledged.holder,
            receivable: application.receivable,
            annualRateBps: op.annualRateBps,
            dueDate: application.dueDate,
            withRecourse: application.withRecourse,
            approver: 0,
            secondApprover: 0,
            extended: false,
            recourseClaimed: false,
            lapseDate: _lapseOf(application.dueDate)
        });
        LendingPolicy memory policy = _policies[op.bank];
        require(policy.isSet, LendingPolicyMissing(op.bank));
        _requireApprovals(op, applicationHash, terms, policy.dualApprovalFen, bankSignature, secondBankSignature);
        _takeUp(op.bank, pledged.obligor, ExposureSide.Obligor, op.principalFen, policy.obligorLimitFen);
        _takeUp(op.bank, pledged.holder, ExposureSide.Borrower, op.principalFen, policy.borrowerLimitFen);

        pledged.status = ReceivableStatus.Pledged;
        pledged.revision += 1;
        _store(application.receivable, pledged);
        LoanId id = LoanId.wrap(_totals.loans + 1);
        _totals.loans = LoanId.unwrap(id);
        _store(id, terms);
        emit LoanOpened(
            id,
            op.bank,
            terms.borrower,
            application.receivable,
            op.principalFen,
            op.annualRateBps,
            application.dueDate,
            application.withRecourse,
            applicationHash,
            op.reviewHash,
            op.decisionDigest,
            terms.approver,
            terms.secondApprover,
            terms.lapseDate
        );
    }

    /// @inheritdoc ITrading
    function disburseLoan(DisburseLoan calldata op, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        // Each reading of a field from calldata checks its range again.
        (LoanId id, uint64 amountFen) = (op.loan, op.amountFen);
        LoanTerms memory terms = unpackTerms(_loanTerms[id]);
        LoanProgress memory progress = unpackProgress(_loanProgress[id]);
        _requireCurrent(id, op.revision, terms, progress);
        if (progress.status != LoanStatus.Disbursed) _requireStatus(id, LoanStatus.Opened, progress.status);
        _requireAmount(amountFen, 1, terms.principalFen - progress.disbursedFen);
        uint16 today_ = _today();
        require(today_ <= terms.dueDate, LoanOverdue(id, terms.dueDate, today_));
        if (progress.status == LoanStatus.Opened) {
            require(today_ <= terms.lapseDate, ApprovalLapsed(id, terms.lapseDate, today_));
        }
        require(!isFrozen(_receivables[terms.receivable]), ReceivableLocked(terms.receivable));
        _requireParty(terms.bank, PartyKind.Bank);
        _requireLoanRevisionsLeft(id, op.revision);
        require(op.registrationHash != 0, RegistrationMissing(id));
        require(op.paymentReference != 0, PaymentReferenceMissing());
        bytes32 digest = _digest(abi.encode(DISBURSE_LOAN_TYPEHASH, op));
        uint16 disburser = _requireSignature(terms.bank, Rights.DISBURSE, digest, bankSignature);
        require(
            disburser != terms.approver && disburser != terms.secondApprover, FourEyesViolated(id, disburser)
        );

        progress.status = LoanStatus.Disbursed;
        progress.disbursedFen += uint40(amountFen);
        progress.revision += 1;
        _store(id, progress);
        _totals.lentFen += amountFen;
        _bankTotals[terms.bank].lentFen += amountFen;
        emit LoanDisbursed(
            id,
            terms.bank,
            terms.borrower,
            amountFen,
            terms.principalFen - progress.disbursedFen,
            op.registrationHash,
            op.paymentReference
        );
    }

    /// @inheritdoc ITrading
    function repayLoan(RepayLoan calldata op, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        (LoanId id, uint64 principalFen, uint64 interestFen, uint64 feeFen) =
            (op.loan, op.principalFen, op.interestFen, op.feeFen);
        LoanTerms memory terms = unpackTerms(_loanTerms[id]);
        LoanProgress memory progress = unpackProgress(_loanProgress[id]);
        _requireCurrent(id, op.revision, terms, progress);
        if (progress.status != LoanStatus.Defaulted) _requireStatus(id, LoanStatus.Disbursed, progress.status);
        uint40 outstandingFen = _outstanding(progress);
        require(principalFen > 0 || interestFen > 0 || feeFen > 0, RepaymentEmpty(id));
        _requireAmount(principalFen, 0, outstandingFen);
        _requireAmount(interestFen, 0, MAX_AMOUNT_FEN - progress.interestFen);
        _requireAmount(feeFen, 0, MAX_FEE_FEN - progress.feeFen);
        if (principalFen < outstandingFen) _requireLoanRevisionsLeft(id, op.revision);
        require(op.paymentReference != 0, PaymentReferenceMissing());
        bytes32 digest = _digest(abi.encode(REPAY_LOAN_TYPEHASH, op));
        _requireSignature(terms.bank, Rights.DISBURSE, digest, bankSignature);

        progress.repaidFen += uint40(principalFen);
        progress.interestFen += uint40(interestFen);
        progress.feeFen += uint32(feeFen);
        _settle(id, terms, progress, uint40(principalFen));
        if (principalFen > 0) {
            _totals.repaidFen += principalFen;
            _bankTotals[terms.bank].repaidFen += principalFen;
        }
        _totals.interestFen += interestFen;
        _totals.feeFen += feeFen;
        emit LoanRepaid(
            id,
            terms.bank,
            terms.borrower,
            principalFen,
            interestFen,
            feeFen,
            outstandingFen - uint40(principalFen),
            op.paymentReference
        );
    }

    /// @dev The bounds of the application and of the receivable behind it. Never trusts an amount or a date that is not on the ledger.
    function _requireWithin(OpenLoan calldata op, Receivable memory pledged) private view {
        LoanApplication calldata application = op.application;
        _requireInvited(application.banks, op.bank);
        _requireParty(op.bank, PartyKind.Bank);
        _requireParty(pledged.holder, PartyKind.Enterprise);
        uint64 free = Conservation.free(pledged.amountFen, pledged.disputedFen);
        uint64 most = application.maxPrincipalFen < free ? application.maxPrincipalFen : free;
        _requireAmount(op.principalFen, application.minPrincipalFen > 0 ? application.minPrincipalFen : 1, most);
        require(
            op.annualRateBps <= application.maxAnnualRateBps,
            RateAboveLimit(op.annualRateBps, application.maxAnnualRateBps)
        );
        uint16 earliest = _today() + 1;
        require(
            application.dueDate >= earliest && application.dueDate <= pledged.maturityDate,
            DueDateOutOfRange(application.dueDate, earliest, pledged.maturityDate)
        );
        require(!pledged.reviewNeeded || op.reviewHash != 0, ReviewMissing(application.receivable));
    }

    /// @dev The last day of an approval on which nothing was disbursed.
    function _lapseOf(uint16 dueDate) private view returns (uint16) {
        uint16 last = _today() + _rules().approvalDays;
        return last < dueDate ? last : dueDate;
    }

    function _requireInvited(PartyId[] calldata banks, PartyId bank) private pure {
        uint256 count = banks.length;
        if (count == 0) return;
        require(count <= MAX_NAMED_BANKS, BankCountOutOfRange(count, MAX_NAMED_BANKS));
        for (uint256 i = 0; i < count; i++) {
            if (banks[i] == bank) return;
        }
        revert BankNotInvited(bank);
    }

    /// @dev Fills in who approved. Refused: the signatures, `SecondApprovalMissing`, `SecondApprovalNeedless`, `SignersNotDistinct`.
    function _requireApprovals(
        OpenLoan calldata op,
        bytes32 applicationHash,
        LoanTerms memory terms,
        uint64 dualApprovalFen,
        bytes calldata bankSignature,
        bytes calldata secondBankSignature
    ) private view {
        bytes32 digest = _digest(
            abi.encode(
                OPEN_LOAN_TYPEHASH,
                applicationHash,
                op.bank,
                op.principalFen,
                op.annualRateBps,
                op.reviewHash,
                op.decisionDigest,
                op.deadline
            )
        );
        terms.approver = _requireSignature(op.bank, Rights.APPROVE, digest, bankSignature);
        bool isDual = op.principalFen > dualApprovalFen;
        if (secondBankSignature.length == 0) {
            require(!isDual, SecondApprovalMissing(op.bank, op.principalFen, dualApprovalFen));
            return;
        }
        require(isDual, SecondApprovalNeedless(op.bank, op.principalFen, dualApprovalFen));
        terms.secondApprover = _requireSignature(op.bank, Rights.APPROVE, digest, secondBankSignature);
        require(terms.approver != terms.secondApprover, SignersNotDistinct(op.bank, terms.approver));
    }

    /// @dev Refused: `CreditLimitExceeded`.
    function _takeUp(PartyId bank, PartyId subject, ExposureSide side, uint64 amountFen, uint64 policyLimitFen) private {
        CreditLine storage stored = _lines[_lineKey(bank, subject, side)];
        CreditLine memory line = stored;
        uint64 limitFen = line.isOwn ? line.limitFen : policyLimitFen;
        require(
            line.usedFen + amountFen <= limitFen,
            CreditLimitExceeded(bank, subject, side, line.usedFen, amountFen, limitFen)
        );
        stored.usedFen = line.usedFen + uint48(amountFen);
    }

    function _hashApplication(LoanApplication calldata application) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                LOAN_APPLICATION_TYPEHASH,
                application.receivable,
                application.revision,
                keccak256(abi.encodePacked(application.banks)),
                application.minPrincipalFen,
                application.maxPrincipalFen,
                application.maxAnnualRateBps,
                application.dueDate,
                application.withRecourse,
                application.deadline
            )
        );
    }
}
