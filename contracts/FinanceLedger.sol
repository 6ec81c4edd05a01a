// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IFinanceLedger} from "./IFinanceLedger.sol";
import {LedgerBase} from "./LedgerBase.sol";
import {Loans} from "./Loans.sol";
import {Parties} from "./Parties.sol";
import "./Types.sol";

/// @title The deployed ledger: parties, receivables and loans behind one door for batches
/// @notice Immutable: there is no owner, no proxy and no way to change a rule after the deployment. See `IFinanceLedger`.
contract FinanceLedger is Loans {
    /// The most gas that one operation of a batch can use, so that none starves the others.
    uint256 public constant OPERATION_GAS = 600_000;
    /// The longest operation, eight P-256 signers with their proofs, takes about 5 kB.
    uint256 private constant MAX_OPERATION_LENGTH = 8_192;
    /// Kept back to record the refusal of an operation that used up its gas.
    uint256 private constant REFUSAL_GAS = 50_000;

    /// @param limits See `Parameters`.
    /// @param regionCode The city of this ledger (GB/T 2260).
    /// @param profileHash Salted hash of the operator's name and identifiers.
    /// @param operatorSigners The operator's first signers (accounts); one at least holds MANAGE.
    constructor(Parameters memory limits, uint32 regionCode, bytes32 profileHash, SignerGrant[] memory operatorSigners)
        EIP712("FinanceLedger", "1")
        LedgerBase(limits)
        Parties(regionCode, profileHash, operatorSigners)
    {}

    /// @inheritdoc IFinanceLedger
    function submit(bytes[] calldata operations) external returns (bytes[] memory refusals) {
        refusals = new bytes[](operations.length);
        // A call passes on at most 63/64 of what is left.
        uint256 needed = OPERATION_GAS * 64 / 63 + REFUSAL_GAS;
        for (uint256 i = 0; i < operations.length; i++) {
            require(gasleft() >= needed, BatchGasTooLow(i, gasleft(), needed));
            (bool accepted, bytes memory reason) = _run(operations[i]);
            if (accepted) continue;
            refusals[i] = reason;
            emit OperationRefused(i, keccak256(operations[i]), reason);
        }
    }

    function _run(bytes calldata operation) private returns (bool accepted, bytes memory reason) {
        // Copying and hashing a longer one could eat into the gas that the check above keeps for it.
        if (operation.length > MAX_OPERATION_LENGTH) {
            return (false, abi.encodeWithSelector(OperationTooLong.selector, operation.length, MAX_OPERATION_LENGTH));
        }
        bytes4 selector = bytes4(operation);
        if (selector == IFinanceLedger.submit.selector) return (false, abi.encodeWithSelector(BatchNested.selector));
        // A view would succeed without an event, and the events of a batch would no longer stand for its entries.
        if (!_isOperation(selector)) return (false, abi.encodeWithSelector(OperationUnknown.selector, selector));
        // A call to itself: the operation stands or falls as a whole, and nothing in it depends on who calls.
        (accepted, reason) = address(this).call{gas: OPERATION_GAS}(operation);
        // Calldata that does not decode and gas that runs out leave no reason, and an empty reason would read as accepted.
        if (!accepted && reason.length == 0) reason = abi.encodeWithSelector(OperationMalformed.selector, selector);
    }

    function _isOperation(bytes4 selector) private pure returns (bool) {
        return selector == IFinanceLedger.issueReceivable.selector || selector == IFinanceLedger.assignReceivable.selector
            || selector == IFinanceLedger.openLoan.selector || selector == IFinanceLedger.disburseLoan.selector
            || selector == IFinanceLedger.repayLoan.selector || selector == IFinanceLedger.redeemReceivable.selector
            || selector == IFinanceLedger.registerParty.selector || selector == IFinanceLedger.addSigner.selector
            || selector == IFinanceLedger.removeSigner.selector;
    }
}
