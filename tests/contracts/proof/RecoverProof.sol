// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Conservation} from "../../../contracts/Conservation.sol";
import "../../../contracts/Types.sol";
import {amountsHold} from "./LoanAmounts.sol";

/// @title Recovering keeps the amounts, frees nothing, and ends only when all came back
contract RecoverProof {
    function Recover_KeepsIt(
        uint40 principal,
        uint40 disbursed,
        uint40 repaid,
        uint40 writtenOff,
        uint40 recovered,
        uint64 amount
    ) external pure {
        require(amountsHold(principal, disbursed, repaid, writtenOff, recovered));
        require(amount >= 1 && amount <= writtenOff - recovered);
        uint40 back = uint40(amount);
        recovered += back;
        assert(back == amount);
        assert(amountsHold(principal, disbursed, repaid, writtenOff, recovered));
        assert(Conservation.freed(principal, disbursed, 0) == 0);
        LoanStatus end = Conservation.endOf(writtenOff, recovered);
        assert((end == LoanStatus.Recovered) == (writtenOff == recovered));
    }
}
