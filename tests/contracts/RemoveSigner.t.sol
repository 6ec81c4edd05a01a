// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, BANK_HEAD, BANK_MANAGER, BUYER, BUYER_MANAGER, BUYER_TRADER, OPERATOR_MANAGER, STRANGER,
    SUPPLIER_MANAGER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Key} from "./support/Signing.sol";
import {Trading} from "./support/Trading.sol";
import {Vm} from "./support/Vm.sol";

contract RemoveSignerTest is Trading {
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
