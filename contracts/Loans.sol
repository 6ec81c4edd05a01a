// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Conservation} from "./Conservation.sol";
import {Receivables} from "./Receivables.sol";
import {ITrading} from "./interfaces/ITrading.sol";
import "./Operations.sol";

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
        Receivable memory pledged = _requireChangeable(application.receivable, application.revision);
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
            recourseClaimed: false
        });
        LendingPolicy memory policy = _policies[op.bank];
        require(policy.isSet, LendingPolicyMissing(op.bank));
        _requireApprovals(op, applicationHash, terms, policy.dualApprovalFen, bankSignature, secondBankSignature);
        _takeUp(op.bank, pledged.obligor, ExposureSide.Obligor, op.principalFen, policy.obligorLimitFen);
        _takeUp(op.bank, pledged.holder, ExposureSide.Borrower, op.principalFen, policy.borrowerLimitFen);

        pledged.status = ReceivableStatus.Pledged;
        pledged.revision += 1;
        _receivables[application.receivable] = pledged;
        LoanId id = LoanId.wrap(_totals.loans + 1);
        _totals.loans = LoanId.unwrap(id);
        _loanTerms[id] = terms;
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
            op.decisionDigest
        );
    }

    /// @inheritdoc ITrading
    function disburseLoan(DisburseLoan calldata op, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        (LoanTerms memory terms, LoanProgress memory progress) = _requireLoan(op.loan, op.revision);
        if (progress.status != LoanStatus.Disbursed) _requireStatus(op.loan, LoanStatus.Opened, progress.status);
        _requireAmount(op.amountFen, 1, terms.principalFen - progress.disbursedFen);
        uint16 today_ = _today();
        require(today_ <= terms.dueDate, LoanOverdue(op.loan, terms.dueDate, today_));
        require(!_receivables[terms.receivable].frozen, ReceivableLocked(terms.receivable));
        _requireParty(terms.bank, PartyKind.Bank);
        _requireLoanRevisionsLeft(op.loan, op.revision);
        require(op.registrationHash != 0, RegistrationMissing(op.loan));
        require(op.paymentReference != 0, PaymentReferenceMissing());
        bytes32 digest = _digest(abi.encode(DISBURSE_LOAN_TYPEHASH, op));
        uint16 disburser = _requireSignature(terms.bank, Rights.DISBURSE, digest, bankSignature);
        require(
            disburser != terms.approver && disburser != terms.secondApprover, FourEyesViolated(op.loan, disburser)
        );

        progress.status = LoanStatus.Disbursed;
        progress.disbursedFen += uint40(op.amountFen);
        progress.revision += 1;
        _loanProgress[op.loan] = progress;
        _totals.lentFen += op.amountFen;
        _bankTotals[terms.bank].lentFen += op.amountFen;
        emit LoanDisbursed(
            op.loan,
            terms.bank,
            terms.borrower,
            op.amountFen,
            terms.principalFen - progress.disbursedFen,
            op.registrationHash,
            op.paymentReference
        );
    }

    /// @inheritdoc ITrading
    function repayLoan(RepayLoan calldata op, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        (LoanTerms memory terms, LoanProgress memory progress) = _requireLoan(op.loan, op.revision);
        if (progress.status != LoanStatus.Defaulted) _requireStatus(op.loan, LoanStatus.Disbursed, progress.status);
        uint40 outstandingFen = _outstanding(progress);
        require(op.principalFen > 0 || op.interestFen > 0 || op.feeFen > 0, RepaymentEmpty(op.loan));
        _requireAmount(op.principalFen, 0, outstandingFen);
        _requireAmount(op.interestFen, 0, MAX_AMOUNT_FEN - progress.interestFen);
        _requireAmount(op.feeFen, 0, MAX_FEE_FEN - progress.feeFen);
        if (op.principalFen < outstandingFen) _requireLoanRevisionsLeft(op.loan, op.revision);
        require(op.paymentReference != 0, PaymentReferenceMissing());
        bytes32 digest = _digest(abi.encode(REPAY_LOAN_TYPEHASH, op));
        _requireSignature(terms.bank, Rights.DISBURSE, digest, bankSignature);

        progress.repaidFen += uint40(op.principalFen);
        progress.interestFen += uint40(op.interestFen);
        progress.feeFen += uint32(op.feeFen);
        _settle(op.loan, terms, progress, uint40(op.principalFen));
        if (op.principalFen > 0) {
            _totals.repaidFen += op.principalFen;
            _bankTotals[terms.bank].repaidFen += op.principalFen;
        }
        _totals.interestFen += op.interestFen;
        _totals.feeFen += op.feeFen;
        emit LoanRepaid(
            op.loan,
            terms.bank,
            terms.borrower,
            op.principalFen,
            op.interestFen,
            op.feeFen,
            outstandingFen - uint40(op.principalFen),
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
