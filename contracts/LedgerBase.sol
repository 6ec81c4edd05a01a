// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ControlTotals} from "./ControlTotals.sol";
import {IFinanceLedger} from "./IFinanceLedger.sol";
import {P256Sha256Verifier} from "./P256Sha256Verifier.sol";
import "./Types.sol";

/// @title What all parts of the ledger stand on: signatures, dates, amounts
abstract contract LedgerBase is ControlTotals, EIP712 {
    uint256 private constant SCHEME_SECP256K1 = 1;
    uint256 private constant SCHEME_P256 = 2;
    uint256 private constant SECP256K1_LENGTH = 66;
    uint256 private constant P256_LENGTH = 129;
    /// A timestamp plus this, in whole days, is the date in China Standard Time.
    uint256 private constant CHINA_STANDARD_TIME = 8 hours;

    address public immutable override p256Verifier;
    uint16 internal immutable _maxTenorDays;
    uint8 internal immutable _maxSplitDepth;
    uint8 internal immutable _maxSplits;

    mapping(bytes32 signerId => SignerRecord) internal _signers;

    constructor(Parameters memory limits) {
        p256Verifier = address(new P256Sha256Verifier());
        _maxTenorDays = limits.maxTenorDays;
        _maxSplitDepth = limits.maxSplitDepth;
        _maxSplits = limits.maxSplits;
    }

    /// @inheritdoc IFinanceLedger
    function signer(bytes32 signerId) external view returns (SignerRecord memory) {
        return _signers[signerId];
    }

    /// @inheritdoc IFinanceLedger
    function parameters() external view returns (Parameters memory) {
        return Parameters(_maxTenorDays, _maxSplitDepth, _maxSplits);
    }

    /// @inheritdoc IFinanceLedger
    function today() public view returns (uint16) {
        return uint16((block.timestamp + CHINA_STANDARD_TIME) / 1 days);
    }

    /// @dev The signer behind a signature. Refused: `SignatureMalformed`, `SignatureInvalid`.
    function _signerOf(bytes32 structHash, bytes calldata signature) internal view returns (bytes32 signerId) {
        require(signature.length > 0, SignatureMalformed(0));
        bytes32 digest = _hashTypedDataV4(structHash);
        uint256 scheme = uint8(signature[0]);
        if (scheme == SCHEME_SECP256K1 && signature.length == SECP256K1_LENGTH) {
            (address account, ECDSA.RecoverError fault,) = ECDSA.tryRecover(
                digest, uint8(signature[65]), bytes32(signature[1:33]), bytes32(signature[33:65])
            );
            require(fault == ECDSA.RecoverError.NoError, SignatureInvalid(digest));
            return keccak256(abi.encodePacked(account));
        }
        if (scheme == SCHEME_P256 && signature.length == P256_LENGTH) {
            bytes calldata key = signature[1:65];
            bytes4 answer = IERC7913SignatureVerifier(p256Verifier).verify(key, digest, signature[65:]);
            require(answer == IERC7913SignatureVerifier.verify.selector, SignatureInvalid(digest));
            return keccak256(abi.encodePacked(p256Verifier, key));
        }
        revert SignatureMalformed(signature.length);
    }

    /// @dev Requires that a signer of `partyId` with `right` signed. Refused: as `_signerOf`, and `SignerUnauthorised`.
    function _requireSignature(PartyId partyId, uint8 right, bytes32 structHash, bytes calldata signature)
        internal
        view
        returns (bytes32 signerId)
    {
        signerId = _signerOf(structHash, signature);
        SignerRecord memory found = _signers[signerId];
        require(found.party == partyId && found.rights & right != 0, SignerUnauthorised(partyId, signerId, right));
    }

    function _requireInTime(uint64 deadline) internal view {
        require(block.timestamp <= deadline, DeadlineExpired(deadline, uint64(block.timestamp)));
    }

    function _requireAmount(uint64 amountFen, uint64 minFen, uint64 maxFen) internal pure {
        require(amountFen >= minFen && amountFen <= maxFen, AmountOutOfRange(amountFen, minFen, maxFen));
    }
}
