// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerBase} from "./LedgerBase.sol";
import "./Types.sol";

/// @title How parties come to be and get signers
/// @notice Shared by the deployment, which founds the operator and the regulator, and the registry.
abstract contract Signers is LedgerBase {
    uint256 private constant ACCOUNT_LENGTH = 20;
    uint256 private constant KEY_SIGNER_LENGTH = 84;
    /// No tenor or extension can be set beyond ten years: dates are 16 bits.
    uint16 private constant MAX_DAYS = 3_660;
    /// An issue with more could need more gas than a batch gives one operation.
    uint8 private constant MOST_INVOICES = 20;

    /// @dev Founds a party that the deployment names.
    function _found(PartyKind kind, uint32 regionCode, bytes32 profileHash, SignerGrant[] memory signers) internal {
        (PartyId id, Party storage founded) = _enter(kind, regionCode, "", profileHash);
        for (uint256 i = 0; i < signers.length; i++) {
            (bytes32 signerId,) = _requireFree(founded.kind, signers[i].signer, signers[i].rights);
            _grant(id, founded, signerId, signers[i].rights);
        }
        require(founded.managers > 0, ManagerMissing(id));
        emit PartyRegistered(id, kind, regionCode, "", profileHash, signers);
    }

    /// @dev Refused: `RegionInvalid`, `ProfileMissing`.
    function _enter(PartyKind kind, uint32 regionCode, bytes5 industry, bytes32 profileHash)
        internal
        returns (PartyId id, Party storage entered)
    {
        // GB/T 2260 codes have six digits and start with 1 to 8.
        require(regionCode >= 110_000 && regionCode <= 829_999, RegionInvalid(regionCode));
        require(profileHash != 0, ProfileMissing());
        id = PartyId.wrap(++_lastParty);
        entered = _parties[id];
        entered.kind = kind;
        entered.standing = Standing.Active;
        entered.regionCode = regionCode;
        entered.industry = industry;
        entered.profileHash = profileHash;
    }

    /// @dev The id of a signer that may be granted, and that of the same P-256 key under the other scheme (0 for an account).
    /// Refused: `SignerMalformed`, `RightsUnfit`, `SignerTaken`.
    function _requireFree(PartyKind kind, bytes memory newSigner, uint8 rights)
        internal
        view
        returns (bytes32 signerId, bytes32 siblingId)
    {
        bool wellFormed = newSigner.length == ACCOUNT_LENGTH;
        if (newSigner.length == KEY_SIGNER_LENGTH) {
            address verifier = address(bytes20(newSigner));
            wellFormed = verifier == _p256Verifier || verifier == _passkeyVerifier;
            siblingId = _siblingOf(newSigner, verifier);
        }
        require(wellFormed, SignerMalformed(newSigner.length));
        uint8 allowed = _rightsOf(kind);
        require(rights != 0 && rights & ~allowed == 0, RightsUnfit(kind, rights, allowed));
        signerId = keccak256(newSigner);
        _requireUntaken(signerId, siblingId);
    }

    /// @dev The id of the same P-256 key under the other scheme.
    function _siblingOf(bytes memory newSigner, address verifier) private view returns (bytes32) {
        (bytes32 x, bytes32 y) = (bytes32(0), bytes32(0));
        // The key stands behind the length and the 20 bytes of the verifier; the caller checked the length.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            x := mload(add(newSigner, 52))
            y := mload(add(newSigner, 84))
        }
        return keccak256(abi.encodePacked(verifier == _p256Verifier ? _passkeyVerifier : _p256Verifier, x, y));
    }

    /// @dev Refused: `SignerTaken`.
    function _requireUntaken(bytes32 signerId, bytes32 siblingId) internal view {
        _requireUntaken(signerId);
        // One key must not stand for two signers, or four eyes would be two.
        if (siblingId != 0) _requireUntaken(siblingId);
    }

    function _requireUntaken(bytes32 signerId) private view {
        PartyId taken = _signers[signerId].party;
        require(PartyId.unwrap(taken) == 0, SignerTaken(signerId, taken));
    }

    /// @dev Refused: `SignersExhausted`.
    function _grant(PartyId id, Party storage owner, bytes32 signerId, uint8 rights) internal {
        uint16 last = owner.lastSigner;
        require(last < type(uint16).max, SignersExhausted(id));
        owner.lastSigner = last + 1;
        owner.signers += 1;
        if (rights & Rights.MANAGE != 0) owner.managers += 1;
        _signers[signerId] = SignerRecord(id, rights, last + 1);
    }

    /// @dev Refused: `ParametersInvalid`.
    function _requireSound(Parameters memory rules) internal pure {
        bool tenorsFit = rules.maxTenorDays > 0 && rules.maxTenorDays <= rules.maxReviewedTenorDays
            && rules.maxReviewedTenorDays <= MAX_DAYS && rules.maxExtensionDays <= MAX_DAYS;
        bool invoicesFit = rules.maxInvoices > 0 && rules.maxInvoices <= MOST_INVOICES;
        // Without a delay a party could not veto a recovery.
        require(tenorsFit && invoicesFit && rules.recoveryDelayDays > 0, ParametersInvalid());
    }

    function _rightsOf(PartyKind kind) private pure returns (uint8) {
        if (kind == PartyKind.Enterprise) return Rights.ENTERPRISE;
        if (kind == PartyKind.Bank) return Rights.BANK;
        if (kind == PartyKind.Regulator) return Rights.OF_REGULATOR;
        return Rights.OF_OPERATOR;
    }
}
