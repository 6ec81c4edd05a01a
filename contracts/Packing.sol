// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Types.sol";

// The one-slot records of the daily trade as words. The compiler stores a struct field by field, each time with a read and a write of the slot;
// packed first, it is one write. The layout is the compiler's own (the first field in the lowest bits, see Types.sol), so that it can be read
// from the outside as any struct, and the tests hold both against each other.

function packReceivable(Receivable memory r) pure returns (uint256) {
    return uint256(PartyId.unwrap(r.obligor)) | uint256(PartyId.unwrap(r.holder)) << 32 | uint256(r.amountFen) << 64
        | uint256(r.disputedFen) << 104 | uint256(r.maturityDate) << 144 | uint256(r.status) << 160
        | uint256(r.depth) << 168 | uint256(r.splits) << 176 | uint256(r.revision) << 184
        | uint256(ReceivableId.unwrap(r.parent)) << 200 | _bit(r.frozen) << 240 | _bit(r.reviewNeeded) << 248;
}

function unpackReceivable(uint256 word) pure returns (Receivable memory r) {
    r.obligor = PartyId.wrap(uint32(word));
    r.holder = PartyId.wrap(uint32(word >> 32));
    r.amountFen = uint40(word >> 64);
    r.disputedFen = uint40(word >> 104);
    r.maturityDate = uint16(word >> 144);
    r.status = ReceivableStatus(uint8(word >> 160));
    r.depth = uint8(word >> 168);
    r.splits = uint8(word >> 176);
    r.revision = uint16(word >> 184);
    r.parent = ReceivableId.wrap(uint40(word >> 200));
    r.frozen = uint8(word >> 240) != 0;
    r.reviewNeeded = uint8(word >> 248) != 0;
}

/// @dev Of the packed receivable, without unpacking the rest.
function isFrozen(uint256 word) pure returns (bool) {
    return uint8(word >> 240) != 0;
}

function packTerms(LoanTerms memory t) pure returns (uint256) {
    return uint256(t.principalFen) | uint256(PartyId.unwrap(t.bank)) << 40 | uint256(PartyId.unwrap(t.borrower)) << 72
        | uint256(ReceivableId.unwrap(t.receivable)) << 104 | uint256(t.annualRateBps) << 144 | uint256(t.dueDate) << 160
        | _bit(t.withRecourse) << 176 | uint256(t.approver) << 184 | uint256(t.secondApprover) << 200
        | _bit(t.extended) << 216 | _bit(t.recourseClaimed) << 224 | uint256(t.lapseDate) << 232;
}

function unpackTerms(uint256 word) pure returns (LoanTerms memory t) {
    t.principalFen = uint40(word);
    t.bank = PartyId.wrap(uint32(word >> 40));
    t.borrower = PartyId.wrap(uint32(word >> 72));
    t.receivable = ReceivableId.wrap(uint40(word >> 104));
    t.annualRateBps = uint16(word >> 144);
    t.dueDate = uint16(word >> 160);
    t.withRecourse = uint8(word >> 176) != 0;
    t.approver = uint16(word >> 184);
    t.secondApprover = uint16(word >> 200);
    t.extended = uint8(word >> 216) != 0;
    t.recourseClaimed = uint8(word >> 224) != 0;
    t.lapseDate = uint16(word >> 232);
}

function packProgress(LoanProgress memory p) pure returns (uint256) {
    return uint256(p.disbursedFen) | uint256(p.repaidFen) << 40 | uint256(p.writtenOffFen) << 80
        | uint256(p.recoveredFen) << 120 | uint256(p.interestFen) << 160 | uint256(p.feeFen) << 200
        | uint256(p.revision) << 232 | uint256(p.status) << 248;
}

function unpackProgress(uint256 word) pure returns (LoanProgress memory p) {
    p.disbursedFen = uint40(word);
    p.repaidFen = uint40(word >> 40);
    p.writtenOffFen = uint40(word >> 80);
    p.recoveredFen = uint40(word >> 120);
    p.interestFen = uint40(word >> 160);
    p.feeFen = uint32(word >> 200);
    p.revision = uint16(word >> 232);
    p.status = LoanStatus(uint8(word >> 248));
}

function _bit(bool value) pure returns (uint256) {
    return value ? 1 : 0;
}
