// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Annex} from "./Annex.sol";
import {LedgerBase} from "./LedgerBase.sol";
import {Loans} from "./Loans.sol";
import {Signers} from "./Signers.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import {IServicing} from "./interfaces/IServicing.sol";
import {ITrading} from "./interfaces/ITrading.sol";
import "./Operations.sol";

/// @title The deployed ledger: trading, the door for batches, and the way to the two annexes
/// @notice Immutable: there is no owner, no proxy and no way to change the code after the deployment. What is done every day stands here;
/// parties and policies (`Registry`) and what goes wrong (`Servicing`) run on the ledger's storage from two annexes that are named for ever
/// when it is deployed, because one contract holds at most 24,576 bytes (EIP-170). See `IFinanceLedger` for the whole.
contract FinanceLedger is Loans, Signers {
    /// @inheritdoc ITrading
    uint256 public constant override OPERATION_GAS = 800_000;
    /// The longest operation, eight passkeys with their proofs, takes about 10 kB.
    uint256 private constant MAX_OPERATION_LENGTH = 12_288;
    /// Kept back to record the refusal of an operation that used up its gas.
    uint256 private constant REFUSAL_GAS = 60_000;

    /// Parties, signers, rules and policies.
    address public immutable registry;
    /// What happens when things do not go as planned.
    address public immutable servicing;

    /// @param limits The first parameters; they hold from the start.
    /// @param regionCode The city of this ledger (GB/T 2260).
    /// @param operatorProfile Salted hash of the operator's name and identifiers.
    /// @param operatorSigners The operator's first signers; one at least holds MANAGE.
    /// @param regulatorProfile Salted hash of the regulator's name and identifiers.
    /// @param regulatorSigners The regulator's first signers; one at least holds MANAGE.
    constructor(
        Annex registry_,
        Annex servicing_,
        Parameters memory limits,
        uint32 regionCode,
        bytes32 operatorProfile,
        SignerGrant[] memory operatorSigners,
        bytes32 regulatorProfile,
        SignerGrant[] memory regulatorSigners
    ) LedgerBase(registry_.p256Verifier(), registry_.passkeyVerifier()) {
        require(registry_.brings() == type(IRegistry).interfaceId, AnnexUnfit(address(registry_)));
        require(servicing_.brings() == type(IServicing).interfaceId, AnnexUnfit(address(servicing_)));
        bool same = servicing_.p256Verifier() == _p256Verifier && servicing_.passkeyVerifier() == _passkeyVerifier;
        require(same, AnnexUnfit(address(servicing_)));
        registry = address(registry_);
        servicing = address(servicing_);
        _requireSound(limits);
        _parameters = limits;
        emit ParametersAdopted(limits);
        _found(PartyKind.Operator, regionCode, operatorProfile, operatorSigners);
        _found(PartyKind.Regulator, regionCode, regulatorProfile, regulatorSigners);
    }

    /// @dev What is not done here is done by an annex, on this storage and under this address. The ledger takes no value.
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address annex = _isServicing(msg.sig) ? servicing : registry;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            calldatacopy(memory_, 0, calldatasize())
            let done := delegatecall(gas(), annex, memory_, calldatasize(), 0, 0)
            returndatacopy(memory_, 0, returndatasize())
            if iszero(done) { revert(memory_, returndatasize()) }
            return(memory_, returndatasize())
        }
    }

    /// @inheritdoc ITrading
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
        if (selector == ITrading.submit.selector) return (false, abi.encodeWithSelector(BatchNested.selector));
        // A view would succeed without an event, and the events of a batch would no longer stand for its entries.
        if (!_isTrading(selector) && !_isServicing(selector) && !_isRegistry(selector)) {
            return (false, abi.encodeWithSelector(OperationUnknown.selector, selector));
        }
        // A call to itself: the operation stands or falls as a whole, and nothing in it depends on who calls.
        // solhint-disable-next-line avoid-low-level-calls
        (accepted, reason) = address(this).call{gas: OPERATION_GAS}(operation);
        // Calldata that does not decode and gas that runs out leave no reason, and an empty reason would read as accepted.
        if (!accepted && reason.length == 0) reason = abi.encodeWithSelector(OperationMalformed.selector, selector);
    }

    function _isTrading(bytes4 selector) private pure returns (bool) {
        return selector == ITrading.issueReceivable.selector || selector == ITrading.assignReceivable.selector
            || selector == ITrading.openLoan.selector || selector == ITrading.disburseLoan.selector
            || selector == ITrading.repayLoan.selector || selector == ITrading.redeemReceivable.selector;
    }

    function _isServicing(bytes4 selector) private pure returns (bool) {
        return selector == IServicing.cancelReceivable.selector || selector == IServicing.disputeReceivable.selector
            || selector == IServicing.resolveDispute.selector || selector == IServicing.freezeReceivable.selector
            || selector == IServicing.unfreezeReceivable.selector || selector == IServicing.cancelLoan.selector
            || selector == IServicing.extendLoan.selector || selector == IServicing.defaultLoan.selector
            || selector == IServicing.claimRecourse.selector || selector == IServicing.writeOffLoan.selector
            || selector == IServicing.recoverLoan.selector;
    }

    function _isRegistry(bytes4 selector) private pure returns (bool) {
        return selector == IRegistry.registerParty.selector || selector == IRegistry.setStanding.selector
            || selector == IRegistry.addSigner.selector || selector == IRegistry.removeSigner.selector
            || selector == IRegistry.proposeRecovery.selector || selector == IRegistry.vetoRecovery.selector
            || selector == IRegistry.completeRecovery.selector || selector == IRegistry.proposeParameters.selector
            || selector == IRegistry.adoptParameters.selector || selector == IRegistry.setLendingPolicy.selector
            || selector == IRegistry.setCreditLimit.selector || selector == IRegistry.activateModel.selector;
    }
}
