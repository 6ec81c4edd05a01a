// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {BUYER_TRADER, OUTSIDER_P256, OUTSIDER_PASSKEY, SUPPLIER} from "./support/LedgerTest.sol";
import {Key, P256_KEY, PASSKEY} from "./support/Signing.sol";

/// @notice Tries every way to be wrong on an issue whose holder signs with a passkey (WebAuthn level 2, section 7.2).
contract PasskeysTest is Circumstances {
    Key private constant STRANGE_PASSKEY = Key.wrap(0x74 | PASSKEY);
    /// Scheme byte, key, and the eight words of the shortest assertion.
    uint256 private constant MIN_LENGTH = 65 + 8 * 32;
    /// Of authenticatorData: hash of the relying party, flags, counter.
    uint256 private constant AUTHENTICATOR_LENGTH = 37;
    bytes1 private constant ABSENT = 0x04;
    bytes1 private constant BACKED_UP_BUT_NOT_ELIGIBLE = 0x15;

    bytes private encoded;
    bytes32 private signed;
    bytes private obligor;
    bytes private holder;

    function setUp() public override {
        super.setUp();
        add(SUPPLIER, OUTSIDER_PASSKEY, Rights.TRADE);
        prepare();
    }

    /// @dev An issue that nobody has submitted yet.
    function prepare() private {
        encoded = abi.encode(issueOp());
        signed = digest(hashOf(op()));
        obligor = sign(BUYER_TRADER, hashOf(op()));
        holder = sign(OUTSIDER_PASSKEY, hashOf(op()));
    }

    function test_Passkey_TheRightAssertion_IsAccepted() public {
        accepts(call(holder));
    }

    function test_Passkey_UserNotVerified_IsRefused() public {
        refuses(call(assertion(OUTSIDER_PASSKEY, signed, PRESENT_ONLY)), invalid());
    }

    function test_Passkey_UserNotPresent_IsRefused() public {
        refuses(call(assertion(OUTSIDER_PASSKEY, signed, ABSENT)), invalid());
    }

    /// @dev A key that says that it was backed up and cannot be is no passkey that follows the standard.
    function test_Passkey_BackupFlagsThatContradict_AreRefused() public {
        refuses(call(assertion(OUTSIDER_PASSKEY, signed, BACKED_UP_BUT_NOT_ELIGIBLE)), invalid());
    }

    function test_Passkey_AnotherChallenge_IsRefused() public {
        IssueReceivable memory other = op();
        other.amountFen -= 1;
        refuses(call(assertion(OUTSIDER_PASSKEY, digest(hashOf(other)), VERIFIED)), invalid());
        refuses(call(clientData("webauthn.get", "")), invalid());
        refuses(call(clientData("webauthn.get", string.concat(challenge(), "A"))), invalid());
        // Padded Base64 is another text than the unpadded one that browsers write.
        refuses(call(clientData("webauthn.get", string.concat(challenge(), "="))), invalid());
    }

    /// @dev What a registration signs is no approval.
    function test_Passkey_AnotherType_IsRefused() public {
        accepts(call(clientData("webauthn.get", challenge())));
        prepare();
        refuses(call(clientData("webauthn.create", challenge())), invalid());
        refuses(call(clientData("payment.get", challenge())), invalid());
        refuses(call(clientData("", challenge())), invalid());
    }

    /// @dev The place of the challenge is the submitter's word: it must point at a member of that name.
    function test_Passkey_PlacesThatPointElsewhere_AreRefused() public {
        uint256[5] memory wrong = [uint256(0), 22, 24, 10_000, type(uint256).max];
        for (uint256 i = 0; i < 5; i++) {
            refuses(call(withWord(2, wrong[i])), invalid());
            refuses(call(withWord(3, wrong[i])), invalid());
        }
    }

    /// @dev A challenge that is written into another member, its quotes escaped as JSON demands, is none.
    function test_Passkey_ChallengeInsideAnotherMember_IsRefused() public {
        string memory forged = string.concat(
            '{"type":"webauthn.get","challenge":"', Base64.encodeURL(abi.encodePacked(bytes32("other"))),
            '","origin":"https://x.example/\\"challenge\\":\\"', challenge(), '\\""}'
        );
        bytes memory signature = assertion(OUTSIDER_PASSKEY, authenticatorData(), forged);
        for (uint256 place = 0; place < bytes(forged).length; place++) {
            refuses(call(withWord(signature, 2, place)), invalid());
        }
    }

    function test_Passkey_HighS_IsRefused() public {
        refuses(call(withWord(1, P256_ORDER - wordOf(holder, 1))), invalid());
    }

    function test_Passkey_ZeroAndOverflowingValues_AreRefused() public {
        refuses(call(withWord(0, 0)), invalid());
        refuses(call(withWord(1, 0)), invalid());
        refuses(call(withWord(0, P256_ORDER)), invalid());
        refuses(call(withWord(1, P256_ORDER)), invalid());
    }

    function test_Passkey_AnotherKeyInFront_IsRefused() public {
        bytes memory stranger = sign(STRANGE_PASSKEY, hashOf(op()));
        refuses(call(stranger), unauthorised(SUPPLIER, STRANGE_PASSKEY, Rights.TRADE));
        refuses(call(bytes.concat(head(holder), tail(stranger))), invalid());
        refuses(call(bytes.concat(hex"03", new bytes(64), tail(holder))), invalid());
    }

    /// @dev The bare key behind a passkey has not verified any user: it is another signer, and nobody's.
    function test_Passkey_ItsBareKey_IsAnotherSigner() public {
        Key bare = Key.wrap(secretOf(OUTSIDER_PASSKEY) | P256_KEY);
        refuses(call(sign(bare, hashOf(op()))), unauthorised(SUPPLIER, bare, Rights.TRADE));
        Key dressed = Key.wrap(secretOf(OUTSIDER_P256) | PASSKEY);
        add(SUPPLIER, OUTSIDER_P256, Rights.TRADE);
        refuses(call(sign(dressed, hashOf(op()))), unauthorised(SUPPLIER, dressed, Rights.TRADE));
    }

    function test_Passkey_AnotherChainOrLedger_IsRefused() public {
        bytes32 chain = digestOf(domainSeparator(block.chainid + 1, address(ledger)), hashOf(op()));
        refuses(call(assertion(OUTSIDER_PASSKEY, chain, VERIFIED)), invalid());
        bytes32 contract_ = digestOf(domainSeparator(block.chainid, address(this)), hashOf(op()));
        refuses(call(assertion(OUTSIDER_PASSKEY, contract_, VERIFIED)), invalid());
        refuses(call(assertion(OUTSIDER_PASSKEY, hashOf(op()), VERIFIED)), invalid());
    }

    function test_Passkey_TheSchemeByteOfAnother_IsRefused() public {
        uint256 length = holder.length;
        for (uint8 scheme = 0; scheme < 3; scheme++) {
            holder[0] = bytes1(scheme);
            refuses(call(holder), malformedAt(length));
        }
    }

    /// @dev Authenticators count differently and sites have other names: neither is the ledger's affair.
    function test_Passkey_OfAnySite_WithAnyCounter_IsAccepted() public {
        bytes memory authenticator = abi.encodePacked(sha256("bank.example"), VERIFIED, uint32(4_711), "extensions");
        string memory json = string.concat(
            '{"type":"webauthn.get","challenge":"', challenge(), '","origin":"https://bank.example","topOrigin":"x"}'
        );
        accepts(call(assertion(OUTSIDER_PASSKEY, authenticator, json)));
    }

    function testFuzz_Passkey_CutOff_IsRefused(uint256 length) public {
        length = 1 + length % (holder.length - 1);
        bytes memory cut = holder;
        assembly ("memory-safe") {
            mstore(cut, length)
        }
        if (length < MIN_LENGTH) {
            refuses(call(cut), malformedAt(length));
            return;
        }
        // What is missing at the very end may be padding, which nobody signs.
        (bool success, bytes memory reason) = address(ledger).call(call(cut));
        if (success) isTrue(length >= holder.length - 31, "a cut off assertion was accepted");
        else equal(reason, invalid(), "reason");
    }

    function testFuzz_Passkey_Zeros_AreRefused(uint16 length) public {
        length %= 2_000;
        bytes memory zeros = new bytes(1 + length);
        zeros[0] = 0x03;
        refuses(call(zeros), zeros.length < MIN_LENGTH ? malformedAt(zeros.length) : invalid());
    }

    function testFuzz_Passkey_AnyBytes_AreRefused(bytes memory key, bytes memory rest) public {
        bytes memory signature = bytes.concat(hex"03", key, rest, new bytes(MIN_LENGTH));
        (bool success,) = address(ledger).call(call(signature));
        isTrue(!success, "random bytes were accepted");
    }

    /// @dev Whatever bit is flipped, of key, signature, places, flags or client data; only padding of the encoding is nobody's.
    function testFuzz_Passkey_AnyBitFlipped_IsRefused(uint256 place, uint8 bit) public {
        place %= holder.length;
        vm.assume(!isPadding(place));
        holder[place] ^= bytes1(uint8(1 << (bit % 8)));
        (bool success,) = address(ledger).call(call(holder));
        isTrue(!success, "an assertion with a flipped bit was accepted");
    }

    // ----

    /// @dev Of the encoded tail: six words, the length and the bytes of authenticatorData, the length and the bytes of clientDataJSON.
    function isPadding(uint256 place) private view returns (bool) {
        uint256 authenticatorAt = 65 + 7 * 32;
        uint256 jsonAt = authenticatorAt + 64 + 32;
        if (place < authenticatorAt) return false;
        if (place < authenticatorAt + 64) return place >= authenticatorAt + AUTHENTICATOR_LENGTH;
        return place >= jsonAt + wordOf(holder, 9);
    }

    function challenge() private view returns (string memory) {
        return Base64.encodeURL(abi.encodePacked(signed));
    }

    function authenticatorData() private pure returns (bytes memory) {
        return abi.encodePacked(sha256("financechain.example"), VERIFIED, uint32(0));
    }

    /// @dev Signed rightly, over client data of that type and challenge, with the places where they then stand.
    function clientData(string memory type_, string memory challenge_) private pure returns (bytes memory signature) {
        string memory json = string.concat(
            '{"type":"', type_, '","challenge":"', challenge_, '","origin":"https://financechain.example"}'
        );
        signature = assertion(OUTSIDER_PASSKEY, authenticatorData(), json);
        return withWord(signature, 2, bytes(type_).length + 11);
    }

    function withWord(uint256 word, uint256 value) private view returns (bytes memory) {
        return withWord(holder, word, value);
    }

    /// @dev A copy with another value in that word behind the key.
    function withWord(bytes memory signature, uint256 word, uint256 value) private pure returns (bytes memory changed) {
        changed = bytes.concat(signature);
        assembly ("memory-safe") {
            mstore(add(changed, add(97, mul(word, 32))), value)
        }
    }

    function wordOf(bytes memory signature, uint256 word) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(signature, add(97, mul(word, 32))))
        }
    }

    /// @dev Scheme byte and key.
    function head(bytes memory signature) private pure returns (bytes memory first) {
        first = new bytes(65);
        for (uint256 i = 0; i < 65; i++) first[i] = signature[i];
    }

    function tail(bytes memory signature) private pure returns (bytes memory rest) {
        rest = new bytes(signature.length - 65);
        for (uint256 i = 0; i < rest.length; i++) rest[i] = signature[65 + i];
    }

    /// @dev A list of structs cannot be stored as it is.
    function op() private view returns (IssueReceivable memory) {
        return abi.decode(encoded, (IssueReceivable));
    }

    function call(bytes memory byHolder) private view returns (bytes memory) {
        return abi.encodeCall(ITrading.issueReceivable, (op(), obligor, byHolder));
    }

    function invalid() private view returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignatureInvalid.selector, signed);
    }

    function malformedAt(uint256 length) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.SignatureMalformed.selector, length);
    }
}
