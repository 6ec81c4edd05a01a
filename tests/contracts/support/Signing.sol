// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Vm} from "./Vm.sol";

/// @notice A private key of a test. The highest bit says that it is a P-256 key, the next one that it is a passkey.
type Key is uint256;

uint256 constant P256_KEY = 1 << 255;
uint256 constant PASSKEY = 1 << 254;

/// @notice Keys of all three schemes and the ledger's tagged signatures.
abstract contract Signing {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 internal constant SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint256 internal constant P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551;

    /// User present and user verified, as a passkey with a fingerprint or a PIN says.
    bytes1 internal constant VERIFIED = 0x05;
    bytes1 internal constant PRESENT_ONLY = 0x01;

    function isP256(Key key) internal pure returns (bool) {
        return Key.unwrap(key) & P256_KEY != 0;
    }

    function isPasskey(Key key) internal pure returns (bool) {
        return Key.unwrap(key) & PASSKEY != 0;
    }

    function secretOf(Key key) internal pure returns (uint256) {
        return Key.unwrap(key) & ~(P256_KEY | PASSKEY);
    }

    /// @notice The same P-256 key under the other scheme.
    function siblingOf(Key key) internal pure returns (Key) {
        return Key.wrap(Key.unwrap(key) ^ (P256_KEY | PASSKEY));
    }

    function domainSeparator(uint256 chainId, address ledger) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("FinanceLedger"),
                keccak256("1"),
                chainId,
                ledger
            )
        );
    }

    function digestOf(bytes32 separator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    /// @notice ERC-7913 bytes of the key.
    /// @param verifier The ledger's verifier for the key's scheme; an account has none.
    function signerBytes(Key key, address verifier) internal pure returns (bytes memory) {
        if (!isP256(key) && !isPasskey(key)) return abi.encodePacked(vm.addr(secretOf(key)));
        (uint256 x, uint256 y) = vm.publicKeyP256(secretOf(key));
        return abi.encodePacked(verifier, x, y);
    }

    /// @notice The ledger's tagged signature over an EIP-712 digest.
    function signDigest(Key key, bytes32 digest) internal pure returns (bytes memory) {
        if (isPasskey(key)) return assertion(key, digest, VERIFIED);
        if (isP256(key)) {
            (uint256 x, uint256 y) = vm.publicKeyP256(secretOf(key));
            (bytes32 rP, bytes32 sP) = signP256LowS(secretOf(key), sha256(abi.encodePacked(digest)));
            return abi.encodePacked(uint8(2), x, y, rP, sP);
        }
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secretOf(key), digest);
        return abi.encodePacked(uint8(1), r, s, v);
    }

    function signP256LowS(uint256 secret, bytes32 message) internal pure returns (bytes32 r, bytes32 s) {
        (r, s) = vm.signP256(secret, message);
        if (uint256(s) > P256_ORDER / 2) s = bytes32(P256_ORDER - uint256(s));
    }

    /// @notice What a browser and its authenticator make of a digest as challenge (WebAuthn level 2, section 7.2).
    function assertion(Key key, bytes32 digest, bytes1 flags) internal pure returns (bytes memory) {
        bytes memory authenticatorData = abi.encodePacked(sha256("financechain.example"), flags, uint32(0));
        string memory clientDataJSON = string.concat(
            '{"type":"webauthn.get","challenge":"',
            Base64.encodeURL(abi.encodePacked(digest)),
            '","origin":"https://financechain.example","crossOrigin":false}'
        );
        return assertion(key, authenticatorData, clientDataJSON);
    }

    function assertion(Key key, bytes memory authenticatorData, string memory clientDataJSON)
        internal
        pure
        returns (bytes memory)
    {
        (bytes32 r, bytes32 s) =
            signP256LowS(secretOf(key), sha256(bytes.concat(authenticatorData, sha256(bytes(clientDataJSON)))));
        (uint256 x, uint256 y) = vm.publicKeyP256(secretOf(key));
        // The indices are those of "challenge" and "type" in the JSON.
        return bytes.concat(
            abi.encodePacked(uint8(3), x, y),
            abi.encode(r, s, uint256(23), uint256(1), authenticatorData, clientDataJSON)
        );
    }
}
