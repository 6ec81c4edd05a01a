// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "../../../contracts/Types.sol";

// Outstanding = lent - repaid - written off, and used = exposure, after any sequence of operations. Proved by induction: it holds of a new
// loan, and each operation, whatever its values, keeps it wherever it holds. The arithmetic is the ledger's own; the guards are repeated
// from it. One contract for each operation keeps what the solver is asked small.

/// @dev Of the amounts of one loan, whichever one it is. What it adds to the totals lent, repaid and written off are the same amounts.
function amountsHold(uint40 principal, uint40 disbursed, uint40 repaid, uint40 writtenOff, uint40 recovered) pure returns (bool) {
    return principal <= MAX_AMOUNT_FEN && disbursed <= principal && uint256(repaid) + writtenOff <= disbursed
        && recovered <= writtenOff;
}

/// @dev What a loan uses of the credit limits in each state.
function exposureOf(LoanStatus status, uint40 principal, uint40 repaid, uint40 writtenOff) pure returns (uint40) {
    bool live = status == LoanStatus.Disbursed || status == LoanStatus.Defaulted;
    return live ? principal - repaid - writtenOff : 0;
}
