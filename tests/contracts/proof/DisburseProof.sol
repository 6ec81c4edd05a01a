// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Conservation} from "../../../contracts/Conservation.sol";
import {amountsHold} from "./LoanAmounts.sol";

/// @title Disbursing keeps the amounts and adds to what is outstanding what was paid out
contract DisburseProof {
    function Disburse_KeepsIt(
        uint40 principal,
        uint40 disbursed,
        uint40 repaid,
        uint40 writtenOff,
        uint40 recovered,
        uint64 amount
    ) external pure {
        require(amountsHold(principal, disbursed, repaid, writtenOff, recovered));
        require(amount >= 1 && amount <= principal - disbursed);
        uint40 owed = Conservation.outstanding(disbursed, repaid, writtenOff);
        disbursed += uint40(amount);
        assert(amountsHold(principal, disbursed, repaid, writtenOff, recovered));
        assert(Conservation.outstanding(disbursed, repaid, writtenOff) == owed + amount);
    }
}
