// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Simple interest, actual days over 360
/// @notice The day count of Chinese bank lending. The same function stands once in C# (`Interest`) and is tested against this one.
library Interest {
    uint256 private constant DAYS_PER_YEAR = 360;
    uint256 private constant BPS = 10_000;

    /// @notice Interest in fen, rounded down.
    function interestDown(uint64 principalFen, uint16 annualRateBps, uint16 tenorDays) internal pure returns (uint64) {
        // A uint64 times two uint16 stays far below 2^256, and the quotient may exceed uint64 only beyond MAX_AMOUNT_FEN.
        uint256 interest = uint256(principalFen) * annualRateBps * tenorDays / (BPS * DAYS_PER_YEAR);
        require(interest <= type(uint64).max, InterestTooLarge(interest));
        return uint64(interest);
    }

    error InterestTooLarge(uint256 interestFen);
}
