// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    BANK, BUYER, BUYER_MANAGER, BUYER_TRADER, OPERATOR_MANAGER, OUTSIDER, OUTSIDER_P256, OUTSIDER_PASSKEY, REGISTRAR,
    STRANGER, SUPPLIER, SUPPLIER_MANAGER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Governing} from "./support/Governing.sol";
import {Key} from "./support/Signing.sol";
import {Vm} from "./support/Vm.sol";

/// @notice How a party that lost its signers gets a new one: proposed by the operator, vetoed by the party, completed by the new signer.
contract RecoveryTest is Governing {
    // ---- Proposing

    function test_ProposeRecovery_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        proposeRecovery(SUPPLIER, OUTSIDER_P256);
        ProposeRecovery memory op = ProposeRecovery(STRANGER, "", 0, 9, uint64(block.timestamp - 1));

        refuses(proposal(op, OUTSIDER), expired(op.deadline));
        op.deadline = soon();
        refuses(proposal(op, OUTSIDER), partyUnknown(STRANGER));
        op.party = OPERATOR;
        refuses(proposal(op, OUTSIDER), kindWrong(OPERATOR, PartyKind.Enterprise, PartyKind.Operator));
        op.party = REGULATOR;
        refuses(proposal(op, OUTSIDER), kindWrong(REGULATOR, PartyKind.Enterprise, PartyKind.Regulator));
        op.party = SUPPLIER;
        refuses(proposal(op, OUTSIDER), partyStale(SUPPLIER, 9, 1));
        op.revision = 1;
        refuses(proposal(op, OUTSIDER), pending(SUPPLIER, OUTSIDER_P256));
        op.party = BUYER;
        op.revision = 0;
        refuses(proposal(op, OUTSIDER), abi.encodeWithSelector(ILedgerErrors.SignerMalformed.selector, 0));
        op.signer = signerOf(SUPPLIER_TRADER);
        refuses(proposal(op, OUTSIDER), rightsUnfit(0));
        op.rights = Rights.APPROVE;
        refuses(proposal(op, OUTSIDER), rightsUnfit(Rights.APPROVE));
        op.rights = Rights.ENTERPRISE;
        refuses(proposal(op, OUTSIDER), taken(SUPPLIER_TRADER, SUPPLIER));
        op.signer = signerOf(OUTSIDER);
        bytes memory operator = sign(OPERATOR_MANAGER, hashOf(op));
        refuses(abi.encodeCall(IRegistry.proposeRecovery, (op, operator, "")), malformed());
        refuses(proposal(op, BUYER_TRADER), mismatch(OUTSIDER, BUYER_TRADER));
        bytes memory proof = sign(OUTSIDER, hashOf(op));
        refuses(abi.encodeCall(IRegistry.proposeRecovery, (op, "", proof)), malformed());
        refuses(recoveryCall(op, REGISTRAR, OUTSIDER), unauthorised(OPERATOR, REGISTRAR, Rights.MANAGE));
        refuses(recoveryCall(op, BUYER_MANAGER, OUTSIDER), unauthorised(OPERATOR, BUYER_MANAGER, Rights.MANAGE));
        accepts(proposal(op, OUTSIDER));
    }

    function test_ProposeRecovery_OfASignerThatWasRemoved_IsRefused() public {
        RemoveSigner memory removal = RemoveSigner(BUYER, idOf(BUYER_TRADER), soon());
        accepts(abi.encodeCall(IRegistry.removeSigner, (removal, sign(BUYER_MANAGER, hashOf(removal)))));
        refuses(proposal(recoveryOp(BUYER, BUYER_TRADER), BUYER_TRADER), taken(BUYER_TRADER, BUYER));
    }

    function test_ProposeRecovery_TheSameOperationAfterAVeto_IsRefusedByItsRevision() public {
        bytes memory proposed = proposal(recoveryOp(BUYER, OUTSIDER), OUTSIDER);
        accepts(proposed);
        accepts(vetoCall(BUYER, idOf(OUTSIDER), BUYER_TRADER));
        refuses(proposed, partyStale(BUYER, 0, 1));
        proposeRecovery(BUYER, OUTSIDER); // signed anew
    }

    function test_ProposeRecovery_AfterTheLastRevision_IsRefused() public {
        setPartyRevision(BUYER, true, type(uint16).max);
        refuses(proposal(recoveryOp(BUYER, OUTSIDER), OUTSIDER), partyExhausted(BUYER));
    }

    /// @dev A party without signers can veto nothing, and the one key that was proposed may be lost as well or be granted elsewhere.
    function test_ProposeRecovery_OfOneThatNobodyCompletes_TakesItsPlaceOnceTheDelayIsOver() public {
        proposeRecovery(BUYER, OUTSIDER);
        grantToSupplier(OUTSIDER);
        vm.warp(NOW + uint256(RECOVERY_DELAY_DAYS - 1) * 1 days);
        refuses(proposal(recoveryOp(BUYER, OUTSIDER_P256), OUTSIDER_P256), pending(BUYER, OUTSIDER));
        vm.warp(NOW + uint256(RECOVERY_DELAY_DAYS) * 1 days);
        refuses(completeCall(BUYER, OUTSIDER), taken(OUTSIDER, SUPPLIER));
        proposeRecovery(BUYER, OUTSIDER_P256);
        refuses(completeCall(BUYER, OUTSIDER), unknown(BUYER, OUTSIDER));
        // The delay is a new one, and the party can veto as before.
        uint16 readyDate = ledger.today() + RECOVERY_DELAY_DAYS;
        refuses(completeCall(BUYER, OUTSIDER_P256), early(BUYER, readyDate, ledger.today()));
        accepts(vetoCall(BUYER, idOf(OUTSIDER_P256), BUYER_TRADER));
    }

    /// @dev One key as a P-256 signer and as a passkey would be two signers; the delay must not let the second one in.
    function test_CompleteRecovery_WhoseKeyBecameASignerUnderTheOtherScheme_IsRefused() public {
        Key[2] memory keys = [OUTSIDER_P256, OUTSIDER_PASSKEY];
        for (uint256 i = 0; i < 2; i++) {
            uint256 before = vm.snapshotState();
            proposeRecovery(BUYER, keys[i]);
            grantToSupplier(siblingOf(keys[i]));
            vm.warp(NOW + uint256(RECOVERY_DELAY_DAYS) * 1 days);
            refuses(completeCall(BUYER, keys[i]), taken(siblingOf(keys[i]), SUPPLIER));
            vm.revertToState(before);
        }
    }

    function test_CompleteRecovery_OfTwoFormsOfOneKey_OnlyTheFirstIsAccepted() public {
        proposeRecovery(BUYER, OUTSIDER_P256);
        proposeRecovery(SUPPLIER, siblingOf(OUTSIDER_P256));
        vm.warp(NOW + uint256(RECOVERY_DELAY_DAYS) * 1 days);
        accepts(completeCall(BUYER, OUTSIDER_P256));
        refuses(completeCall(SUPPLIER, siblingOf(OUTSIDER_P256)), taken(OUTSIDER_P256, BUYER));
    }

    function test_ProposeRecovery_Accepted_GrantsNothingYet() public {
        Party memory expected = ledger.party(BUYER);
        Vm.Log memory log = accepts(proposal(recoveryOp(BUYER, OUTSIDER_PASSKEY), OUTSIDER_PASSKEY));
        uint16 readyDate = ledger.today() + RECOVERY_DELAY_DAYS;

        equal(log.topics.length, 3, "topics");
        equal(log.topics[0], ILedgerEvents.RecoveryProposed.selector, "event");
        equal(uint256(log.topics[1]), PartyId.unwrap(BUYER), "party of the event");
        equal(log.topics[2], idOf(OUTSIDER_PASSKEY), "signer of the event");
        equal(log.data, abi.encode(signerOf(OUTSIDER_PASSKEY), Rights.ENTERPRISE, readyDate), "data of the event");
        bytes32 sibling = idOf(siblingOf(OUTSIDER_PASSKEY));
        Recovery memory stored = Recovery(idOf(OUTSIDER_PASSKEY), Rights.ENTERPRISE, readyDate, sibling);
        equal(abi.encode(ledger.recovery(BUYER)), abi.encode(stored), "stored recovery");
        expected.standingRevision = 1;
        equal(abi.encode(ledger.party(BUYER)), abi.encode(expected), "stored party");
        equal(ledger.signer(idOf(OUTSIDER_PASSKEY)).rights, 0, "rights of the new signer");
        refuses(
            issueCall(issueOp(), OUTSIDER_PASSKEY, SUPPLIER_TRADER), unauthorised(BUYER, OUTSIDER_PASSKEY, Rights.TRADE)
        );
    }

    // ---- The veto

    function test_VetoRecovery_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        proposeRecovery(BUYER, OUTSIDER);
        VetoRecovery memory op = VetoRecovery(STRANGER, 0, uint64(block.timestamp - 1));

        refuses(abi.encodeCall(IRegistry.vetoRecovery, (op, "")), expired(op.deadline));
        refuses(vetoCall(STRANGER, idOf(OUTSIDER), BUYER_TRADER), unknown(STRANGER, OUTSIDER));
        refuses(vetoCall(SUPPLIER, idOf(OUTSIDER), BUYER_TRADER), unknown(SUPPLIER, OUTSIDER));
        refuses(
            vetoCall(SUPPLIER, 0, SUPPLIER_TRADER),
            abi.encodeWithSelector(ILedgerErrors.RecoveryUnknown.selector, SUPPLIER, bytes32(0))
        );
        refuses(vetoCall(BUYER, idOf(OUTSIDER_P256), BUYER_TRADER), unknown(BUYER, OUTSIDER_P256));
        op = VetoRecovery(BUYER, idOf(OUTSIDER), soon());
        refuses(abi.encodeCall(IRegistry.vetoRecovery, (op, "")), malformed());
        refuses(vetoCall(BUYER, idOf(OUTSIDER), OUTSIDER), unauthorised(BUYER, OUTSIDER, Rights.ANY));
        refuses(vetoCall(BUYER, idOf(OUTSIDER), SUPPLIER_TRADER), unauthorised(BUYER, SUPPLIER_TRADER, Rights.ANY));
        refuses(vetoCall(BUYER, idOf(OUTSIDER), OPERATOR_MANAGER), unauthorised(BUYER, OPERATOR_MANAGER, Rights.ANY));
        accepts(vetoCall(BUYER, idOf(OUTSIDER), BUYER_TRADER));
    }

    function test_VetoRecovery_BySignerThatWasRemoved_IsRefused() public {
        proposeRecovery(BUYER, OUTSIDER);
        RemoveSigner memory removal = RemoveSigner(BUYER, idOf(BUYER_TRADER), soon());
        accepts(abi.encodeCall(IRegistry.removeSigner, (removal, sign(BUYER_MANAGER, hashOf(removal)))));
        refuses(vetoCall(BUYER, idOf(OUTSIDER), BUYER_TRADER), unauthorised(BUYER, BUYER_TRADER, Rights.ANY));
        accepts(vetoCall(BUYER, idOf(OUTSIDER), BUYER_MANAGER));
    }

    function test_VetoRecovery_WhenTheDelayIsOver_IsAcceptedUntilItIsCompleted() public {
        proposeRecovery(BUYER, OUTSIDER);
        vm.warp(NOW + 400 days);
        accepts(vetoCall(BUYER, idOf(OUTSIDER), BUYER_TRADER));
        refuses(completeCall(BUYER, OUTSIDER), unknown(BUYER, OUTSIDER));
        proposeRecovery(BUYER, OUTSIDER);
        vm.warp(NOW + 500 days);
        accepts(completeCall(BUYER, OUTSIDER));
        refuses(vetoCall(BUYER, idOf(OUTSIDER), BUYER_TRADER), unknown(BUYER, OUTSIDER));
    }

    function test_VetoRecovery_Accepted_LeavesNothingBehind() public {
        proposeRecovery(BUYER, OUTSIDER);
        bytes memory call = vetoCall(BUYER, idOf(OUTSIDER), BUYER_MANAGER);
        Vm.Log memory log = accepts(call);
        equal(log.topics.length, 3, "topics");
        equal(log.topics[0], ILedgerEvents.RecoveryVetoed.selector, "event");
        equal(uint256(log.topics[1]), PartyId.unwrap(BUYER), "party of the event");
        equal(log.topics[2], idOf(OUTSIDER), "signer of the event");
        equal(log.data, "", "data of the event");
        equal(abi.encode(ledger.recovery(BUYER)), abi.encode(Recovery(0, 0, 0, 0)), "stored recovery");
        refuses(call, unknown(BUYER, OUTSIDER));
    }

    // ---- Completing

    function test_CompleteRecovery_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        proposeRecovery(BUYER, OUTSIDER);
        CompleteRecovery memory op = CompleteRecovery(SUPPLIER, idOf(OUTSIDER), uint64(block.timestamp - 1));

        refuses(completeCall(op, OUTSIDER), expired(op.deadline));
        op.deadline = uint64(NOW + 100 days);
        refuses(completeCall(op, OUTSIDER), unknown(SUPPLIER, OUTSIDER));
        op.party = BUYER;
        uint16 readyDate = ledger.today() + RECOVERY_DELAY_DAYS;
        refuses(completeCall(op, BUYER_TRADER), early(BUYER, readyDate, readyDate - RECOVERY_DELAY_DAYS));
        vm.warp(NOW + uint256(RECOVERY_DELAY_DAYS - 1) * 1 days);
        refuses(completeCall(op, BUYER_TRADER), early(BUYER, readyDate, readyDate - 1));
        vm.warp(NOW + uint256(RECOVERY_DELAY_DAYS) * 1 days);
        uint256 before = vm.snapshotState();
        grantToSupplier(OUTSIDER);
        refuses(completeCall(op, BUYER_TRADER), taken(OUTSIDER, SUPPLIER));
        vm.revertToState(before);
        refuses(abi.encodeCall(IRegistry.completeRecovery, (op, "")), malformed());
        refuses(completeCall(op, BUYER_TRADER), mismatch(OUTSIDER, BUYER_TRADER));
        refuses(completeCall(op, OPERATOR_MANAGER), mismatch(OUTSIDER, OPERATOR_MANAGER));
        before = vm.snapshotState();
        setLastSigner(BUYER, type(uint16).max);
        refuses(completeCall(op, OUTSIDER), abi.encodeWithSelector(ILedgerErrors.SignersExhausted.selector, BUYER));
        vm.revertToState(before);
        setLastSigner(BUYER, type(uint16).max - 1);
        equal(ledger.recovery(BUYER).siblingId, 0, "an account has no other form");
        accepts(completeCall(op, OUTSIDER));
        refuses(completeCall(op, OUTSIDER), unknown(BUYER, OUTSIDER));
    }

    function test_CompleteRecovery_Accepted_PutsTheSignerInForce() public {
        proposeRecovery(BANK, OUTSIDER);
        Party memory expected = ledger.party(BANK);
        vm.warp(NOW + uint256(RECOVERY_DELAY_DAYS) * 1 days);
        Vm.Log memory log = accepts(completeCall(BANK, OUTSIDER));

        equal(log.topics.length, 3, "topics");
        equal(log.topics[0], ILedgerEvents.RecoveryCompleted.selector, "event");
        equal(uint256(log.topics[1]), PartyId.unwrap(BANK), "party of the event");
        equal(log.topics[2], idOf(OUTSIDER), "signer of the event");
        equal(log.data, abi.encode(Rights.BANK), "data of the event");
        equal(abi.encode(ledger.recovery(BANK)), abi.encode(Recovery(0, 0, 0, 0)), "stored recovery");
        expected.signers += 1;
        expected.managers += 1;
        expected.lastSigner += 1;
        equal(abi.encode(ledger.party(BANK)), abi.encode(expected), "stored party");
        SignerRecord memory stored = SignerRecord(BANK, Rights.BANK, expected.lastSigner);
        equal(abi.encode(ledger.signer(idOf(OUTSIDER))), abi.encode(stored), "stored signer");
        accepts(openCall(openOp(issue()), SUPPLIER_TRADER, OUTSIDER));
    }

    /// @dev Rights without MANAGE come back as well as all of them; the signers that the party has stay in force.
    function testFuzz_Recovery_OfAnyRightsAfterAnyTime_IsAcceptedOnlyWhenDue(uint8 rights, uint16 wait) public {
        ProposeRecovery memory op = recoveryOp(SUPPLIER, OUTSIDER);
        op.rights = rights;
        if (rights == 0 || rights & ~Rights.ENTERPRISE != 0) {
            refuses(proposal(op, OUTSIDER), rightsUnfit(rights));
            return;
        }
        accepts(proposal(op, OUTSIDER));
        uint16 readyDate = ledger.today() + RECOVERY_DELAY_DAYS;
        vm.warp(NOW + uint256(wait) * 1 hours);
        uint16 today = ledger.today();
        if (today < readyDate) {
            refuses(completeCall(SUPPLIER, OUTSIDER), early(SUPPLIER, readyDate, today));
            return;
        }
        accepts(completeCall(SUPPLIER, OUTSIDER));
        equal(ledger.signer(idOf(OUTSIDER)).rights, rights, "rights");
        equal(ledger.party(SUPPLIER).managers, rights & Rights.MANAGE == 0 ? 1 : 2, "managers");
        equal(ledger.party(SUPPLIER).signers, 3, "signers");
    }

    function proposal(ProposeRecovery memory op, Key newSigner) private view returns (bytes memory) {
        return recoveryCall(op, OPERATOR_MANAGER, newSigner);
    }

    function grantToSupplier(Key key) private {
        AddSigner memory op = AddSigner(SUPPLIER, signerOf(key), Rights.TRADE, soon());
        bytes32 structHash = hashOf(op);
        accepts(abi.encodeCall(IRegistry.addSigner, (op, sign(SUPPLIER_MANAGER, structHash), sign(key, structHash))));
    }

    function pending(PartyId id, Key key) private view returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.RecoveryPending.selector, id, idOf(key));
    }

    function unknown(PartyId id, Key key) private view returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.RecoveryUnknown.selector, id, idOf(key));
    }

    function early(PartyId id, uint16 readyDate, uint16 today) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.RecoveryEarly.selector, id, readyDate, today);
    }

    function taken(Key key, PartyId by) private view returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(key), by);
    }

    function mismatch(Key expected, Key actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignerMismatch.selector, idOf(expected), idOf(actual));
    }

    function rightsUnfit(uint8 rights) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.RightsUnfit.selector, PartyKind.Enterprise, rights, Rights.ENTERPRISE
        );
    }
}
