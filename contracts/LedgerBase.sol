// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ILedgerErrors} from "./interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "./interfaces/ILedgerEvents.sol";
import {LedgerStorage} from "./LedgerStorage.sol";
import "./Types.sol";

/// @title What all parts of the ledger stand on: signatures, parties, parameters, dates, amounts
abstract contract LedgerBase is LedgerStorage, EIP712("FinanceLedger", "1"), ILedgerErrors, ILedgerEvents {
    uint256 private constant SCHEME_SECP256K1 = 1;
    uint256 private constant SCHEME_P256 = 2;
    uint256 private constant SCHEME_PASSKEY = 3;
    uint256 private constant SECP256K1_LENGTH = 66;
    uint256 private constant P256_LENGTH = 129;
    /// Scheme, key, and the shortest assertion that can be.
    uint256 private constant PASSKEY_MIN_LENGTH = 65 + 8 * 32;
    uint256 private constant KEY_END = 65;
    /// A timestamp plus this, in whole days, is the date in China Standard Time.
    uint256 private constant CHINA_STANDARD_TIME = 8 hours;

    /// Named in the ERC-7913 bytes of this ledger's P-256 signers and passkeys.
    address internal immutable _p256Verifier;
    address internal immutable _passkeyVerifier;

    constructor(address p256Verifier_, address passkeyVerifier_) {
        _p256Verifier = p256Verifier_;
        _passkeyVerifier = passkeyVerifier_;
    }

    // ---- Signatures ------------------------------------------------------------------------------------------------------

    /// @dev What is signed: the EIP-712 digest of a struct that is encoded with its type hash.
    function _digest(bytes memory encodedStruct) internal view returns (bytes32) {
        return _hashTypedDataV4(keccak256(encodedStruct));
    }

    /// @dev The signer behind a signature of the EIP-712 digest. Refused: `SignatureMalformed`, `SignatureInvalid`.
    function _signerOf(bytes32 digest, bytes calldata signature) internal view returns (bytes32 signerId) {
        require(signature.length > 0, SignatureMalformed(0));
        uint256 scheme = uint8(signature[0]);
        if (scheme == SCHEME_SECP256K1 && signature.length == SECP256K1_LENGTH) {
            (uint8 v, bytes32 r, bytes32 s) = _partsOf(signature);
            (address account, ECDSA.RecoverError fault,) = ECDSA.tryRecover(digest, v, r, s);
            require(fault == ECDSA.RecoverError.NoError, SignatureInvalid(digest));
            return keccak256(abi.encodePacked(account));
        }
        address verifier;
        if (scheme == SCHEME_P256 && signature.length == P256_LENGTH) verifier = _p256Verifier;
        else if (scheme == SCHEME_PASSKEY && signature.length >= PASSKEY_MIN_LENGTH) verifier = _passkeyVerifier;
        else revert SignatureMalformed(signature.length);
        bytes calldata key = signature[1:KEY_END];
        bytes4 answer = IERC7913SignatureVerifier(verifier).verify(key, digest, signature[KEY_END:]);
        require(answer == IERC7913SignatureVerifier.verify.selector, SignatureInvalid(digest));
        return keccak256(abi.encodePacked(verifier, key));
    }

    /// @dev Requires that a signer of `partyId` with `right` signed; returns its number. Refused: as `_signerOf`, and `SignerUnauthorised`.
    function _requireSignature(PartyId partyId, uint8 right, bytes32 digest, bytes calldata signature)
        internal
        view
        returns (uint16 number)
    {
        bytes32 signerId = _signerOf(digest, signature);
        SignerRecord memory found = _signers[signerId];
        require(found.party == partyId && found.rights & right != 0, SignerUnauthorised(partyId, signerId, right));
        return found.number;
    }

    /// @dev What stands behind the scheme byte. The slices of the language check their bounds four times over; the length is known here.
    function _partsOf(bytes calldata signature) private pure returns (uint8 v, bytes32 r, bytes32 s) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            r := calldataload(add(signature.offset, 1))
            s := calldataload(add(signature.offset, 33))
            v := byte(0, calldataload(add(signature.offset, 65)))
        }
    }

    // ---- Parties ---------------------------------------------------------------------------------------------------------

    /// @dev A party of that kind that may enter agreements. Refused: `PartyUnknown`, `PartyKindWrong`, `PartySuspended`.
    function _requireParty(PartyId id, PartyKind expected) internal view returns (Standing standing) {
        Party storage found = _parties[id];
        PartyKind actual = found.kind;
        require(actual != PartyKind.None, PartyUnknown(id));
        require(actual == expected, PartyKindWrong(id, expected, actual));
        standing = found.standing;
        require(standing != Standing.Suspended, PartySuspended(id));
    }

    // ---- Exposures -------------------------------------------------------------------------------------------------------

    /// @dev 32 bits of the bank, 32 of the party, 8 of the side.
    function _lineKey(PartyId bank, PartyId subject, ExposureSide side) internal pure returns (uint256) {
        return uint256(PartyId.unwrap(bank)) << 40 | uint256(PartyId.unwrap(subject)) << 8 | uint256(side);
    }

    // ---- Rules, dates, amounts -------------------------------------------------------------------------------------------

    /// @dev The parameters in force today.
    function _rules() internal view returns (Parameters storage rules) {
        rules = _nextParameters;
        uint16 startDate = rules.startDate;
        if (startDate == 0 || startDate > _today()) rules = _parameters;
    }

    function _today() internal view returns (uint16) {
        return uint16((block.timestamp + CHINA_STANDARD_TIME) / 1 days);
    }

    function _requireInTime(uint64 deadline) internal view {
        require(block.timestamp <= deadline, DeadlineExpired(deadline, uint64(block.timestamp)));
    }

    function _requireAmount(uint64 amountFen, uint64 minFen, uint64 maxFen) internal pure {
        require(amountFen >= minFen && amountFen <= maxFen, AmountOutOfRange(amountFen, minFen, maxFen));
    }
}
