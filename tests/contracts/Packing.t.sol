// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../contracts/Packing.sol";
import "../../contracts/Types.sol";
import {Assertions} from "./support/Assertions.sol";

/// @notice The packed words against the compiler's own layout of the same structs in storage: whoever reads a slot from outside, by
/// `eth_getStorageAt` or `eth_getProof`, can use either.
contract PackingTest is Assertions {
    Receivable private receivable;
    LoanTerms private terms;
    LoanProgress private progress;

    function test_Receivable_IsPackedAsTheCompilerDoes(uint256 word, uint8 status, bool frozen, bool reviewNeeded) public {
        uint256 kept = word & ((1 << 160) - 1) | word & (type(uint256).max << 168) & ((1 << 240) - 1);
        uint256 sound = kept | uint256(status % 5) << 160 | (frozen ? uint256(1) << 240 : 0) | (reviewNeeded ? uint256(1) << 248 : 0);
        receivable = unpackReceivable(sound);
        uint256 stored;
        assembly ("memory-safe") {
            stored := sload(receivable.slot)
        }
        equal(stored, sound, "the compiler's slot");
        equal(packReceivable(receivable), sound, "packed again");
        isTrue(isFrozen(sound) == frozen, "frozen");
    }

    function test_Terms_ArePackedAsTheCompilerDoes(uint256 word, bool withRecourse, bool extended, bool claimed) public {
        uint256 kept = word & ((1 << 176) - 1) | word & (uint256(type(uint32).max) << 184)
            | word & (uint256(type(uint16).max) << 232);
        uint256 sound = kept | (withRecourse ? uint256(1) << 176 : 0) | (extended ? uint256(1) << 216 : 0)
            | (claimed ? uint256(1) << 224 : 0);
        terms = unpackTerms(sound);
        uint256 stored;
        assembly ("memory-safe") {
            stored := sload(terms.slot)
        }
        equal(stored, sound, "the compiler's slot");
        equal(packTerms(terms), sound, "packed again");
    }

    function test_Progress_IsPackedAsTheCompilerDoes(uint256 word, uint8 status) public {
        uint256 sound = word & ((1 << 248) - 1) | uint256(status % 8) << 248;
        progress = unpackProgress(sound);
        uint256 stored;
        assembly ("memory-safe") {
            stored := sload(progress.slot)
        }
        equal(stored, sound, "the compiler's slot");
        equal(packProgress(progress), sound, "packed again");
    }
}
