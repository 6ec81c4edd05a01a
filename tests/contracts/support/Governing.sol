// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../contracts/interfaces/ILedgerErrors.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import "../../../contracts/Operations.sol";
import {BANK, BANK_HEAD, OPERATOR_MANAGER, SUPERVISOR} from "./LedgerTest.sol";
import {ServicingCalls} from "./ServicingCalls.sol";
import {Key} from "./Signing.sol";

/// @notice What the operator, the regulator and the managers of parties decide: standing, recovery, parameters, limits and models.
abstract contract Governing is ServicingCalls {
    bytes32 internal constant MODEL = keccak256("credit model");

    // ---- Parties

    function standingOp(PartyId id, Standing standing) internal view returns (SetStanding memory) {
        return SetStanding(id, standing, REASON, ledger.party(id).standingRevision, soon());
    }

    function standingCall(SetStanding memory op) internal view returns (bytes memory) {
        return standingCall(op, OPERATOR_MANAGER);
    }

    function standingCall(SetStanding memory op, Key operator) internal view returns (bytes memory) {
        return abi.encodeCall(IRegistry.setStanding, (op, sign(operator, hashOf(op))));
    }

    function setStanding(PartyId id, Standing standing) internal {
        accepts(standingCall(standingOp(id, standing)));
    }

    function recoveryOp(PartyId id, Key newSigner) internal view returns (ProposeRecovery memory) {
        uint8 rights = ledger.party(id).kind == PartyKind.Bank ? Rights.BANK : Rights.ENTERPRISE;
        return ProposeRecovery(id, signerOf(newSigner), rights, ledger.party(id).standingRevision, soon());
    }

    function recoveryCall(ProposeRecovery memory op, Key operator, Key newSigner) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        return abi.encodeCall(IRegistry.proposeRecovery, (op, sign(operator, structHash), sign(newSigner, structHash)));
    }

    function proposeRecovery(PartyId id, Key newSigner) internal {
        accepts(recoveryCall(recoveryOp(id, newSigner), OPERATOR_MANAGER, newSigner));
    }

    function vetoCall(PartyId id, bytes32 signerId, Key key) internal view returns (bytes memory) {
        VetoRecovery memory op = VetoRecovery(id, signerId, soon());
        return abi.encodeCall(IRegistry.vetoRecovery, (op, sign(key, hashOf(op))));
    }

    function completeCall(PartyId id, Key newSigner) internal view returns (bytes memory) {
        return completeCall(CompleteRecovery(id, idOf(newSigner), soon()), newSigner);
    }

    function completeCall(CompleteRecovery memory op, Key key) internal view returns (bytes memory) {
        return abi.encodeCall(IRegistry.completeRecovery, (op, sign(key, hashOf(op))));
    }

    // ---- Parameters

    /// @dev Sound, and far enough away: what differs from those in force is the longest reviewed tenor.
    function newRules() internal view returns (Parameters memory rules) {
        rules = ledger.parameters();
        rules.startDate = ledger.today() + rules.noticeDays;
        rules.maxReviewedTenorDays = MAX_TENOR_DAYS;
    }

    function proposeOp(Parameters memory rules) internal view returns (ProposeParameters memory) {
        return ProposeParameters(rules, ledger.party(OPERATOR).revision, soon());
    }

    function proposeCall(ProposeParameters memory op) internal view returns (bytes memory) {
        return proposeCall(op, OPERATOR_MANAGER);
    }

    function proposeCall(ProposeParameters memory op, Key operator) internal view returns (bytes memory) {
        return abi.encodeCall(IRegistry.proposeParameters, (op, sign(operator, hashOf(op))));
    }

    function adoptCall(Parameters memory rules) internal view returns (bytes memory) {
        return adoptCall(AdoptParameters(rules, soon()), SUPERVISOR);
    }

    function adoptCall(AdoptParameters memory op, Key regulator) internal view returns (bytes memory) {
        return abi.encodeCall(IRegistry.adoptParameters, (op, sign(regulator, hashOf(op))));
    }

    function propose(Parameters memory rules) internal {
        accepts(proposeCall(proposeOp(rules)));
    }

    function adopt(Parameters memory rules) internal {
        propose(rules);
        accepts(adoptCall(rules));
    }

    // ---- Policies of a bank

    function policyCall(SetLendingPolicy memory op, Key manager) internal view returns (bytes memory) {
        return abi.encodeCall(IRegistry.setLendingPolicy, (op, sign(manager, hashOf(op))));
    }

    function limitOp(PartyId subject, ExposureSide side, uint64 limitFen) internal view returns (SetCreditLimit memory) {
        uint16 revision = ledger.creditLine(BANK, subject, side).revision;
        return SetCreditLimit(BANK, subject, side, limitFen, revision, soon());
    }

    function limitCall(SetCreditLimit memory op) internal view returns (bytes memory) {
        return limitCall(op, managerOf(op.bank));
    }

    function limitCall(SetCreditLimit memory op, Key manager) internal view returns (bytes memory) {
        return abi.encodeCall(IRegistry.setCreditLimit, (op, sign(manager, hashOf(op))));
    }

    /// @dev From today on, for a year.
    function modelOp() internal view returns (ActivateModel memory) {
        uint16 today = ledger.today();
        return ActivateModel(BANK, MODEL, today, today + 365, ledger.party(BANK).revision, soon());
    }

    function modelCall(ActivateModel memory op) internal view returns (bytes memory) {
        return modelCall(op, approverOf(op.bank), BANK_HEAD);
    }

    function modelCall(ActivateModel memory op, Key first, Key second) internal view returns (bytes memory) {
        bytes32 structHash = hashOf(op);
        return abi.encodeCall(IRegistry.activateModel, (op, sign(first, structHash), sign(second, structHash)));
    }

    // ---- Numbers near their end, which would take 65,000 operations to reach

    function setPartyRevision(PartyId id, bool ofStanding, uint16 revision) internal {
        overwrite(partySlot(id), ofStanding ? 152 : 136, revision);
        Party memory found = ledger.party(id);
        equal(ofStanding ? found.standingRevision : found.revision, revision, "revision of the party as set");
    }

    function setLastSigner(PartyId id, uint16 number) internal {
        overwrite(partySlot(id), 120, number);
        equal(ledger.party(id).lastSigner, number, "number of the last signer as set");
    }

    function setLimitRevision(PartyId subject, ExposureSide side, uint16 revision) internal {
        uint256 lineKey = uint256(PartyId.unwrap(BANK)) << 40 | uint256(PartyId.unwrap(subject)) << 8 | uint256(side);
        uint256 mapped = 13;
        overwrite(keccak256(abi.encode(lineKey, mapped)), 96, revision);
        equal(ledger.creditLine(BANK, subject, side).revision, revision, "revision of the limit as set");
    }

    function partySlot(PartyId id) private pure returns (bytes32) {
        uint256 mapped = 8;
        return keccak256(abi.encode(id, mapped));
    }

    // ---- Refusals that several verbs share

    function partyStale(PartyId id, uint16 revision, uint16 current) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PartyRevisionStale.selector, id, revision, current);
    }

    function suspended(PartyId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PartySuspended.selector, id);
    }

    function partyExhausted(PartyId id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PartyRevisionsExhausted.selector, id);
    }

    function limitOut(uint64 limitFen, uint64 maxFen) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.LimitOutOfRange.selector, limitFen, maxFen);
    }
}
