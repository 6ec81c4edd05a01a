// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC7913WebAuthnVerifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol";

/// @title ERC-7913 verifier of passkeys
/// @notice A WebAuthn assertion over the digest as its challenge; the authenticator must have verified its user. The key is `x ‖ y`.
// solhint-disable-next-line no-empty-blocks
contract PasskeyVerifier is ERC7913WebAuthnVerifier {}
