// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "./IFinanceLedger.sol";
import {Interest} from "./Interest.sol";
import {Receivables} from "./Receivables.sol";
import "./Types.sol";

/// @title Loans against receivables: open, disburse, repay
abstract contract Loans is Receivables {
    bytes32 private constant LOAN_APPLICATION_TYPEHASH = keccak256(
        "LoanApplication(uint40 receivable,uint16 revision,uint32 bank,uint64 minPrincipalFen,uint64 maxPrincipalFen,"
        "uint16 maxAnnualRateBps,uint16 dueDate,bool withRecourse,uint64 deadline)"
    );
    bytes32 private constant OPEN_LOAN_TYPEHASH = keccak256(
        "OpenLoan(LoanApplication application,uint32 bank,uint64 principalFen,uint16 annualRateBps,uint64 deadline)"
        "LoanApplication(uint40 receivable,uint16 revision,uint32 bank,uint64 minPrincipalFen,uint64 maxPrincipalFen,"
        "uint16 maxAnnualRateBps,uint16 dueDate,bool withRecourse,uint64 deadline)"
    );
    bytes32 private constant DISBURSE_LOAN_TYPEHASH = keccak256(
        "DisburseLoan(uint40 loan,uint64 amountFen,bytes32 registrationHash,bytes32 paymentReference,uint64 deadline)"
    );
    bytes32 private constant REPAY_LOAN_TYPEHASH = keccak256(
        "RepayLoan(uint40 loan,uint64 principalFen,uint64 interestFen,bytes32 paymentReference,uint16 revision,uint64 deadline)"
    );

    mapping(LoanId => Loan) internal _loans;

    /// @inheritdoc IFinanceLedger
    function loan(LoanId id) external view returns (Loan memory) {
        return _loans[id];
    }

    /// @inheritdoc IFinanceLedger
    function interestDown(uint64 principalFen, uint16 annualRateBps, uint16 tenorDays) external pure returns (uint64) {
        return Interest.interestDown(principalFen, annualRateBps, tenorDays);
    }

    /// @inheritdoc IFinanceLedger
    function openLoan(OpenLoan calldata op, bytes calldata borrowerSignature, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        LoanApplication calldata application = op.application;
        _requireInTime(application.deadline);
        Receivable memory pledged = _requireChangeable(application.receivable, application.revision);
        _requireWithin(op, pledged);
        bytes32 applicationHash = keccak256(abi.encode(LOAN_APPLICATION_TYPEHASH, application));
        _requireSignature(pledged.holder, Rights.TRADE, applicationHash, borrowerSignature);
        bytes32 structHash = keccak256(
            abi.encode(
                OPEN_LOAN_TYPEHASH, applicationHash, op.bank, op.principalFen, op.annualRateBps, op.deadline
            )
        );
        bytes32 approver = _requireSignature(op.bank, Rights.APPROVE, structHash, bankSignature);

        pledged.status = ReceivableStatus.Pledged;
        pledged.revision += 1;
        _receivables[application.receivable] = pledged;
        uint40 next = _totals.loans + 1;
        _totals.loans = next;
        _loans[LoanId.wrap(next)] = Loan({
            principalFen: uint56(op.principalFen),
            repaidFen: 0,
            bank: op.bank,
            borrower: pledged.holder,
            annualRateBps: op.annualRateBps,
            dueDate: application.dueDate,
            revision: 1,
            status: LoanStatus.Opened,
            withRecourse: application.withRecourse,
            receivable: application.receivable,
            interestPaidFen: 0,
            approver: bytes20(approver)
        });
        emit LoanOpened(
            LoanId.wrap(next),
            op.bank,
            pledged.holder,
            application.receivable,
            op.principalFen,
            op.annualRateBps,
            application.dueDate,
            application.withRecourse,
            applicationHash
        );
    }

    /// @inheritdoc IFinanceLedger
    function disburseLoan(DisburseLoan calldata op, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        Loan memory current = _requireLoan(op.loan);
        require(current.status == LoanStatus.Opened, LoanStatusWrong(op.loan, LoanStatus.Opened, current.status));
        _requireAmount(op.amountFen, current.principalFen, current.principalFen);
        require(op.registrationHash != 0, RegistrationMissing(op.loan));
        require(op.paymentReference != 0, PaymentReferenceMissing());
        bytes32 structHash = keccak256(abi.encode(DISBURSE_LOAN_TYPEHASH, op));
        bytes32 disburser = _requireSignature(current.bank, Rights.DISBURSE, structHash, bankSignature);
        require(bytes20(disburser) != current.approver, FourEyesViolated(op.loan, disburser));

        Loan storage stored = _loans[op.loan];
        stored.status = LoanStatus.Disbursed;
        stored.revision = current.revision + 1;
        _totals.lentFen += op.amountFen;
        emit LoanDisbursed(
            op.loan, current.bank, current.borrower, op.amountFen, op.registrationHash, op.paymentReference
        );
    }

    /// @inheritdoc IFinanceLedger
    function repayLoan(RepayLoan calldata op, bytes calldata bankSignature) external {
        _requireInTime(op.deadline);
        Loan memory current = _requireLoan(op.loan);
        require(op.revision == current.revision, LoanRevisionStale(op.loan, op.revision, current.revision));
        require(current.status == LoanStatus.Disbursed, LoanStatusWrong(op.loan, LoanStatus.Disbursed, current.status));
        uint56 outstandingFen = current.principalFen - current.repaidFen;
        require(op.principalFen > 0 || op.interestFen > 0, RepaymentEmpty(op.loan));
        _requireAmount(op.principalFen, 0, outstandingFen);
        _requireAmount(op.interestFen, 0, MAX_AMOUNT_FEN - current.interestPaidFen);
        // The last revision is kept for the repayment that ends the loan and frees the receivable.
        require(
            op.principalFen == outstandingFen || current.revision < type(uint16).max - 1, LoanRevisionsExhausted(op.loan)
        );
        require(op.paymentReference != 0, PaymentReferenceMissing());
        bytes32 structHash = keccak256(abi.encode(REPAY_LOAN_TYPEHASH, op));
        _requireSignature(current.bank, Rights.DISBURSE, structHash, bankSignature);

        outstandingFen -= uint56(op.principalFen);
        current.repaidFen += uint56(op.principalFen);
        current.interestPaidFen += uint56(op.interestFen);
        current.revision += 1;
        if (outstandingFen == 0) {
            current.status = LoanStatus.Repaid;
            _release(current.receivable);
        }
        _loans[op.loan] = current;
        _totals.repaidFen += op.principalFen;
        _totals.interestFen += op.interestFen;
        emit LoanRepaid(
            op.loan,
            current.bank,
            current.borrower,
            op.principalFen,
            op.interestFen,
            outstandingFen,
            op.paymentReference
        );
    }

    /// @dev The bounds of the application and of the receivable behind it. Never trusts an amount or a date that is not on the ledger.
    function _requireWithin(OpenLoan calldata op, Receivable memory pledged) private view {
        LoanApplication calldata application = op.application;
        require(
            PartyId.unwrap(application.bank) == 0 || application.bank == op.bank,
            BankNotInvited(op.bank, application.bank)
        );
        _requireKind(op.bank, PartyKind.Bank);
        uint64 most =
            application.maxPrincipalFen < pledged.amountFen ? application.maxPrincipalFen : pledged.amountFen;
        uint64 least = application.minPrincipalFen > 0 ? application.minPrincipalFen : 1;
        _requireAmount(op.principalFen, least, most);
        require(
            op.annualRateBps <= application.maxAnnualRateBps,
            RateAboveLimit(op.annualRateBps, application.maxAnnualRateBps)
        );
        uint16 earliest = today() + 1;
        require(
            application.dueDate >= earliest && application.dueDate <= pledged.maturityDate,
            DueDateOutOfRange(application.dueDate, earliest, pledged.maturityDate)
        );
    }

    function _requireLoan(LoanId id) private view returns (Loan memory found) {
        found = _loans[id];
        require(found.status != LoanStatus.None, LoanUnknown(id));
    }

    function _release(ReceivableId id) private {
        Receivable storage pledged = _receivables[id];
        pledged.status = ReceivableStatus.Active;
        pledged.revision += 1;
    }
}
