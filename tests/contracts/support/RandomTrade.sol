// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../../contracts/Operations.sol";
import {Book, Books} from "./Book.sol";
import {APPROVER, BANK_HEAD, BUYER, DISBURSER, OTHER_BANK, OUTSIDER, STRANGER} from "./LedgerTest.sol";
import {Key} from "./Signing.sol";
import {TradingErrors} from "./TradingErrors.sol";

/// @notice The scene of random trade: what stands on the ledger, fields that are mostly right, the rules that several operations share, and
/// the comparison of what should have happened with what did.
abstract contract RandomTrade is Books, TradingErrors {
    bytes32 internal constant TAKEN = keccak256("taken invoice");
    // Receivables and loans of the scene.
    uint40 internal constant FREE = 1;
    uint40 internal constant LENT = 2; // under loan 1, a part of which is disbursed
    uint40 internal constant APPROVED = 3; // under loan 2, by the bank's head
    uint40 internal constant GONE = 4;
    uint40 internal constant LONG = 5; // needs a review
    uint40 internal constant NONE = 9;

    uint256 internal random;
    bool internal wasAccepted;

    function setUp() public override {
        super.setUp();
        accepts(issueCall(issueOp(TAKEN)));
        issue();
        LoanId id = open(ReceivableId.wrap(LENT));
        disbursePart(id, FACE / 4);
        issue();
        openWith(ReceivableId.wrap(APPROVED), BANK_HEAD);
        issue();
        accepts(redeemCall(redeemOp(ReceivableId.wrap(GONE), FACE)));
        IssueReceivable memory long = issueOp();
        long.maturityDate = ledger.today() + MAX_TENOR_DAYS + 10;
        accepts(issueCall(long));
    }

    // ---- Circumstances and fields

    /// @dev Something has happened in the scene, or nothing.
    function set(uint256 seed) internal {
        random = seed;
        happen();
    }

    function happen() internal {
        if (rarely()) setStanding(PartyId.wrap(uint32(3 + roll(4))), Standing.Suspended);
        if (rarely()) setStanding(OTHER_BANK, Standing.Suspended);
        else if (rarely() && ledger.party(BUYER).standing == Standing.Active) setStanding(BUYER, Standing.StopListed);
        if (rarely()) freeze(ReceivableId.wrap(uint40(1 + roll(3))));
        if (rarely()) dispute(ReceivableId.wrap(uint40(1 + roll(3))), uint64(1 + roll(FACE)));
        if (rarely()) defaultAfterDueDate(LoanId.wrap(1));
        else if (rarely()) vm.warp(block.timestamp + roll(200) * 1 days);
    }

    function roll(uint256 sides) internal returns (uint256) {
        random = uint256(keccak256(abi.encode(random)));
        return random % sides;
    }

    function rarely() internal returns (bool) {
        return roll(10) == 0;
    }

    /// @dev Mostly within, often on a bound, now and then just or far outside.
    function amount(uint64 least, uint64 most) internal returns (uint64) {
        uint256 kind = roll(20);
        if (kind == 0) return least == 0 ? 0 : least - 1;
        if (kind == 1) return most + 1;
        if (kind == 2) return uint64(roll(type(uint64).max));
        if (kind < 6 || most <= least) return most;
        if (kind < 8) return least;
        return least + uint64(roll(most - least + 1));
    }

    function revision(uint16 current) internal returns (uint16) {
        return rarely() ? uint16(roll(type(uint16).max)) : current;
    }

    function deadline() internal returns (uint64) {
        if (rarely()) return uint64(block.timestamp - roll(2));
        return soon();
    }

    function hash() internal returns (bytes32) {
        return rarely() ? bytes32(0) : bytes32(random);
    }

    function party() internal returns (PartyId) {
        return rarely() ? STRANGER : PartyId.wrap(uint32(roll(9)));
    }

    function enterprise(PartyId usual) internal returns (PartyId) {
        return rarely() ? party() : usual;
    }

    function claim() internal returns (ReceivableId) {
        if (!rarely()) return ReceivableId.wrap(FREE);
        return ReceivableId.wrap(rarely() ? NONE : uint40(1 + roll(5)));
    }

    function loan() internal returns (LoanId) {
        return LoanId.wrap(rarely() ? NONE : uint40(1 + roll(2)));
    }

    function signing(Key usual) internal returns (Key) {
        if (!rarely()) return usual;
        Key[] memory keys = cast();
        return keys[roll(keys.length)];
    }

    // ---- Rules

    function inTime(uint64 until) internal view returns (bool) {
        return until >= block.timestamp;
    }

    function isFit(PartyId id, PartyKind kind) internal view returns (bool) {
        Party memory found = ledger.party(id);
        return found.kind == kind && found.standing != Standing.Suspended;
    }

    function isTradable(Receivable memory found, uint16 seen) internal pure returns (bool) {
        return found.status == ReceivableStatus.Active && found.revision == seen && !found.frozen;
    }

    /// @dev Only the trader of a party may sign for it; nobody may for a stranger.
    function isTraderOf(Key key, PartyId id) internal pure returns (bool) {
        return same(key, traderOf(id)) && !same(key, OUTSIDER);
    }

    function isApprover(Key key) internal pure returns (bool) {
        return same(key, APPROVER) || same(key, BANK_HEAD);
    }

    function same(Key a, Key b) internal pure returns (bool) {
        return Key.unwrap(a) == Key.unwrap(b);
    }

    function isDisburser(Key key) internal pure returns (bool) {
        return same(key, DISBURSER) || same(key, BANK_HEAD);
    }

    // ---- Running and comparing

    /// @dev Accepted exactly where it is allowed; otherwise with one of the errors that are documented.
    function run(bytes memory call, bool allowed, bytes memory documented) internal returns (bool) {
        (bool accepted, bytes memory reason) = address(ledger).call(call);
        isTrue(accepted == allowed, accepted ? "accepted what the rules forbid" : "refused what the rules allow");
        wasAccepted = accepted;
        if (accepted) return true;
        bool known;
        for (uint256 i = 0; i < documented.length; i += 4) {
            if (bytes4(reason) == selectorAt(documented, i)) known = true;
        }
        isTrue(known, "an error that the function does not document");
        return false;
    }

    function selectorAt(bytes memory selectors, uint256 place) internal pure returns (bytes4 selector) {
        assembly ("memory-safe") {
            selector := and(mload(add(add(selectors, 32), place)), shl(224, 0xffffffff))
        }
    }

    function compare(Book memory expected) internal view {
        equal(abi.encode(read()), abi.encode(expected), "book");
    }
}
