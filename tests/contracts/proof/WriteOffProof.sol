// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Conservation} from "../../../contracts/Conservation.sol";
import "../../../contracts/Types.sol";
import {amountsHold, exposureOf} from "./LoanAmounts.sol";

/// @title Writing off keeps the amounts and the exposure, and ends in the state written off
contract WriteOffProof {
    function WriteOff_KeepsIt(
        uint40 principal,
        uint40 disbursed,
        uint40 repaid,
        uint40 writtenOff,
        uint40 recovered,
        uint64 amount
    ) external pure {
        require(amountsHold(principal, disbursed, repaid, writtenOff, recovered));
        require(amount >= 1 && amount <= Conservation.outstanding(disbursed, repaid, writtenOff));
        uint40 used = exposureOf(LoanStatus.Defaulted, principal, repaid, writtenOff);
        uint40 lost = uint40(amount);
        writtenOff += lost;
        assert(lost == amount);
        assert(amountsHold(principal, disbursed, repaid, writtenOff, recovered));
        if (Conservation.outstanding(disbursed, repaid, writtenOff) > 0) {
            assert(used - lost == exposureOf(LoanStatus.Defaulted, principal, repaid, writtenOff));
        } else {
            assert(used == Conservation.freed(principal, disbursed, lost));
            assert(Conservation.endOf(writtenOff, recovered) == LoanStatus.WrittenOff);
        }
    }
}
