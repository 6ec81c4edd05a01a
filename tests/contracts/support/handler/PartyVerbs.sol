// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../../contracts/interfaces/ILedgerErrors.sol";
import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import "../../../../contracts/Operations.sol";
import {BANK, BUYER, MAKER, OTHER_BANK, SUPPLIER} from "../LedgerTest.sol";
import {Key} from "../Signing.sol";
import {Steps} from "./Steps.sol";

/// @notice Parties come, change their standing, their signers and their operator's mind. What they must be is recorded here.
abstract contract PartyVerbs is Steps {
    /// More enterprises or banks would make their dealings with each other rarer.
    uint256 private constant MOST_TRADERS = 5;
    uint256 private constant MOST_BANKS = 3;

    uint32 public parties = 7;
    PartyId[] internal enterprises;
    PartyId[] internal banks;
    mapping(PartyId => Standing) public standingOf;
    mapping(PartyId => PartyKind) public kindOf;
    mapping(PartyId => Key) internal recoveryKey;
    mapping(PartyId => uint16) public recoveryProposedOn; // the day; 0 where none is pending
    mapping(PartyId => uint8) private _recoveryRights;
    mapping(PartyId => uint16) public recoveryDelay; // in force when it was proposed

    function setUp() public virtual override {
        super.setUp();
        enter(OPERATOR, PartyKind.Operator);
        enter(REGULATOR, PartyKind.Regulator);
        enter(BUYER, PartyKind.Enterprise);
        enter(SUPPLIER, PartyKind.Enterprise);
        enter(MAKER, PartyKind.Enterprise);
        enter(BANK, PartyKind.Bank);
        enter(OTHER_BANK, PartyKind.Bank);
    }

    function bankCount() external view returns (uint256) {
        return banks.length;
    }

    function bankAt(uint256 index) external view returns (PartyId) {
        return banks[index];
    }

    function enterpriseCount() external view returns (uint256) {
        return enterprises.length;
    }

    function enterpriseAt(uint256 index) external view returns (PartyId) {
        return enterprises[index];
    }

    function registerParty(uint256 seed) external {
        begin(seed, operations);
        bool isBank = roll(4) == 0;
        Key first = newKey();
        Key second = newKey();
        RegisterParty memory op = enterprise("another", first, second);
        if (isBank) {
            op.kind = PartyKind.Bank;
            op.signers[0].rights = Rights.APPROVE;
            op.signers[1].rights = Rights.DISBURSE | Rights.MANAGE;
        }
        about(PartyId.wrap(parties + 1));
        bytes32 structHash = hashOf(op);
        bytes[] memory proofs = new bytes[](2);
        proofs[0] = proof(first, structHash);
        proofs[1] = proof(second, structHash);
        bytes memory registrar = signed(OPERATOR, Rights.REGISTER, structHash);
        if (!perform(abi.encodeCall(IRegistry.registerParty, (op, registrar, proofs)))) return;
        parties += 1;
        PartyId id = PartyId.wrap(parties);
        enter(id, op.kind);
        record(id, first, op.signers[0].rights);
        record(id, second, op.signers[1].rights);
    }

    /// @dev Where a party does not stand well it is mostly that one, so that most of them can trade.
    function setStanding(uint256 seed) external {
        begin(seed, operations);
        PartyId id = PartyId.wrap(uint32(3 + roll(parties - 2)));
        for (uint32 i = 3; i <= parties; i++) {
            if (standingOf[PartyId.wrap(i)] != Standing.Active && roll(4) > 0) id = PartyId.wrap(i);
        }
        Standing standing = Standing.Active;
        if (standingOf[id] == Standing.Active) {
            bool isStop = kindOf[id] == PartyKind.Enterprise && roll(2) == 0;
            standing = isStop ? Standing.StopListed : Standing.Suspended;
        }
        about(id);
        SetStanding memory op = SetStanding(id, standing, REASON, ledger.party(id).standingRevision, soon());
        if (!perform(abi.encodeCall(IRegistry.setStanding, (op, signed(OPERATOR, Rights.MANAGE, hashOf(op)))))) return;
        standingOf[id] = standing;
    }

    function addSigner(uint256 seed) external {
        begin(seed, operations);
        PartyId id = PartyId.wrap(uint32(1 + roll(parties)));
        if (keysOf[id].length >= MOST_SIGNERS) return removeOne(id);
        addOne(id);
    }

    function removeSigner(uint256 seed) external {
        begin(seed, operations);
        removeOne(PartyId.wrap(uint32(1 + roll(parties))));
    }

    /// @dev Anybody's first signers stay, so that everything can always be signed; the last manager is refused by the ledger too.
    function removeOne(PartyId id) private {
        Key[] storage keys = keysOf[id];
        uint256 kept = firstSigners(id);
        if (keys.length <= kept) return addOne(id);
        uint256 index = kept + roll(keys.length - kept);
        Key key = keys[index];
        about(id);
        RemoveSigner memory op = RemoveSigner(id, cachedId(key), soon());
        if (perform(abi.encodeCall(IRegistry.removeSigner, (op, signed(id, Rights.MANAGE, hashOf(op)))))) forget(id, index);
    }

    function addOne(PartyId id) private {
        Key key = newKey();
        uint8 rights = someRights(kindOf[id]);
        about(id);
        AddSigner memory op = AddSigner(id, signerOf(key), rights, soon());
        bytes memory own = proof(key, hashOf(op));
        if (perform(abi.encodeCall(IRegistry.addSigner, (op, signed(id, Rights.MANAGE, hashOf(op)), own)))) {
            record(id, key, rights);
        }
    }

    function proposeRecovery(uint256 seed) external {
        begin(seed, operations);
        PartyId id = PartyId.wrap(uint32(3 + roll(parties - 2)));
        if (recoveryProposedOn[id] != 0) return completeOrVeto(id);
        Key key = newKey();
        uint8 rights = someRights(kindOf[id]);
        about(id);
        ProposeRecovery memory op =
            ProposeRecovery(id, signerOf(key), rights, ledger.party(id).standingRevision, soon());
        bytes memory own = proof(key, hashOf(op));
        bytes memory operator_ = signed(OPERATOR, Rights.MANAGE, hashOf(op));
        if (!perform(abi.encodeCall(IRegistry.proposeRecovery, (op, operator_, own)))) return;
        recoveryKey[id] = key;
        _recoveryRights[id] = rights;
        recoveryProposedOn[id] = today();
        recoveryDelay[id] = ledger.parameters().recoveryDelayDays;
    }

    function vetoRecovery(uint256 seed) external {
        begin(seed, operations);
        PartyId id = pendingRecovery();
        if (PartyId.unwrap(id) == 0) return addOne(BUYER);
        veto(id);
    }

    function completeRecovery(uint256 seed) external {
        begin(seed, operations);
        PartyId id = pendingRecovery();
        if (PartyId.unwrap(id) == 0) return addOne(BANK);
        complete(id);
    }

    function completeOrVeto(PartyId id) private {
        if (roll(2) == 0) veto(id);
        else complete(id);
    }

    function veto(PartyId id) private {
        about(id);
        VetoRecovery memory op = VetoRecovery(id, cachedId(recoveryKey[id]), soon());
        bytes memory own = signed(id, Rights.ANY, hashOf(op));
        if (perform(abi.encodeCall(IRegistry.vetoRecovery, (op, own)))) recoveryProposedOn[id] = 0;
    }

    /// @dev Before its day it must be refused, whoever signs.
    function complete(PartyId id) private {
        about(id);
        Key key = recoveryKey[id];
        CompleteRecovery memory op = CompleteRecovery(id, cachedId(key), soon());
        bytes memory call = abi.encodeCall(IRegistry.completeRecovery, (op, proof(key, hashOf(op))));
        if (today() < recoveryProposedOn[id] + recoveryDelay[id]) {
            return performRefused(call, ILedgerErrors.RecoveryEarly.selector);
        }
        if (!perform(call)) return;
        recoveryProposedOn[id] = 0;
        record(id, key, _recoveryRights[id]);
    }

    // ---- Choices

    function enter(PartyId id, PartyKind kind) private {
        kindOf[id] = kind;
        standingOf[id] = Standing.Active;
        if (kind == PartyKind.Enterprise && enterprises.length < MOST_TRADERS) enterprises.push(id);
        if (kind == PartyKind.Bank && banks.length < MOST_BANKS) banks.push(id);
    }

    function pendingRecovery() private returns (PartyId) {
        uint32 start = uint32(roll(parties));
        for (uint32 i = 0; i < parties; i++) {
            PartyId id = PartyId.wrap(1 + (start + i) % parties);
            if (recoveryProposedOn[id] != 0) return id;
        }
        return NO_PARTY;
    }

    function firstSigners(PartyId id) private pure returns (uint256) {
        return id == BANK ? 4 : 2;
    }

    function someRights(PartyKind kind) private returns (uint8) {
        if (kind == PartyKind.Enterprise) return roll(3) == 0 ? Rights.ENTERPRISE : Rights.TRADE;
        if (kind == PartyKind.Bank) return roll(2) == 0 ? Rights.APPROVE : Rights.DISBURSE;
        if (kind == PartyKind.Regulator) return roll(3) == 0 ? Rights.OF_REGULATOR : Rights.SUPERVISE;
        return roll(3) == 0 ? Rights.OF_OPERATOR : Rights.REGISTER;
    }

    /// @dev An active enterprise other than these two; none where there is none.
    function anEnterprise(PartyId not, PartyId norThat) internal returns (PartyId) {
        uint256 count = enterprises.length;
        uint256 start = roll(count);
        for (uint256 i = 0; i < count; i++) {
            PartyId id = enterprises[(start + i) % count];
            if (standingOf[id] == Standing.Active && id != not && id != norThat) return id;
        }
        return NO_PARTY;
    }

    function aBank() internal returns (PartyId) {
        uint256 count = banks.length;
        uint256 start = roll(count);
        for (uint256 i = 0; i < count; i++) {
            PartyId id = banks[(start + i) % count];
            if (standingOf[id] == Standing.Active) return id;
        }
        return NO_PARTY;
    }
}
