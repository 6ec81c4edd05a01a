// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    BUYER, BUYER_TRADER, LedgerTest, NOBODY, OPERATOR_MANAGER, OUTSIDER, OUTSIDER_P256, OUTSIDER_PASSKEY, REGISTRAR
} from "./support/LedgerTest.sol";
import {Key, P256_KEY, PASSKEY} from "./support/Signing.sol";
import {Vm} from "./support/Vm.sol";

contract RegisterPartyTest is LedgerTest {
    uint32 private constant NEXT = 8;

    function test_Register_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        PartyId next = PartyId.wrap(NEXT);
        RegisterParty memory op =
            RegisterParty(PartyKind.Operator, 109_999, "C3351", 0, new SignerGrant[](0), uint64(block.timestamp - 1));
        bytes[] memory proofs = new bytes[](3);

        refuses(call(op, "", proofs), expired(op.deadline));
        op.deadline = soon();
        refuses(call(op, "", proofs), kindWrong(PartyKind.Operator));
        op.kind = PartyKind.Regulator;
        refuses(call(op, "", proofs), kindWrong(PartyKind.Regulator));
        op.kind = PartyKind.None;
        refuses(call(op, "", proofs), kindWrong(PartyKind.None));
        op.kind = PartyKind.Enterprise;
        refuses(call(op, "", proofs), abi.encodeWithSelector(ILedgerErrors.SignerCountOutOfRange.selector, 0, 8));
        op.signers = new SignerGrant[](9);
        refuses(call(op, "", proofs), abi.encodeWithSelector(ILedgerErrors.SignerCountOutOfRange.selector, 9, 8));
        op.signers = new SignerGrant[](2);
        refuses(call(op, "", proofs), abi.encodeWithSelector(ILedgerErrors.SignaturesMismatch.selector, 2, 3));
        proofs = new bytes[](2);
        refuses(call(op, "", proofs), abi.encodeWithSelector(ILedgerErrors.RegionInvalid.selector, 109_999));
        op.regionCode = YONGKANG;
        refuses(call(op, "", proofs), abi.encodeWithSelector(ILedgerErrors.ProfileMissing.selector));
        op.profileHash = keccak256("profile");
        refuses(call(op, "", proofs), abi.encodeWithSelector(ILedgerErrors.SignerMalformed.selector, 0));
        op.signers[0] = grantOf(BUYER_TRADER, Rights.APPROVE);
        refuses(call(op, "", proofs), rightsUnfit(PartyKind.Enterprise, Rights.APPROVE, Rights.ENTERPRISE));
        op.signers[0].rights = Rights.TRADE;
        refuses(
            call(op, "", proofs), abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(BUYER_TRADER), BUYER)
        );
        op.signers[0].signer = signerOf(OUTSIDER);
        refuses(call(op, "", proofs), malformed());
        proofs[0] = sign(OUTSIDER_P256, hashOf(op));
        refuses(call(op, "", proofs), mismatch(OUTSIDER, OUTSIDER_P256));
        // The first signer is right; now the second one, which is looked at only after the first one's signature.
        proofs[0] = sign(OUTSIDER, hashOf(op));
        refuses(call(op, "", proofs), abi.encodeWithSelector(ILedgerErrors.SignerMalformed.selector, 0));
        op.signers[1] = grantOf(OUTSIDER_P256, Rights.TRADE);
        proofs[0] = sign(OUTSIDER, hashOf(op));
        proofs[1] = sign(OUTSIDER_P256, hashOf(op));
        refuses(call(op, "", proofs), abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, next));
        op.signers[1].rights = Rights.ENTERPRISE;
        proofs[0] = sign(OUTSIDER, hashOf(op));
        proofs[1] = sign(OUTSIDER_P256, hashOf(op));
        refuses(call(op, "", proofs), malformed());
        refuses(
            call(op, sign(OPERATOR_MANAGER, hashOf(op)), proofs),
            unauthorised(OPERATOR, OPERATOR_MANAGER, Rights.REGISTER)
        );
        accepts(call(op, sign(REGISTRAR, hashOf(op)), proofs));
    }

    /// @dev The control totals count so many and no more; the next one is refused by name.
    function test_Register_MoreThanTheTotalsCount_IsRefused() public {
        vm.store(address(ledger), 0, bytes32(uint256(type(uint24).max - 1) | uint256(type(uint16).max - 1) << 24));
        accepts(registerCall(single(PartyKind.Enterprise, OUTSIDER)));
        refuses(registerCall(single(PartyKind.Enterprise, OUTSIDER_P256)), exhausted(PartyKind.Enterprise));
        accepts(registerCall(single(PartyKind.Bank, OUTSIDER_P256)));
        refuses(registerCall(single(PartyKind.Bank, OUTSIDER_PASSKEY)), exhausted(PartyKind.Bank));
        equal(ledger.totals().enterprises, type(uint24).max, "enterprises");
        equal(ledger.totals().banks, type(uint16).max, "banks");
    }

    function single(PartyKind kind, Key manager) private view returns (RegisterParty memory op) {
        op = RegisterParty(kind, YONGKANG, "C3351", keccak256("one of many"), new SignerGrant[](1), soon());
        op.signers[0] = grantOf(manager, Rights.MANAGE);
    }

    function exhausted(PartyKind kind) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PartiesExhausted.selector, kind);
    }

    function test_Register_ByItsOwnNewSigner_IsRefused() public {
        RegisterParty memory op = enterprise("new", OUTSIDER, OUTSIDER_P256);
        bytes[] memory proofs = new bytes[](2);
        proofs[0] = sign(OUTSIDER, hashOf(op));
        proofs[1] = sign(OUTSIDER_P256, hashOf(op));
        refuses(call(op, proofs[0], proofs), unauthorised(OPERATOR, OUTSIDER, Rights.REGISTER));
    }

    function test_Register_TheSameSignerTwice_IsRefused() public {
        RegisterParty memory op = enterprise("new", OUTSIDER, OUTSIDER);
        refuses(
            registerCall(op),
            abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(OUTSIDER), PartyId.wrap(NEXT))
        );
    }

    function test_Register_TheSameOperationTwice_IsRefusedByItsSigners() public {
        bytes memory registration = registerCall(enterprise("new", OUTSIDER, OUTSIDER_P256));
        accepts(registration);
        refuses(
            registration,
            abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(OUTSIDER), PartyId.wrap(NEXT))
        );
    }

    function test_Register_ARefusedOne_TakesNoNumberAndNoSigner() public {
        RegisterParty memory op = enterprise("new", OUTSIDER, OUTSIDER_P256);
        bytes[] memory proofs = new bytes[](2);
        proofs[0] = sign(OUTSIDER, hashOf(op));
        proofs[1] = sign(OUTSIDER_P256, hashOf(op));
        refuses(call(op, "", proofs), malformed());
        equal(uint8(ledger.party(PartyId.wrap(NEXT)).kind), 0, "kind of the next number");
        equal(PartyId.unwrap(ledger.signer(idOf(OUTSIDER)).party), 0, "party of the signer");
        accepts(registerCall(op));
        equal(uint8(ledger.party(PartyId.wrap(NEXT)).kind), uint8(PartyKind.Enterprise), "kind");
    }

    /// @dev A verifier of its own would let a party prove anything.
    function test_Register_KeyOfAnotherVerifier_IsRefused() public {
        RegisterParty memory op = enterprise("new", OUTSIDER_P256, OUTSIDER);
        address[3] memory verifiers = [address(this), address(ledger), address(0)];
        for (uint256 i = 0; i < 3; i++) {
            op.signers[0].signer = signerBytes(OUTSIDER_P256, verifiers[i]);
            refuses(registerCall(op), abi.encodeWithSelector(ILedgerErrors.SignerMalformed.selector, 84));
        }
    }

    function test_Register_APasskeyThatDidNotVerifyItsUser_IsRefused() public {
        RegisterParty memory op = enterprise("new", OUTSIDER_PASSKEY, OUTSIDER);
        bytes[] memory proofs = new bytes[](2);
        proofs[0] = assertion(OUTSIDER_PASSKEY, digest(hashOf(op)), PRESENT_ONLY);
        proofs[1] = sign(OUTSIDER, hashOf(op));
        refuses(
            call(op, sign(REGISTRAR, hashOf(op)), proofs),
            abi.encodeWithSelector(ILedgerErrors.SignatureInvalid.selector, digest(hashOf(op)))
        );
        proofs[0] = sign(OUTSIDER_PASSKEY, hashOf(op));
        requireRegistered(op, accepts(call(op, sign(REGISTRAR, hashOf(op)), proofs)), 1);
    }

    function test_Register_Enterprise_StandsAsSigned() public {
        RegisterParty memory op = enterprise("new", OUTSIDER, OUTSIDER_P256);
        Vm.Log memory log = accepts(registerCall(op));
        requireRegistered(op, log, 1);
        equal(ledger.totals().enterprises, 4, "enterprises");
        equal(ledger.totals().banks, 2, "banks");
    }

    function test_Register_Bank_CountsAsABank() public {
        RegisterParty memory op = bank();
        op.signers = new SignerGrant[](1);
        op.signers[0] = grantOf(OUTSIDER, Rights.BANK);
        requireRegistered(op, accepts(registerCall(op)), 1);
        equal(ledger.totals().enterprises, 3, "enterprises");
        equal(ledger.totals().banks, 3, "banks");
    }

    function test_Register_EightP256Signers_FitsABatch() public {
        requireFitsABatch(P256_KEY);
    }

    function test_Register_EightPasskeys_FitsABatch() public {
        requireFitsABatch(PASSKEY);
    }

    /// @dev The most that one registration can be still fits the gas and the length of a batch's entry.
    function requireFitsABatch(uint256 scheme) private {
        RegisterParty memory op = bank();
        op.signers = new SignerGrant[](8);
        for (uint256 i = 0; i < 8; i++) op.signers[i] = grantOf(Key.wrap(scheme | (0x100 + i)), Rights.BANK);
        bytes32 structHash = hashOf(op);
        bytes[] memory proofs = new bytes[](8);
        for (uint256 i = 0; i < 8; i++) proofs[i] = sign(Key.wrap(scheme | (0x100 + i)), structHash);
        bytes[] memory batch = new bytes[](1);
        batch[0] = call(op, sign(REGISTRAR, structHash), proofs);
        equal(ledger.submit(batch)[0], "", "refusal");
        equal(ledger.party(PartyId.wrap(NEXT)).signers, 8, "signers");
    }

    function testFuzz_Register_RightsThatDoNotFit_AreRefused(uint8 rights, bool isBank) public {
        PartyKind kind = isBank ? PartyKind.Bank : PartyKind.Enterprise;
        uint8 allowed = isBank ? Rights.BANK : Rights.ENTERPRISE;
        vm.assume(rights == 0 || rights & ~allowed != 0);
        RegisterParty memory op = enterprise("new", OUTSIDER, OUTSIDER_P256);
        op.kind = kind;
        op.signers[0].rights = rights;
        refuses(registerCall(op), rightsUnfit(kind, rights, allowed));
    }

    function testFuzz_Register_SignerBytesOfAnotherLength_AreRefused(bytes memory signer) public {
        vm.assume(signer.length != 20 && signer.length != 84);
        RegisterParty memory op = enterprise("new", OUTSIDER, OUTSIDER_P256);
        op.signers[0].signer = signer;
        refuses(registerCall(op), abi.encodeWithSelector(ILedgerErrors.SignerMalformed.selector, signer.length));
    }

    function testFuzz_Register_KeyOfAnotherLength_IsRefused(bytes memory key, bool isPasskey_) public {
        vm.assume(key.length != 64 && key.length != 0);
        RegisterParty memory op = enterprise("new", OUTSIDER_P256, OUTSIDER);
        op.signers[0].signer = abi.encodePacked(isPasskey_ ? passkeyVerifier : p256Verifier, key);
        refuses(registerCall(op), abi.encodeWithSelector(ILedgerErrors.SignerMalformed.selector, 20 + key.length));
    }

    function testFuzz_Register_RegionsOutOfRange_AreRefused(uint32 regionCode) public {
        vm.assume(regionCode < 110_000 || regionCode > 829_999);
        RegisterParty memory op = enterprise("new", OUTSIDER, OUTSIDER_P256);
        op.regionCode = regionCode;
        refuses(registerCall(op), abi.encodeWithSelector(ILedgerErrors.RegionInvalid.selector, regionCode));
    }

    /// @dev Whatever fits stands as it was signed, and the totals count it once.
    function testFuzz_Register_WhateverFits_StandsAsSigned(
        bool isBank,
        uint32 regionCode,
        bytes5 industry,
        bytes32 profileHash,
        uint8 count,
        uint256 rightsSeed
    ) public {
        vm.assume(profileHash != 0);
        RegisterParty memory op = enterprise("new", OUTSIDER, OUTSIDER_P256);
        op.kind = isBank ? PartyKind.Bank : PartyKind.Enterprise;
        op.regionCode = 110_000 + regionCode % 720_000;
        op.industry = industry;
        op.profileHash = profileHash;
        op.signers = grants(1 + count % 3, isBank ? Rights.BANK : Rights.ENTERPRISE, rightsSeed);
        uint16 managers;
        for (uint256 i = 0; i < op.signers.length; i++) {
            if (op.signers[i].rights & Rights.MANAGE != 0) managers++;
        }
        if (managers == 0) {
            refuses(
                registerCall(op), abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, PartyId.wrap(NEXT))
            );
            return;
        }
        requireRegistered(op, accepts(registerCall(op)), managers);
        equal(ledger.totals().enterprises, isBank ? 3 : 4, "enterprises");
        equal(ledger.totals().banks, isBank ? 3 : 2, "banks");
    }

    /// @dev One signer of each scheme, with rights that fit.
    function grants(uint256 count, uint8 allowed, uint256 seed) private view returns (SignerGrant[] memory granted) {
        Key[3] memory keys = [OUTSIDER_PASSKEY, OUTSIDER, OUTSIDER_P256];
        granted = new SignerGrant[](count);
        for (uint256 i = 0; i < count; i++) {
            uint8 rights = uint8(seed >> (8 * i)) & allowed;
            granted[i] = grantOf(keys[i], rights == 0 ? allowed : rights);
        }
    }

    function requireRegistered(RegisterParty memory op, Vm.Log memory log, uint16 managers) private view {
        PartyId id = PartyId.wrap(NEXT);
        equal(log.topics[0], ILedgerEvents.PartyRegistered.selector, "event");
        equal(uint256(log.topics[1]), NEXT, "party of the event");
        equal(uint256(log.topics[2]), uint8(op.kind), "kind of the event");
        equal(uint256(log.topics[3]), op.regionCode, "region of the event");
        equal(log.data, abi.encode(op.industry, op.profileHash, op.signers), "data of the event");
        uint16 signers = uint16(op.signers.length);
        Party memory expected = Party({
            kind: op.kind,
            standing: Standing.Active,
            regionCode: op.regionCode,
            industry: op.industry,
            signers: signers,
            managers: managers,
            lastSigner: signers,
            revision: 0,
            standingRevision: 0,
            profileHash: op.profileHash
        });
        equal(abi.encode(ledger.party(id)), abi.encode(expected), "stored party");
        for (uint256 i = 0; i < signers; i++) {
            SignerRecord memory found = ledger.signer(keccak256(op.signers[i].signer));
            equal(PartyId.unwrap(found.party), NEXT, "party of a signer");
            equal(found.rights, op.signers[i].rights, "rights of a signer");
            equal(found.number, i + 1, "number of a signer");
        }
    }

    function call(RegisterParty memory op, bytes memory registrar, bytes[] memory proofs)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IRegistry.registerParty, (op, registrar, proofs));
    }

    function kindWrong(PartyKind actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PartyKindWrong.selector, NOBODY, PartyKind.Enterprise, actual);
    }

    function mismatch(Key expected, Key actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignerMismatch.selector, idOf(expected), idOf(actual));
    }

    function rightsUnfit(PartyKind kind, uint8 rights, uint8 allowed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.RightsUnfit.selector, kind, rights, allowed);
    }
}
