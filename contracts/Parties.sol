// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "./IFinanceLedger.sol";
import {LedgerBase} from "./LedgerBase.sol";
import "./Types.sol";

/// @title Parties and their signers
abstract contract Parties is LedgerBase {
    bytes32 private constant SIGNER_GRANT_TYPEHASH = keccak256("SignerGrant(bytes signer,uint8 rights)");
    bytes32 private constant REGISTER_PARTY_TYPEHASH = keccak256(
        "RegisterParty(uint8 kind,uint32 regionCode,bytes5 industry,bytes32 profileHash,SignerGrant[] signers,uint64 deadline)"
        "SignerGrant(bytes signer,uint8 rights)"
    );
    bytes32 private constant ADD_SIGNER_TYPEHASH =
        keccak256("AddSigner(uint32 party,bytes signer,uint8 rights,uint64 deadline)");
    bytes32 private constant REMOVE_SIGNER_TYPEHASH =
        keccak256("RemoveSigner(uint32 party,bytes32 signerId,uint64 deadline)");

    /// The operator is the first party of every ledger; its constructor registers it.
    PartyId internal constant OPERATOR = PartyId.wrap(1);
    uint256 private constant MAX_SIGNERS_AT_REGISTRATION = 8;
    uint256 private constant ACCOUNT_LENGTH = 20;
    uint256 private constant P256_SIGNER_LENGTH = 84;

    mapping(PartyId => Party) internal _parties;
    uint32 private _lastParty;

    constructor(uint32 regionCode, bytes32 profileHash, SignerGrant[] memory signers) {
        (PartyId id, Party storage operator) = _enter(PartyKind.Operator, regionCode, "", profileHash);
        for (uint256 i = 0; i < signers.length; i++) {
            _grant(id, operator, signers[i].signer, signers[i].rights);
        }
        require(operator.managers > 0, ManagerMissing(id));
        emit PartyRegistered(id, PartyKind.Operator, regionCode, "", profileHash, signers);
    }

    /// @inheritdoc IFinanceLedger
    function party(PartyId id) external view returns (Party memory) {
        return _parties[id];
    }

    /// @inheritdoc IFinanceLedger
    function registerParty(RegisterParty calldata op, bytes calldata registrarSignature, bytes[] calldata signerSignatures)
        external
    {
        _requireInTime(op.deadline);
        require(
            op.kind == PartyKind.Enterprise || op.kind == PartyKind.Bank,
            PartyKindWrong(PartyId.wrap(0), PartyKind.Enterprise, op.kind)
        );
        uint256 count = op.signers.length;
        require(
            count > 0 && count <= MAX_SIGNERS_AT_REGISTRATION, SignerCountOutOfRange(count, MAX_SIGNERS_AT_REGISTRATION)
        );
        require(count == signerSignatures.length, SignaturesMismatch(count, signerSignatures.length));

        bytes32 structHash = _hashRegistration(op);
        (PartyId id, Party storage entered) = _enter(op.kind, op.regionCode, op.industry, op.profileHash);
        for (uint256 i = 0; i < count; i++) {
            bytes32 signerId = _grant(id, entered, op.signers[i].signer, op.signers[i].rights);
            _requireSigner(signerId, structHash, signerSignatures[i]);
        }
        require(entered.managers > 0, ManagerMissing(id));
        _requireSignature(OPERATOR, Rights.REGISTER, structHash, registrarSignature);

        if (op.kind == PartyKind.Bank) _totals.banks += 1;
        else _totals.enterprises += 1;
        emit PartyRegistered(id, op.kind, op.regionCode, op.industry, op.profileHash, op.signers);
    }

    /// @inheritdoc IFinanceLedger
    function addSigner(AddSigner calldata op, bytes calldata managerSignature, bytes calldata signerSignature) external {
        _requireInTime(op.deadline);
        Party storage owner = _known(op.party);
        bytes32 structHash =
            keccak256(abi.encode(ADD_SIGNER_TYPEHASH, op.party, keccak256(op.signer), op.rights, op.deadline));
        bytes32 signerId = _grant(op.party, owner, op.signer, op.rights);
        _requireSigner(signerId, structHash, signerSignature);
        bytes32 managerId = _requireSignature(op.party, Rights.MANAGE, structHash, managerSignature);
        // The grant above is already in storage: a new manager must not admit itself.
        require(managerId != signerId, SignerUnauthorised(op.party, signerId, Rights.MANAGE));
        emit SignerAdded(op.party, signerId, op.signer, op.rights);
    }

    /// @inheritdoc IFinanceLedger
    function removeSigner(RemoveSigner calldata op, bytes calldata managerSignature) external {
        _requireInTime(op.deadline);
        Party storage owner = _known(op.party);
        SignerRecord storage found = _signers[op.signerId];
        require(found.party == op.party && found.rights != 0, SignerUnknown(op.signerId, op.party));
        bytes32 structHash = keccak256(abi.encode(REMOVE_SIGNER_TYPEHASH, op));
        _requireSignature(op.party, Rights.MANAGE, structHash, managerSignature);

        if (found.rights & Rights.MANAGE != 0) owner.managers -= 1;
        require(owner.managers > 0, ManagerMissing(op.party));
        owner.signers -= 1;
        found.rights = 0;
        emit SignerRemoved(op.party, op.signerId);
    }

    function _known(PartyId id) private view returns (Party storage found) {
        found = _parties[id];
        require(found.kind != PartyKind.None, PartyUnknown(id));
    }

    /// @dev Refused: `PartyUnknown`, `PartyKindWrong`.
    function _requireKind(PartyId id, PartyKind expected) internal view {
        PartyKind actual = _parties[id].kind;
        require(actual != PartyKind.None, PartyUnknown(id));
        require(actual == expected, PartyKindWrong(id, expected, actual));
    }

    function _enter(PartyKind kind, uint32 regionCode, bytes5 industry, bytes32 profileHash)
        private
        returns (PartyId id, Party storage entered)
    {
        // GB/T 2260 codes have six digits and start with 1 to 8.
        require(regionCode >= 110_000 && regionCode <= 829_999, RegionInvalid(regionCode));
        require(profileHash != 0, ProfileMissing());
        id = PartyId.wrap(++_lastParty);
        entered = _parties[id];
        entered.kind = kind;
        entered.regionCode = regionCode;
        entered.industry = industry;
        entered.profileHash = profileHash;
    }

    function _grant(PartyId id, Party storage owner, bytes memory newSigner, uint8 rights)
        private
        returns (bytes32 signerId)
    {
        bool wellFormed = newSigner.length == ACCOUNT_LENGTH
            || (newSigner.length == P256_SIGNER_LENGTH && address(bytes20(newSigner)) == p256Verifier);
        require(wellFormed, SignerMalformed(newSigner.length));
        uint8 allowed = _rightsOf(owner.kind);
        require(rights != 0 && rights & ~allowed == 0, RightsUnfit(owner.kind, rights, allowed));
        signerId = keccak256(newSigner);
        PartyId taken = _signers[signerId].party;
        require(PartyId.unwrap(taken) == 0, SignerTaken(signerId, taken));

        _signers[signerId] = SignerRecord(id, rights);
        owner.signers += 1;
        if (rights & Rights.MANAGE != 0) owner.managers += 1;
    }

    /// @dev Requires that exactly this signer signed: the proof that it holds its key and agrees.
    function _requireSigner(bytes32 signerId, bytes32 structHash, bytes calldata signature) private view {
        bytes32 actual = _signerOf(structHash, signature);
        require(actual == signerId, SignerMismatch(signerId, actual));
    }

    function _rightsOf(PartyKind kind) private pure returns (uint8) {
        if (kind == PartyKind.Enterprise) return Rights.ENTERPRISE;
        if (kind == PartyKind.Bank) return Rights.BANK;
        return Rights.OPERATOR;
    }

    function _hashRegistration(RegisterParty calldata op) private pure returns (bytes32) {
        bytes32[] memory grants = new bytes32[](op.signers.length);
        for (uint256 i = 0; i < grants.length; i++) {
            SignerGrant calldata grant = op.signers[i];
            grants[i] = keccak256(abi.encode(SIGNER_GRANT_TYPEHASH, keccak256(grant.signer), grant.rights));
        }
        return keccak256(
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
