// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerBase} from "./LedgerBase.sol";

/// @title A part of the ledger's code in a contract of its own
/// @notice Runs on the ledger's storage by delegatecall. Called at its own address it finds no parties and refuses everything.
abstract contract Annex is LedgerBase {
    /// @notice The interface whose operations the annex brings (ERC-165 id): the deployment asks, so that the two cannot be exchanged.
    function brings() external pure virtual returns (bytes4);

    /// @notice The contract that is named in the ERC-7913 bytes of P-256 signers.
    function p256Verifier() public view virtual returns (address) {
        return _p256Verifier;
    }

    /// @notice The contract that is named in the ERC-7913 bytes of passkeys.
    function passkeyVerifier() public view virtual returns (address) {
        return _passkeyVerifier;
    }
}
