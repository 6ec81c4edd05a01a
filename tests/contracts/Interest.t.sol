// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Interest} from "../../contracts/Interest.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

contract InterestTest is LedgerTest {
    /// @dev 1,000,000.00 yuan at 4.35 % over 90 of 360 days: 10,875.00 yuan.
    function test_Interest_AKnownLoan_GivesItsKnownInterest() public view {
        equal(ledger.interestDown(100_000_000, 435, 90), 1_087_500, "interest");
        equal(ledger.interestDown(100_000_000, 435, 1), 12_083, "interest of a day, 12,083.33 fen");
        equal(ledger.interestDown(100_000_000, 360, 360), 3_600_000, "interest of a year of 360 days");
    }

    function test_Interest_OfNothing_IsNothing() public view {
        equal(ledger.interestDown(0, 435, 90), 0, "no principal");
        equal(ledger.interestDown(100_000_000, 0, 90), 0, "no rate");
        equal(ledger.interestDown(100_000_000, 435, 0), 0, "no day");
    }

    function test_Interest_BelowAFen_IsDropped() public view {
        equal(ledger.interestDown(3_599_999, 1, 1), 0, "just below one fen");
        equal(ledger.interestDown(3_600_000, 1, 1), 1, "one fen");
    }

    function test_Interest_TheMostThatALoanCanCarry_Fits() public view {
        equal(ledger.interestDown(MAX_AMOUNT_FEN, type(uint16).max, type(uint16).max), 1_193_010_062_500_000, "interest");
    }

    /// @dev Far beyond any loan; it is refused and not cut off.
    function test_Interest_BeyondItsType_IsRefused() public {
        uint256 exact = uint256(type(uint64).max) * type(uint16).max * type(uint16).max / 3_600_000;
        refuses(
            abi.encodeCall(IRegistry.interestDown, (type(uint64).max, type(uint16).max, type(uint16).max)),
            abi.encodeWithSelector(Interest.InterestTooLarge.selector, exact)
        );
    }

    /// @dev q = floor(n / d) if and only if q * d <= n < (q + 1) * d.
    function testFuzz_Interest_IsTheFloorOfTheExactValue(uint64 principalFen, uint16 rate, uint16 tenorDays) public view {
        principalFen %= MAX_AMOUNT_FEN + 1;
        uint256 interest = ledger.interestDown(principalFen, rate, tenorDays);
        uint256 exact = uint256(principalFen) * rate * tenorDays;
        isTrue(interest * 3_600_000 <= exact, "more than the exact interest");
        isTrue((interest + 1) * 3_600_000 > exact, "a whole fen less than the exact interest");
    }

    function testFuzz_Interest_InParts_IsNeverMoreThanInOne(uint64 principalFen, uint64 part, uint16 rate, uint16 tenorDays)
        public
        view
    {
        principalFen = 1 + principalFen % MAX_AMOUNT_FEN;
        part %= principalFen;
        uint256 whole = ledger.interestDown(principalFen, rate, tenorDays);
        uint256 parts =
            ledger.interestDown(part, rate, tenorDays) + ledger.interestDown(principalFen - part, rate, tenorDays);
        isTrue(parts <= whole && whole <= parts + 1, "parts differ by more than the one fen that rounding takes");
    }
}
