// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @title ERC-7913 verifier for P-256 keys that hash what they sign
/// @notice WebCrypto, most HSMs and .NET cannot sign a ready-made digest: they sign SHA-256 of it. This verifier therefore checks an ECDSA
/// signature over SHA-256 of the given hash, with low s. The key is `x ‖ y`, the signature `r ‖ s`.
contract P256Sha256Verifier is IERC7913SignatureVerifier {
    /// @inheritdoc IERC7913SignatureVerifier
    function verify(bytes calldata key, bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (key.length != 64 || signature.length != 64) return 0xffffffff;
        bool valid = P256.verify(
            sha256(abi.encodePacked(hash)),
            bytes32(signature[:32]),
            bytes32(signature[32:]),
            bytes32(key[:32]),
            bytes32(key[32:])
        );
        return valid ? IERC7913SignatureVerifier.verify.selector : bytes4(0xffffffff);
    }
}
