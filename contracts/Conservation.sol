// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Types.sol";

/// @title The arithmetic of what is owed: nothing comes from nothing and nothing is lost
/// @notice Pure, so that a solver proves it for all amounts and all sequences of operations: see tests/contracts/proof/. Whoever calls has
/// checked the bounds; a breach of them reverts.
library Conservation {
    /// @notice What of a receivable can be moved, pledged or paid: what nobody disputes.
    function free(uint40 amountFen, uint40 disputedFen) internal pure returns (uint40) {
        return amountFen - disputedFen;
    }

    /// @notice What is left of a receivable of which a part went to a child, was redeemed or was given up.
    function remainder(uint40 amountFen, uint40 partFen) internal pure returns (uint40) {
        return amountFen - partFen;
    }

    /// @notice What the borrower still owes of the principal that was paid out.
    function outstanding(uint40 disbursedFen, uint40 repaidFen, uint40 writtenOffFen) internal pure returns (uint40) {
        return disbursedFen - repaidFen - writtenOffFen;
    }

    /// @notice The state in which a loan ends of which nothing is outstanding.
    /// @dev Repaid, or written off until all of that is recovered.
    function endOf(uint40 writtenOffFen, uint40 recoveredFen) internal pure returns (LoanStatus) {
        if (writtenOffFen > recoveredFen) return LoanStatus.WrittenOff;
        return writtenOffFen == 0 ? LoanStatus.Repaid : LoanStatus.Recovered;
    }

    /// @notice What of the credit limits is free again when principal went down by `reducedFen` and nothing is outstanding any more.
    /// @dev What was never disbursed lapses with the last of it. Recovering reduces nothing: what was written off is used no more.
    function freed(uint40 principalFen, uint40 disbursedFen, uint40 reducedFen) internal pure returns (uint40) {
        return reducedFen == 0 ? 0 : reducedFen + (principalFen - disbursedFen);
    }
}
