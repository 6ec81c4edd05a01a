// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {
    APPROVER, BANK, BANK_HEAD, BANK_MANAGER, BUYER, BUYER_MANAGER, BUYER_TRADER, DISBURSER, OPERATOR_MANAGER,
    OUTSIDER_PASSKEY, REGULATOR_MANAGER, STRANGER, SUPERVISOR, SUPPLIER_MANAGER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Key} from "./support/Signing.sol";
import {Vm} from "./support/Vm.sol";

contract RemoveSignerTest is Circumstances {
    function test_RemoveSigner_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        RemoveSigner memory op = RemoveSigner(STRANGER, bytes32(0), uint64(block.timestamp - 1));

        refuses(call(op, ""), expired(op.deadline));
        op.deadline = soon();
        refuses(call(op, ""), abi.encodeWithSelector(ILedgerErrors.PartyUnknown.selector, STRANGER));
        op.party = BUYER;
        refuses(call(op, ""), signerUnknown(bytes32(0), BUYER));
        op.signerId = idOf(SUPPLIER_TRADER);
        refuses(call(op, ""), signerUnknown(op.signerId, BUYER));
        op.signerId = idOf(BUYER_MANAGER);
        refuses(call(op, ""), malformed());
        refuses(signedCall(op, BUYER_TRADER), unauthorised(BUYER, BUYER_TRADER, Rights.MANAGE));
        refuses(signedCall(op, BUYER_MANAGER), abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, BUYER));
        op.signerId = idOf(BUYER_TRADER);
        accepts(signedCall(op, BUYER_MANAGER));
    }

    function test_RemoveSigner_ByAManagerOfAnotherParty_IsRefused() public {
        RemoveSigner memory op = RemoveSigner(BUYER, idOf(BUYER_TRADER), soon());
        refuses(signedCall(op, SUPPLIER_MANAGER), unauthorised(BUYER, SUPPLIER_MANAGER, Rights.MANAGE));
        refuses(signedCall(op, OPERATOR_MANAGER), unauthorised(BUYER, OPERATOR_MANAGER, Rights.MANAGE));
    }

    /// @dev Nobody stands above the operator and the regulator; each keeps a manager too.
    function test_RemoveSigner_OfTheRegulator_IsItsOwnAffair() public {
        RemoveSigner memory op = RemoveSigner(REGULATOR, idOf(SUPERVISOR), soon());
        refuses(signedCall(op, OPERATOR_MANAGER), unauthorised(REGULATOR, OPERATOR_MANAGER, Rights.MANAGE));
        refuses(signedCall(op, SUPERVISOR), unauthorised(REGULATOR, SUPERVISOR, Rights.MANAGE));
        accepts(signedCall(op, REGULATOR_MANAGER));
        op.signerId = idOf(REGULATOR_MANAGER);
        refuses(
            signedCall(op, REGULATOR_MANAGER), abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, REGULATOR)
        );
        op = RemoveSigner(OPERATOR, idOf(OPERATOR_MANAGER), soon());
        refuses(
            signedCall(op, OPERATOR_MANAGER), abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, OPERATOR)
        );
    }

    function test_RemoveSigner_ALostPasskey_SignsNoMore() public {
        add(BUYER, OUTSIDER_PASSKEY, Rights.TRADE);
        bytes memory issued = issueCall(issueOp(), OUTSIDER_PASSKEY, SUPPLIER_TRADER);
        accepts(signedCall(RemoveSigner(BUYER, idOf(OUTSIDER_PASSKEY), soon()), BUYER_MANAGER));
        refuses(issued, unauthorised(BUYER, OUTSIDER_PASSKEY, Rights.TRADE));
    }

    function test_RemoveSigner_OfASuspendedParty_IsAccepted() public {
        setStanding(BUYER, Standing.Suspended);
        accepts(signedCall(RemoveSigner(BUYER, idOf(BUYER_TRADER), soon()), BUYER_MANAGER));
    }

    function test_RemoveSigner_Twice_IsRefused() public {
        RemoveSigner memory op = RemoveSigner(BUYER, idOf(BUYER_TRADER), soon());
        bytes memory removal = signedCall(op, BUYER_MANAGER);
        accepts(removal);
        refuses(removal, signerUnknown(op.signerId, BUYER));
    }

    function test_RemoveSigner_WhatItSignedBefore_IsWorthNothingAfter() public {
        bytes memory opened = openCall(openOp(issue()));
        bytes memory issued = issueCall(issueOp());
        accepts(signedCall(RemoveSigner(BUYER, idOf(BUYER_TRADER), soon()), BUYER_MANAGER));
        accepts(signedCall(RemoveSigner(BANK, idOf(APPROVER), soon()), BANK_MANAGER));
        refuses(issued, unauthorised(BUYER, BUYER_TRADER, Rights.TRADE));
        refuses(opened, unauthorised(BANK, APPROVER, Rights.APPROVE));
    }

    function test_RemoveSigner_AManagerOfTwo_MayLeave() public {
        accepts(signedCall(RemoveSigner(BANK, idOf(BANK_MANAGER), soon()), BANK_MANAGER));
        refuses(
            signedCall(RemoveSigner(BANK, idOf(BANK_HEAD), soon()), BANK_HEAD),
            abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, BANK)
        );
    }

    function test_RemoveSigner_Accepted_KeepsThePartyAndNoRights() public {
        Vm.Log memory log = accepts(signedCall(RemoveSigner(BANK, idOf(BANK_HEAD), soon()), BANK_MANAGER));
        equal(log.topics[0], ILedgerEvents.SignerRemoved.selector, "event");
        equal(uint256(log.topics[1]), PartyId.unwrap(BANK), "party of the event");
        equal(log.topics[2], idOf(BANK_HEAD), "signer of the event");
        equal(log.data, "", "data of the event");
        SignerRecord memory found = ledger.signer(idOf(BANK_HEAD));
        equal(PartyId.unwrap(found.party), PartyId.unwrap(BANK), "party of the signer");
        equal(found.rights, 0, "rights of the signer");
        equal(ledger.party(BANK).signers, 3, "signers");
        equal(ledger.party(BANK).managers, 1, "managers");
        equal(ledger.party(BANK).lastSigner, 4, "numbers given out");
        equal(found.number, 4, "number of the signer");
    }

    /// @dev A party can give up every signer but its last manager, in any order.
    function testFuzz_RemoveSigner_InAnyOrder_LeavesAManager(uint256 seed) public {
        Key[4] memory keys = [APPROVER, DISBURSER, BANK_MANAGER, BANK_HEAD];
        uint16 signers = 4;
        for (uint256 i = 0; i < 8; i++) {
            Key key = keys[uint256(keccak256(abi.encode(seed, i))) % 4];
            uint8 rights = ledger.signer(idOf(key)).rights;
            RemoveSigner memory op = RemoveSigner(BANK, idOf(key), soon());
            Key manager = ledger.signer(idOf(BANK_MANAGER)).rights == 0 ? BANK_HEAD : BANK_MANAGER;
            if (rights == 0) {
                refuses(signedCall(op, manager), signerUnknown(op.signerId, BANK));
            } else if (rights & Rights.MANAGE != 0 && ledger.party(BANK).managers == 1) {
                refuses(signedCall(op, manager), abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, BANK));
            } else {
                accepts(signedCall(op, manager));
                signers--;
            }
            equal(ledger.party(BANK).signers, signers, "signers");
            isTrue(ledger.party(BANK).managers > 0, "no manager left");
        }
    }

    function signedCall(RemoveSigner memory op, Key manager) private view returns (bytes memory) {
        return call(op, sign(manager, hashOf(op)));
    }

    function call(RemoveSigner memory op, bytes memory manager) private pure returns (bytes memory) {
        return abi.encodeCall(IRegistry.removeSigner, (op, manager));
    }

    function signerUnknown(bytes32 signerId, PartyId id) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignerUnknown.selector, signerId, id);
    }
}
