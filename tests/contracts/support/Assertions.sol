// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Comparisons that name what differs, in place of a test library.
abstract contract Assertions {
    error Different(string what, uint256 actual, uint256 expected);
    error DifferentBytes(string what, bytes actual, bytes expected);
    error Untrue(string what);

    function isTrue(bool condition, string memory what) internal pure {
        require(condition, Untrue(what));
    }

    function equal(uint256 actual, uint256 expected, string memory what) internal pure {
        require(actual == expected, Different(what, actual, expected));
    }

    function equal(bytes32 actual, bytes32 expected, string memory what) internal pure {
        require(actual == expected, Different(what, uint256(actual), uint256(expected)));
    }

    function equal(bytes memory actual, bytes memory expected, string memory what) internal pure {
        require(keccak256(actual) == keccak256(expected), DifferentBytes(what, actual, expected));
    }
}
