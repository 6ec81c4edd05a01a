// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {
    BUYER, BUYER_TRADER, OUTSIDER_P256, SUPPLIER, SUPPLIER_MANAGER, SUPPLIER_TRADER
} from "./support/LedgerTest.sol";
import {Key} from "./support/Signing.sol";
import {Trading} from "./support/Trading.sol";

/// @notice Tries every way to be wrong on an issue, whose obligor signs with secp256k1 and whose holder signs with P-256. Passkeys have a file of
/// their own.
contract SignaturesTest is Trading {
    bytes private encoded;
    bytes32 private signed;
    bytes private obligor;
    bytes private holder;

    function setUp() public override {
        super.setUp();
        encoded = abi.encode(issueOp());
        signed = digest(hashOf(op()));
        obligor = sign(BUYER_TRADER, hashOf(op()));
        holder = sign(SUPPLIER_TRADER, hashOf(op()));
    }

    function test_Signatures_TheRightOnes_AreAccepted() public {
        accepts(call(obligor, holder));
    }

    function test_Secp256k1_HighS_IsRefused() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secretOf(BUYER_TRADER), signed);
        bytes32 high = bytes32(SECP256K1_ORDER - uint256(s));
        refuses(call(abi.encodePacked(uint8(1), r, high, uint8(55 - v)), holder), invalid(signed));
    }

    function test_Secp256k1_ZeroAndOverflowingValues_AreRefused() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secretOf(BUYER_TRADER), signed);
        refuses(call(abi.encodePacked(uint8(1), bytes32(0), bytes32(0), v), holder), invalid(signed));
        refuses(call(abi.encodePacked(uint8(1), bytes32(0), s, v), holder), invalid(signed));
        refuses(call(abi.encodePacked(uint8(1), r, bytes32(0), v), holder), invalid(signed));
        refuses(call(abi.encodePacked(uint8(1), bytes32(SECP256K1_ORDER), s, v), holder), invalid(signed));
    }

    function testFuzz_Secp256k1_AnotherV_IsRefused(uint8 v) public {
        vm.assume(v != 27 && v != 28);
        obligor[65] = bytes1(v);
        refuses(call(obligor, holder), invalid(signed));
    }

    function test_P256_HighS_IsRefused() public {
        (bytes32 r, bytes32 s) = signP256LowS(secretOf(SUPPLIER_TRADER), sha256(abi.encodePacked(signed)));
        bytes32 high = bytes32(P256_ORDER - uint256(s));
        refuses(call(obligor, p256(SUPPLIER_TRADER, r, high)), invalid(signed));
    }

    /// @dev The digest itself is not what the key signs.
    function test_P256_OverTheBareDigest_IsRefused() public {
        (bytes32 r, bytes32 s) = signP256LowS(secretOf(SUPPLIER_TRADER), signed);
        refuses(call(obligor, p256(SUPPLIER_TRADER, r, s)), invalid(signed));
    }

    function test_P256_ZeroAndOverflowingValues_AreRefused() public {
        (bytes32 r, bytes32 s) = signP256LowS(secretOf(SUPPLIER_TRADER), sha256(abi.encodePacked(signed)));
        refuses(call(obligor, p256(SUPPLIER_TRADER, 0, 0)), invalid(signed));
        refuses(call(obligor, p256(SUPPLIER_TRADER, r, 0)), invalid(signed));
        refuses(call(obligor, p256(SUPPLIER_TRADER, 0, s)), invalid(signed));
        refuses(call(obligor, p256(SUPPLIER_TRADER, bytes32(P256_ORDER), s)), invalid(signed));
    }

    function test_P256_KeyOffTheCurve_IsRefused() public {
        (bytes32 r, bytes32 s) = signP256LowS(secretOf(SUPPLIER_TRADER), sha256(abi.encodePacked(signed)));
        refuses(call(obligor, abi.encodePacked(uint8(2), uint256(0), uint256(0), r, s)), invalid(signed));
        refuses(call(obligor, abi.encodePacked(uint8(2), uint256(1), uint256(1), r, s)), invalid(signed));
    }

    /// @dev A valid signature under the signer's own key proves nothing for another party's key put in front of it.
    function test_P256_AnotherKeyInFrontOfTheSignature_IsRefused() public {
        (bytes32 r, bytes32 s) = signP256LowS(secretOf(OUTSIDER_P256), sha256(abi.encodePacked(signed)));
        refuses(call(obligor, p256(SUPPLIER_TRADER, r, s)), invalid(signed));
        refuses(call(obligor, p256(OUTSIDER_P256, r, s)), unauthorised(SUPPLIER, OUTSIDER_P256, Rights.TRADE));
    }

    function test_SchemeByte_OfTheOtherScheme_IsRefused() public {
        obligor[0] = 0x02;
        refuses(call(obligor, holder), malformedAt(66));
        obligor[0] = 0x01;
        holder[0] = 0x01;
        refuses(call(obligor, holder), malformedAt(129));
    }

    /// @dev As a passkey's signature, 3, it would be too short.
    function testFuzz_SchemeByte_Unknown_IsRefused(uint8 scheme) public {
        vm.assume(scheme != 1 && scheme != 2);
        obligor[0] = bytes1(scheme);
        refuses(call(obligor, holder), malformedAt(66));
        obligor = bytes.concat(obligor, new bytes(1_000));
        vm.assume(scheme != 3);
        refuses(call(obligor, holder), malformedAt(1_066));
    }

    function testFuzz_Length_Another_IsRefused(uint8 length, bool isP256Scheme) public {
        vm.assume(length != (isP256Scheme ? 129 : 66));
        bytes memory signature = new bytes(length);
        if (length > 0) signature[0] = isP256Scheme ? bytes1(0x02) : bytes1(0x01);
        refuses(call(signature, holder), malformedAt(length));
    }

    function testFuzz_AnyBitFlipped_IsRefused(uint8 byteAt, uint8 bit, bool ofHolder) public {
        bytes memory signature = ofHolder ? holder : obligor;
        uint256 place = byteAt % signature.length;
        signature[place] ^= bytes1(uint8(1 << (bit % 8)));
        (bool success,) = address(ledger).call(ofHolder ? call(obligor, signature) : call(signature, holder));
        isTrue(!success, "a signature with a flipped bit was accepted");
    }

    function test_Domain_AnotherChain_IsRefused() public {
        bytes32 foreign = digestOf(domainSeparator(block.chainid + 1, address(ledger)), hashOf(op()));
        refusesUnder(foreign);
        // And what was signed for this chain is worth nothing after a fork of it has taken another number.
        vm.chainId(block.chainid + 1);
        (bool success,) = address(ledger).call(call(obligor, holder));
        isTrue(!success, "a signature for another chain was accepted");
    }

    function test_Domain_AnotherLedger_IsRefused() public {
        refusesUnder(digestOf(domainSeparator(block.chainid, address(this)), hashOf(op())));
    }

    function test_Domain_ABareStructHash_IsRefused() public {
        refusesUnder(hashOf(op()));
    }

    /// @dev The fields of an assignment and of a redemption can be read as one another's; their type hashes keep them apart.
    function test_Type_ASignatureForAnotherOperation_IsRefused() public {
        accepts(call(obligor, holder));
        ReceivableId id = lastReceivable();
        RedeemReceivable memory redemption = redeemOp(id, FACE);
        AssignReceivable memory assignment = assignOp(id, BUYER, FACE);
        bytes memory signature = sign(SUPPLIER_TRADER, hashOf(assignment));
        refuses(
            abi.encodeCall(ITrading.redeemReceivable, (redemption, signature)),
            invalid(digest(hashOf(redemption)))
        );
    }

    /// @dev One signer belongs to one party, so that one signature cannot stand for both sides.
    function test_Roles_OneSignatureForBothSides_IsRefused() public {
        refuses(call(obligor, obligor), unauthorised(SUPPLIER, BUYER_TRADER, Rights.TRADE));
        refuses(call(holder, holder), unauthorised(BUYER, SUPPLIER_TRADER, Rights.TRADE));
        refuses(call(holder, obligor), unauthorised(BUYER, SUPPLIER_TRADER, Rights.TRADE));
    }

    function test_Roles_ASignerWithoutTheRight_IsRefused() public {
        refuses(
            call(obligor, signDigest(SUPPLIER_MANAGER, signed)), unauthorised(SUPPLIER, SUPPLIER_MANAGER, Rights.TRADE)
        );
    }

    /// @dev Bits beyond the width of a field are refused, not cut off: the signer has not seen them.
    function test_Calldata_DirtyBits_AreRefused() public {
        bytes memory dirty = call(obligor, holder);
        dirty[4] = 0x01; // above the 32 bits of the obligor
        (bool success, bytes memory reason) = address(ledger).call(dirty);
        isTrue(!success, "dirty bits were accepted");
        equal(reason, "", "reason");
    }

    function refusesUnder(bytes32 foreign) private {
        bytes memory byObligor = signDigest(BUYER_TRADER, foreign);
        bytes memory byHolder = signDigest(SUPPLIER_TRADER, foreign);
        refuses(call(obligor, byHolder), invalid(signed));
        // secp256k1 recovers some account from any digest: it is nobody's.
        (bool success, bytes memory reason) = address(ledger).call(call(byObligor, holder));
        isTrue(!success, "a signature under another digest was accepted");
        equal(bytes32(bytes4(reason)), bytes32(ILedgerErrors.SignerUnauthorised.selector), "reason");
    }

    function p256(Key key, bytes32 r, bytes32 s) private pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(secretOf(key));
        return abi.encodePacked(uint8(2), x, y, r, s);
    }

    /// @dev A list of structs cannot be stored as it is.
    function op() private view returns (IssueReceivable memory) {
        return abi.decode(encoded, (IssueReceivable));
    }

    function call(bytes memory byObligor, bytes memory byHolder) private view returns (bytes memory) {
        return abi.encodeCall(ITrading.issueReceivable, (op(), byObligor, byHolder));
    }

    function invalid(bytes32 checked) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignatureInvalid.selector, checked);
    }

    function malformedAt(uint256 length) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignatureMalformed.selector, length);
    }
}
