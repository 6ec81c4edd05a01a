// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../contracts/interfaces/ILedgerErrors.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import {IServicing} from "../../../contracts/interfaces/IServicing.sol";
import "../../../contracts/Operations.sol";
import {OPERATOR_MANAGER, SUPERVISOR} from "./LedgerTest.sol";
import {Key} from "./Signing.sol";
import {Trading} from "./Trading.sol";

/// @notice What comes in the way of a trade: a party's standing, a bank's limits, disputes, freezes, defaults. Each is done and accepted here; how
/// it can be refused is the matter of its own file.
abstract contract Circumstances is Trading {
    // ---- Parties and policies

    function setStanding(PartyId id, Standing standing) internal {
        SetStanding memory op = SetStanding(id, standing, REASON, ledger.party(id).standingRevision, soon());
        accepts(abi.encodeCall(IRegistry.setStanding, (op, sign(OPERATOR_MANAGER, hashOf(op)))));
    }

    function add(PartyId id, Key key, uint8 rights) internal {
        AddSigner memory op = AddSigner(id, signerOf(key), rights, soon());
        bytes32 structHash = hashOf(op);
        accepts(
            abi.encodeCall(IRegistry.addSigner, (op, sign(managerOf(id), structHash), sign(key, structHash)))
        );
    }

    function remove(PartyId id, Key key) internal {
        RemoveSigner memory op = RemoveSigner(id, idOf(key), soon());
        accepts(abi.encodeCall(IRegistry.removeSigner, (op, sign(managerOf(id), hashOf(op)))));
    }

    function setPolicy(PartyId bankId, uint64 dualApprovalFen, uint64 obligorLimitFen, uint64 borrowerLimitFen) internal {
        SetLendingPolicy memory op = policyOp(bankId);
        op.dualApprovalFen = dualApprovalFen;
        op.obligorLimitFen = obligorLimitFen;
        op.borrowerLimitFen = borrowerLimitFen;
        accepts(policyCall(op));
    }

    function setLimit(PartyId bankId, PartyId subject, ExposureSide side, uint64 limitFen) internal {
        uint16 revision = ledger.creditLine(bankId, subject, side).revision;
        SetCreditLimit memory op = SetCreditLimit(bankId, subject, side, limitFen, revision, soon());
        accepts(abi.encodeCall(IRegistry.setCreditLimit, (op, sign(managerOf(bankId), hashOf(op)))));
    }

    function usedOf(PartyId bankId, PartyId subject, ExposureSide side) internal view returns (uint64) {
        return ledger.creditLine(bankId, subject, side).usedFen;
    }

    // ---- Receivables

    function freeze(ReceivableId id) internal {
        FreezeReceivable memory op = FreezeReceivable(id, caseOf(id, "freeze"), soon());
        accepts(abi.encodeCall(IServicing.freezeReceivable, (op, sign(SUPERVISOR, hashOf(op)))));
    }

    function unfreeze(ReceivableId id) internal {
        UnfreezeReceivable memory op = UnfreezeReceivable(id, caseOf(id, "unfreeze"), soon());
        accepts(abi.encodeCall(IServicing.unfreezeReceivable, (op, sign(SUPERVISOR, hashOf(op)))));
    }

    function caseOf(ReceivableId id, string memory order) private view returns (bytes32) {
        return keccak256(abi.encode(order, id, block.timestamp));
    }

    function dispute(ReceivableId id, uint64 disputedFen) internal {
        Receivable memory current = ledger.receivable(id);
        DisputeReceivable memory op = DisputeReceivable(id, disputedFen, REASON, current.revision, soon());
        accepts(abi.encodeCall(IServicing.disputeReceivable, (op, sign(traderOf(current.obligor), hashOf(op)))));
    }

    /// @dev `cancelledFen` of what is disputed is given up.
    function resolve(ReceivableId id, uint64 cancelledFen) internal {
        Receivable memory current = ledger.receivable(id);
        ResolveDispute memory op = ResolveDispute(id, cancelledFen, current.revision, soon());
        bytes32 structHash = hashOf(op);
        accepts(
            abi.encodeCall(
                IServicing.resolveDispute,
                (op, sign(traderOf(current.holder), structHash), sign(traderOf(current.obligor), structHash))
            )
        );
    }

    function cancel(ReceivableId id) internal {
        Receivable memory current = ledger.receivable(id);
        CancelReceivable memory op = CancelReceivable(id, REASON, current.revision, soon());
        bytes32 structHash = hashOf(op);
        accepts(
            abi.encodeCall(
                IServicing.cancelReceivable,
                (op, sign(traderOf(current.holder), structHash), sign(traderOf(current.obligor), structHash))
            )
        );
    }

    // ---- Loans

    /// @dev A part of the principal of a loan is paid out.
    function disbursePart(LoanId id, uint64 amountFen) internal {
        DisburseLoan memory op = disburseOp(id);
        op.amountFen = amountFen;
        accepts(disburseCall(op));
    }

    function passDueDate(LoanId id) internal {
        vm.warp(block.timestamp + uint256(ledger.loan(id).terms.dueDate - ledger.today() + 1) * 1 days);
    }

    function defaultAfterDueDate(LoanId id) internal {
        passDueDate(id);
        DefaultLoan memory op = DefaultLoan(id, REASON, ledger.loan(id).progress.revision, soon());
        accepts(abi.encodeCall(IServicing.defaultLoan, (op, sign(approverOf(bankOf(id)), hashOf(op)))));
    }

    function cancel(LoanId id) internal {
        CancelLoan memory op = CancelLoan(id, false, ledger.loan(id).progress.revision, soon());
        accepts(abi.encodeCall(IServicing.cancelLoan, (op, sign(approverOf(bankOf(id)), hashOf(op)))));
    }

    function writeOff(LoanId id, uint64 amountFen) internal {
        WriteOffLoan memory op = WriteOffLoan(id, amountFen, REASON, ledger.loan(id).progress.revision, soon());
        bytes32 structHash = hashOf(op);
        PartyId lender = bankOf(id);
        accepts(
            abi.encodeCall(
                IServicing.writeOffLoan,
                (op, sign(approverOf(lender), structHash), sign(disburserOf(lender), structHash))
            )
        );
    }

    function recover(LoanId id, uint64 amountFen) internal {
        uint16 revision = ledger.loan(id).progress.revision;
        RecoverLoan memory op = RecoverLoan(id, amountFen, RecoverySource.Obligor, PAYMENT, revision, soon());
        accepts(abi.encodeCall(IServicing.recoverLoan, (op, sign(disburserOf(bankOf(id)), hashOf(op)))));
    }

    // ---- Refusals that come of them

    function suspended(PartyId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PartySuspended.selector, id);
    }

    function locked(ReceivableId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.ReceivableLocked.selector, id);
    }

    function loanStale(LoanId id, uint16 revision, uint16 current) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanRevisionStale.selector, id, revision, current);
    }

    function loanStatusWrong(LoanId id, LoanStatus expected, LoanStatus actual) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LoanStatusWrong.selector, id, expected, actual);
    }

    function notDistinct(PartyId id, Key key) internal view returns (bytes memory) {
        uint16 number = ledger.signer(idOf(key)).number;
        return abi.encodeWithSelector(ILedgerErrors.SignersNotDistinct.selector, id, number);
    }
}
