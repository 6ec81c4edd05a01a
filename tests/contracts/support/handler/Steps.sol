// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../../contracts/interfaces/ILedgerErrors.sol";
import {IFinanceLedger} from "../../../../contracts/interfaces/IFinanceLedger.sol";
import "../../../../contracts/Operations.sol";
import {Vm} from "../Vm.sol";
import {Signatories} from "./Signatories.sol";

/// @notice One operation and the ledger as it was before it. What it cannot have touched is not in it.
struct Step {
    bytes4 verb; // 0 where only time passed
    bool refused;
    bool byBorrower; // ends a loan without its bank
    uint16 disburser; // number of the signer that pays out
    uint16 day; // before
    uint40 receivable; // that the operation is about; of a loan the pledged one; 0 for none
    uint40 loan;
    PartyId party; // whose signers or standing it is about
    Receivable receivableBefore;
    Loan loanBefore;
    Totals totalsBefore;
}

/// @notice Plays one operation at a time: it is accepted with exactly one event, or it was forged or is out of bounds, is refused for that
/// reason, and has written to no slot of the ledger.
abstract contract Steps is Signatories {
    PartyId internal constant NO_PARTY = PartyId.wrap(0);

    uint256 public operations; // accepted or refused, and times that were waited
    uint256 public refusals;
    mapping(bytes4 verb => uint256) public done;
    mapping(bytes4 verb => uint256) public forged;
    bytes internal last; // the last operation that was accepted
    Step private _step;

    function step() external view returns (Step memory) {
        return _step;
    }

    function theLedger() external view returns (IFinanceLedger) {
        return ledger;
    }

    /// @dev Notes what the operation is about, before it.
    function about(ReceivableId receivable, LoanId loan, PartyId party) internal {
        _step.verb = 0;
        _step.refused = false;
        _step.byBorrower = false;
        _step.disburser = 0;
        _step.day = today();
        _step.receivable = ReceivableId.unwrap(receivable);
        _step.loan = LoanId.unwrap(loan);
        _step.party = party;
        _step.receivableBefore = ledger.receivable(receivable);
        _step.loanBefore = ledger.loan(loan);
        _step.totalsBefore = ledger.totals();
    }

    function about(ReceivableId receivable) internal returns (Receivable memory) {
        about(receivable, LoanId.wrap(0), NO_PARTY);
        return _step.receivableBefore;
    }

    function about(LoanId loan) internal returns (Loan memory) {
        about(ledger.loan(loan).terms.receivable, loan, NO_PARTY);
        return _step.loanBefore;
    }

    function about(PartyId party) internal {
        about(ReceivableId.wrap(0), LoanId.wrap(0), party);
    }

    /// @dev What an operation made that had no number before it.
    function made(ReceivableId receivable, LoanId loan) internal {
        if (ReceivableId.unwrap(receivable) != 0) _step.receivable = ReceivableId.unwrap(receivable);
        if (LoanId.unwrap(loan) != 0) _step.loan = LoanId.unwrap(loan);
    }

    function byBorrowerAlone() internal {
        _step.byBorrower = true;
    }

    function disbursedBy(uint16 signerNumber) internal {
        _step.disburser = signerNumber;
    }

    function receivableBefore() internal view returns (Receivable memory) {
        return _step.receivableBefore;
    }

    function loanBefore() internal view returns (Loan memory) {
        return _step.loanBefore;
    }

    /// @dev Plays an operation that must be accepted unless a signature of it was forged; says whether it was accepted.
    function perform(bytes memory call) internal returns (bool accepted) {
        _step.verb = bytes4(call);
        operations += 1;
        if (isForged) {
            forged[bytes4(call)] += 1;
            bytes4 reason = refusalOf(call);
            isTrue(
                reason == ILedgerErrors.SignerUnauthorised.selector || reason == ILedgerErrors.SignerMismatch.selector,
                "a forged operation was refused for another reason"
            );
            return false;
        }
        accepts(call);
        last = call;
        done[bytes4(call)] += 1;
        return true;
    }

    /// @dev Plays an operation that must be refused for this reason, well signed or not.
    function performRefused(bytes memory call, bytes4 expected) internal {
        _step.verb = bytes4(call);
        operations += 1;
        equal(bytes32(refusalOf(call)), bytes32(expected), "reason of a refusal");
    }

    function refusalOf(bytes memory call) private returns (bytes4 selector) {
        vm.startStateDiffRecording();
        (bool success, bytes memory reason) = address(ledger).call(call);
        Vm.AccountAccess[] memory accesses = vm.stopAndReturnStateDiff();
        isTrue(!success && reason.length >= 4, "accepted what must be refused");
        requireUnchanged(accesses);
        _step.refused = true;
        refusals += 1;
        selector = bytes4(reason);
    }

    /// @dev Nothing that was written in any storage has another value after it.
    function requireUnchanged(Vm.AccountAccess[] memory accesses) internal pure {
        for (uint256 i = 0; i < accesses.length; i++) {
            Vm.StorageAccess[] memory slots = accesses[i].storageAccesses;
            for (uint256 j = 0; j < slots.length; j++) {
                bool changed = slots[j].isWrite && !slots[j].reverted && slots[j].newValue != slots[j].previousValue;
                isTrue(!changed, "ARefusedOperation_ChangesNothing");
            }
        }
    }

    /// @dev The one entry of a batch that was accepted.
    function playedInBatch(bytes memory call) internal {
        _step.verb = bytes4(call);
        operations += 1;
        last = call;
    }

    /// @dev Nothing was played: there was nothing to act on, or time passed.
    function waited() internal {
        about(NO_PARTY);
        operations += 1;
    }

    function today() internal view returns (uint16) {
        return uint16((block.timestamp + 8 hours) / 1 days);
    }
}
