// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Signers} from "./Signers.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import "./Operations.sol";

/// @title Parties: registration, standing, signers and their recovery
abstract contract Parties is Signers, IRegistry {
    bytes32 private constant SIGNER_GRANT_TYPEHASH = keccak256("SignerGrant(bytes signer,uint8 rights)");
    bytes32 private constant REGISTER_PARTY_TYPEHASH = keccak256(
        "RegisterParty(uint8 kind,uint32 regionCode,bytes5 industry,bytes32 profileHash,SignerGrant[] signers,uint64 deadline)"
        "SignerGrant(bytes signer,uint8 rights)"
    );
    bytes32 private constant SET_STANDING_TYPEHASH =
        keccak256("SetStanding(uint32 party,uint8 standing,bytes32 reasonHash,uint16 revision,uint64 deadline)");
    bytes32 private constant ADD_SIGNER_TYPEHASH =
        keccak256("AddSigner(uint32 party,bytes signer,uint8 rights,uint64 deadline)");
    bytes32 private constant REMOVE_SIGNER_TYPEHASH =
        keccak256("RemoveSigner(uint32 party,bytes32 signerId,uint64 deadline)");
    bytes32 private constant PROPOSE_RECOVERY_TYPEHASH =
        keccak256("ProposeRecovery(uint32 party,bytes signer,uint8 rights,uint16 revision,uint64 deadline)");
    bytes32 private constant VETO_RECOVERY_TYPEHASH =
        keccak256("VetoRecovery(uint32 party,bytes32 signerId,uint64 deadline)");
    bytes32 private constant COMPLETE_RECOVERY_TYPEHASH =
        keccak256("CompleteRecovery(uint32 party,bytes32 signerId,uint64 deadline)");

    uint256 private constant MAX_SIGNERS_AT_REGISTRATION = 8;

    /// @inheritdoc IRegistry
    function registerParty(RegisterParty calldata op, bytes calldata registrarSignature, bytes[] calldata signerSignatures)
        external
    {
        _requireInTime(op.deadline);
        _requireSubject(PartyId.wrap(0), op.kind);
        uint256 count = op.signers.length;
        require(
            count > 0 && count <= MAX_SIGNERS_AT_REGISTRATION, SignerCountOutOfRange(count, MAX_SIGNERS_AT_REGISTRATION)
        );
        require(count == signerSignatures.length, SignaturesMismatch(count, signerSignatures.length));

        bytes32 digest = _digestOf(op);
        (PartyId id, Party storage entered) = _enter(op.kind, op.regionCode, op.industry, op.profileHash);
        for (uint256 i = 0; i < count; i++) {
            uint8 rights = op.signers[i].rights;
            (bytes32 signerId,) = _requireFree(op.kind, op.signers[i].signer, rights);
            _requireSigner(signerId, digest, signerSignatures[i]);
            _grant(id, entered, signerId, rights);
        }
        require(entered.managers > 0, ManagerMissing(id));
        _requireSignature(OPERATOR, Rights.REGISTER, digest, registrarSignature);

        _count(op.kind);
        emit PartyRegistered(id, op.kind, op.regionCode, op.industry, op.profileHash, op.signers);
    }

    /// @inheritdoc IRegistry
    function setStanding(SetStanding calldata op, bytes calldata operatorSignature) external {
        _requireInTime(op.deadline);
        Party storage subject = _known(op.party);
        PartyKind kind = subject.kind;
        _requireSubject(op.party, kind);
        _requireRevision(op.party, subject.standingRevision, op.revision);
        bool possible = op.standing != Standing.None && op.standing != subject.standing
            && (op.standing != Standing.StopListed || kind == PartyKind.Enterprise);
        require(possible, StandingInvalid(op.party, op.standing));
        require(op.reasonHash != 0, ReasonMissing());
        _requireSignature(
            OPERATOR, Rights.MANAGE, _digest(abi.encode(SET_STANDING_TYPEHASH, op)), operatorSignature
        );

        subject.standing = op.standing;
        subject.standingRevision += 1;
        emit StandingSet(op.party, op.standing, op.reasonHash);
    }

    /// @inheritdoc IRegistry
    function addSigner(AddSigner calldata op, bytes calldata managerSignature, bytes calldata signerSignature) external {
        _requireInTime(op.deadline);
        Party storage owner = _known(op.party);
        bytes32 digest = _digest(abi.encode(ADD_SIGNER_TYPEHASH, op.party, keccak256(op.signer), op.rights, op.deadline));
        (bytes32 signerId,) = _requireFree(owner.kind, op.signer, op.rights);
        _requireSigner(signerId, digest, signerSignature);
        // The new signer is not in force yet, so that it cannot admit itself.
        _requireSignature(op.party, Rights.MANAGE, digest, managerSignature);
        _grant(op.party, owner, signerId, op.rights);
        emit SignerAdded(op.party, signerId, op.signer, op.rights);
    }

    /// @inheritdoc IRegistry
    function removeSigner(RemoveSigner calldata op, bytes calldata managerSignature) external {
        _requireInTime(op.deadline);
        Party storage owner = _known(op.party);
        SignerRecord storage found = _signers[op.signerId];
        require(found.party == op.party && found.rights != 0, SignerUnknown(op.signerId, op.party));
        bytes32 digest = _digest(abi.encode(REMOVE_SIGNER_TYPEHASH, op));
        _requireSignature(op.party, Rights.MANAGE, digest, managerSignature);

        if (found.rights & Rights.MANAGE != 0) owner.managers -= 1;
        require(owner.managers > 0, ManagerMissing(op.party));
        owner.signers -= 1;
        found.rights = 0;
        emit SignerRemoved(op.party, op.signerId);
    }

    /// @inheritdoc IRegistry
    function proposeRecovery(ProposeRecovery calldata op, bytes calldata operatorSignature, bytes calldata signerSignature)
        external
    {
        _requireInTime(op.deadline);
        Party storage subject = _known(op.party);
        _requireSubject(op.party, subject.kind);
        _requireRevision(op.party, subject.standingRevision, op.revision);
        uint16 today_ = _today();
        Recovery memory pending = _recoveries[op.party];
        // One that nobody completes must not stand in the way for ever: its key may be lost too, or granted elsewhere meanwhile.
        require(
            pending.signerId == 0 || today_ >= pending.readyDate, RecoveryPending(op.party, pending.signerId)
        );
        bytes32 digest = _digest(
            abi.encode(
                PROPOSE_RECOVERY_TYPEHASH, op.party, keccak256(op.signer), op.rights, op.revision, op.deadline
            )
        );
        (bytes32 signerId, bytes32 siblingId) = _requireFree(subject.kind, op.signer, op.rights);
        _requireSigner(signerId, digest, signerSignature);
        _requireSignature(OPERATOR, Rights.MANAGE, digest, operatorSignature);

        subject.standingRevision += 1;
        uint16 readyDate = today_ + _rules().recoveryDelayDays;
        _recoveries[op.party] = Recovery(signerId, op.rights, readyDate, siblingId);
        emit RecoveryProposed(op.party, signerId, op.signer, op.rights, readyDate);
    }

    /// @inheritdoc IRegistry
    function vetoRecovery(VetoRecovery calldata op, bytes calldata partySignature) external {
        _requireInTime(op.deadline);
        _requireRecovery(op.party, op.signerId);
        _requireSignature(op.party, Rights.ANY, _digest(abi.encode(VETO_RECOVERY_TYPEHASH, op)), partySignature);

        delete _recoveries[op.party];
        emit RecoveryVetoed(op.party, op.signerId);
    }

    /// @inheritdoc IRegistry
    function completeRecovery(CompleteRecovery calldata op, bytes calldata signerSignature) external {
        _requireInTime(op.deadline);
        Recovery memory found = _requireRecovery(op.party, op.signerId);
        uint16 today_ = _today();
        require(today_ >= found.readyDate, RecoveryEarly(op.party, found.readyDate, today_));
        _requireUntaken(op.signerId, found.siblingId);
        _requireSigner(op.signerId, _digest(abi.encode(COMPLETE_RECOVERY_TYPEHASH, op)), signerSignature);

        delete _recoveries[op.party];
        _grant(op.party, _parties[op.party], op.signerId, found.rights);
        emit RecoveryCompleted(op.party, op.signerId, found.rights);
    }

    /// @dev Refused: `PartyUnknown`.
    function _known(PartyId id) internal view returns (Party storage found) {
        found = _parties[id];
        require(found.kind != PartyKind.None, PartyUnknown(id));
    }

    /// @dev Only enterprises and banks are registered and judged by the operator. Refused: `PartyKindWrong`.
    function _requireSubject(PartyId id, PartyKind kind) private pure {
        require(
            kind == PartyKind.Enterprise || kind == PartyKind.Bank, PartyKindWrong(id, PartyKind.Enterprise, kind)
        );
    }

    /// @dev Refused: `PartiesExhausted`.
    function _count(PartyKind kind) private {
        if (kind == PartyKind.Bank) {
            uint16 banks = _totals.banks;
            require(banks < type(uint16).max, PartiesExhausted(kind));
            _totals.banks = banks + 1;
        } else {
            uint24 enterprises = _totals.enterprises;
            require(enterprises < type(uint24).max, PartiesExhausted(kind));
            _totals.enterprises = enterprises + 1;
        }
    }

    /// @dev Refused: `PartyRevisionStale`, `PartyRevisionsExhausted`.
    function _requireRevision(PartyId id, uint16 current, uint16 revision) internal pure {
        require(revision == current, PartyRevisionStale(id, revision, current));
        require(current < type(uint16).max, PartyRevisionsExhausted(id));
    }

    /// @dev Refused: `RecoveryUnknown`.
    function _requireRecovery(PartyId id, bytes32 signerId) private view returns (Recovery memory found) {
        found = _recoveries[id];
        require(signerId != 0 && found.signerId == signerId, RecoveryUnknown(id, signerId));
    }

    /// @dev Requires that this very signer signed: the proof that it holds its key and agrees. Refused: as `_signerOf`, `SignerMismatch`.
    function _requireSigner(bytes32 signerId, bytes32 digest, bytes calldata signature) private view {
        bytes32 actual = _signerOf(digest, signature);
        require(actual == signerId, SignerMismatch(signerId, actual));
    }

    function _digestOf(RegisterParty calldata op) private view returns (bytes32) {
        bytes32[] memory grants = new bytes32[](op.signers.length);
        for (uint256 i = 0; i < grants.length; i++) {
            SignerGrant calldata grant = op.signers[i];
            grants[i] = keccak256(abi.encode(SIGNER_GRANT_TYPEHASH, keccak256(grant.signer), grant.rights));
        }
        return _digest(
            abi.encode(
                REGISTER_PARTY_TYPEHASH,
                op.kind,
                op.regionCode,
                op.industry,
                op.profileHash,
                keccak256(abi.encodePacked(grants)),
                op.deadline
            )
        );
    }
}
