// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {
    BANK, BANK_MANAGER, BUYER, BUYER_MANAGER, BUYER_TRADER, OPERATOR_MANAGER, OUTSIDER, OUTSIDER_P256, OUTSIDER_PASSKEY,
    REGULATOR_MANAGER, STRANGER, SUPERVISOR
} from "./support/LedgerTest.sol";
import {Key, P256_KEY, PASSKEY} from "./support/Signing.sol";
import {Vm} from "./support/Vm.sol";

contract AddSignerTest is Circumstances {
    function test_AddSigner_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        AddSigner memory op = AddSigner(STRANGER, hex"1234", 0, uint64(block.timestamp - 1));

        refuses(call(op, "", ""), expired(op.deadline));
        op.deadline = soon();
        refuses(call(op, "", ""), abi.encodeWithSelector(ILedgerErrors.PartyUnknown.selector, STRANGER));
        op.party = BUYER;
        refuses(call(op, "", ""), abi.encodeWithSelector(ILedgerErrors.SignerMalformed.selector, 2));
        op.signer = signerOf(BUYER_TRADER);
        refuses(call(op, "", ""), rightsUnfit(PartyKind.Enterprise, 0, Rights.ENTERPRISE));
        op.rights = Rights.ENTERPRISE;
        refuses(
            call(op, "", ""), abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(BUYER_TRADER), BUYER)
        );
        op.signer = signerOf(OUTSIDER);
        refuses(call(op, "", ""), malformed());
        refuses(
            signedCall(op, BUYER_MANAGER, OUTSIDER_P256),
            abi.encodeWithSelector(ILedgerErrors.SignerMismatch.selector, idOf(OUTSIDER), idOf(OUTSIDER_P256))
        );
        refuses(call(op, "", sign(OUTSIDER, hashOf(op))), malformed());
        refuses(signedCall(op, BUYER_TRADER, OUTSIDER), unauthorised(BUYER, BUYER_TRADER, Rights.MANAGE));
        setLastSigner(BUYER, type(uint16).max);
        refuses(
            signedCall(op, BUYER_MANAGER, OUTSIDER),
            abi.encodeWithSelector(ILedgerErrors.SignersExhausted.selector, BUYER)
        );
        setLastSigner(BUYER, type(uint16).max - 1);
        accepts(signedCall(op, BUYER_MANAGER, OUTSIDER));
    }

    /// @dev Nobody is in force before a manager that is has signed.
    function test_AddSigner_ThatAdmitsItself_IsRefused() public {
        AddSigner memory op = addOp(BUYER, OUTSIDER, Rights.MANAGE);
        refuses(signedCall(op, OUTSIDER, OUTSIDER), unauthorised(BUYER, OUTSIDER, Rights.MANAGE));
    }

    function test_AddSigner_ByAManagerOfAnotherParty_IsRefused() public {
        AddSigner memory op = addOp(BUYER, OUTSIDER, Rights.TRADE);
        refuses(signedCall(op, BANK_MANAGER, OUTSIDER), unauthorised(BUYER, BANK_MANAGER, Rights.MANAGE));
        refuses(signedCall(op, OPERATOR_MANAGER, OUTSIDER), unauthorised(BUYER, OPERATOR_MANAGER, Rights.MANAGE));
    }

    function test_AddSigner_OfAnotherParty_IsRefused() public {
        AddSigner memory op = addOp(BANK, BUYER_TRADER, Rights.APPROVE);
        refuses(
            signedCall(op, BANK_MANAGER, BUYER_TRADER),
            abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(BUYER_TRADER), BUYER)
        );
    }

    function test_AddSigner_ByAManagerRemovedMeanwhile_IsRefused() public {
        AddSigner memory first = addOp(BUYER, OUTSIDER, Rights.MANAGE);
        accepts(signedCall(first, BUYER_MANAGER, OUTSIDER));
        AddSigner memory late = addOp(BUYER, OUTSIDER_P256, Rights.MANAGE);
        bytes memory prepared = signedCall(late, BUYER_MANAGER, OUTSIDER_P256);
        remove(BUYER, BUYER_MANAGER);
        refuses(prepared, unauthorised(BUYER, BUYER_MANAGER, Rights.MANAGE));
    }

    function test_AddSigner_ToTheOperator_GivesARegistrar() public {
        AddSigner memory op = addOp(OPERATOR, OUTSIDER, Rights.OF_OPERATOR);
        accepts(signedCall(op, OPERATOR_MANAGER, OUTSIDER));
        equal(ledger.signer(idOf(OUTSIDER)).rights, Rights.OF_OPERATOR, "rights");
    }

    /// @dev The operator has no say in it.
    function test_AddSigner_ToTheRegulator_GivesASupervisor() public {
        AddSigner memory op = addOp(REGULATOR, OUTSIDER, Rights.SUPERVISE);
        refuses(signedCall(op, OPERATOR_MANAGER, OUTSIDER), unauthorised(REGULATOR, OPERATOR_MANAGER, Rights.MANAGE));
        refuses(signedCall(op, SUPERVISOR, OUTSIDER), unauthorised(REGULATOR, SUPERVISOR, Rights.MANAGE));
        accepts(signedCall(op, REGULATOR_MANAGER, OUTSIDER));
        equal(ledger.signer(idOf(OUTSIDER)).rights, Rights.SUPERVISE, "rights");
        equal(ledger.party(REGULATOR).signers, 3, "signers");
    }

    /// @dev One key as a P-256 signer and as a passkey would be two signers, and four eyes two.
    function test_AddSigner_AKeyThatIsAPasskeyAlready_IsTaken() public {
        accepts(signedCall(addOp(BUYER, OUTSIDER_PASSKEY, Rights.TRADE), BUYER_MANAGER, OUTSIDER_PASSKEY));
        Key bare = Key.wrap(secretOf(OUTSIDER_PASSKEY) | P256_KEY);
        bytes memory taken = abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(OUTSIDER_PASSKEY), BUYER);
        refuses(signedCall(addOp(BUYER, bare, Rights.TRADE), BUYER_MANAGER, bare), taken);
        refuses(signedCall(addOp(BANK, bare, Rights.APPROVE), BANK_MANAGER, bare), taken);
    }

    function test_AddSigner_APasskeyWhoseKeyIsASignerAlready_IsTaken() public {
        accepts(signedCall(addOp(BUYER, OUTSIDER_P256, Rights.TRADE), BUYER_MANAGER, OUTSIDER_P256));
        Key passkey = Key.wrap(secretOf(OUTSIDER_P256) | PASSKEY);
        refuses(
            signedCall(addOp(BANK, passkey, Rights.APPROVE), BANK_MANAGER, passkey),
            abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(OUTSIDER_P256), BUYER)
        );
    }

    /// @dev A number is given once: an approval that names it stays that signer's.
    function test_AddSigner_AfterARemoval_TakesTheNextNumber() public {
        accepts(signedCall(addOp(BUYER, OUTSIDER, Rights.TRADE), BUYER_MANAGER, OUTSIDER));
        remove(BUYER, OUTSIDER);
        accepts(signedCall(addOp(BUYER, OUTSIDER_P256, Rights.TRADE), BUYER_MANAGER, OUTSIDER_P256));
        equal(ledger.signer(idOf(OUTSIDER)).number, 3, "number of the removed one");
        equal(ledger.signer(idOf(OUTSIDER_P256)).number, 4, "number of the new one");
    }

    function test_AddSigner_ToASuspendedParty_IsAccepted() public {
        setStanding(BUYER, Standing.Suspended);
        accepts(signedCall(addOp(BUYER, OUTSIDER, Rights.TRADE), BUYER_MANAGER, OUTSIDER));
    }

    function test_AddSigner_Accepted_StandsAsSigned() public {
        AddSigner memory op = addOp(BUYER, OUTSIDER_P256, Rights.ENTERPRISE);
        Vm.Log memory log = accepts(signedCall(op, BUYER_MANAGER, OUTSIDER_P256));

        equal(log.topics[0], ILedgerEvents.SignerAdded.selector, "event");
        equal(uint256(log.topics[1]), PartyId.unwrap(BUYER), "party of the event");
        equal(log.topics[2], idOf(OUTSIDER_P256), "signer of the event");
        equal(log.data, abi.encode(op.signer, op.rights), "data of the event");
        SignerRecord memory found = ledger.signer(idOf(OUTSIDER_P256));
        equal(PartyId.unwrap(found.party), PartyId.unwrap(BUYER), "party of the signer");
        equal(found.rights, Rights.ENTERPRISE, "rights of the signer");
        equal(found.number, 3, "number of the signer");
        equal(ledger.party(BUYER).signers, 3, "signers");
        equal(ledger.party(BUYER).managers, 2, "managers");
        refuses(
            signedCall(op, BUYER_MANAGER, OUTSIDER_P256),
            abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(OUTSIDER_P256), BUYER)
        );
    }

    function testFuzz_AddSigner_RightsThatDoNotFit_AreRefused(uint8 rights, uint8 who) public {
        PartyId[4] memory parties = [OPERATOR, BUYER, BANK, REGULATOR];
        uint8[4] memory allowed = [Rights.OF_OPERATOR, Rights.ENTERPRISE, Rights.BANK, Rights.OF_REGULATOR];
        Key[4] memory managers = [OPERATOR_MANAGER, BUYER_MANAGER, BANK_MANAGER, REGULATOR_MANAGER];
        who %= 4;
        vm.assume(rights == 0 || rights & ~allowed[who] != 0);
        AddSigner memory op = addOp(parties[who], OUTSIDER, rights);
        refuses(
            signedCall(op, managers[who], OUTSIDER),
            rightsUnfit(ledger.party(parties[who]).kind, rights, allowed[who])
        );
    }

    /// @dev Nobody reaches it by 65,535 operations in a test.
    function setLastSigner(PartyId id, uint16 last) private {
        uint256 parties = 8;
        overwrite(keccak256(abi.encode(id, parties)), 120, last);
        equal(ledger.party(id).lastSigner, last, "last signer as set");
    }

    function addOp(PartyId id, Key key, uint8 rights) private view returns (AddSigner memory) {
        return AddSigner(id, signerOf(key), rights, soon());
    }

    function signedCall(AddSigner memory op, Key manager, Key added) private view returns (bytes memory) {
        return call(op, sign(manager, hashOf(op)), sign(added, hashOf(op)));
    }

    function call(AddSigner memory op, bytes memory manager, bytes memory added) private pure returns (bytes memory) {
        return abi.encodeCall(IRegistry.addSigner, (op, manager, added));
    }

    function rightsUnfit(PartyKind kind, uint8 rights, uint8 allowed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.RightsUnfit.selector, kind, rights, allowed);
    }
}
