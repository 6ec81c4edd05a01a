// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Conservation} from "../../../contracts/Conservation.sol";
import "../../../contracts/Types.sol";
import {amountsHold, exposureOf} from "./LoanAmounts.sol";

/// @title Repaying keeps the amounts and the exposure; what ends with it ends in the state that its losses say
contract RepayProof {
    function Repay_KeepsIt(
        LoanStatus status,
        uint40 principal,
        uint40 disbursed,
        uint40 repaid,
        uint40 writtenOff,
        uint40 recovered,
        uint64 amount
    ) external pure {
        require(amountsHold(principal, disbursed, repaid, writtenOff, recovered));
        require(status == LoanStatus.Disbursed || status == LoanStatus.Defaulted);
        uint40 owed = Conservation.outstanding(disbursed, repaid, writtenOff);
        require(owed > 0 && amount <= owed);
        uint40 used = exposureOf(status, principal, repaid, writtenOff);
        uint40 paid = uint40(amount);
        repaid += paid;
        assert(paid == amount);
        assert(amountsHold(principal, disbursed, repaid, writtenOff, recovered));
        if (Conservation.outstanding(disbursed, repaid, writtenOff) > 0) {
            assert(used - paid == exposureOf(status, principal, repaid, writtenOff));
        } else {
            status = Conservation.endOf(writtenOff, recovered);
            assert(used == Conservation.freed(principal, disbursed, paid));
            assert((status == LoanStatus.WrittenOff) == (writtenOff > recovered));
            assert(status == LoanStatus.WrittenOff || disbursed == uint256(repaid) + recovered);
        }
    }
}
