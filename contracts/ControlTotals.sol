// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "./IFinanceLedger.sol";
import "./Types.sol";

/// @title The control totals, in storage slots 0 and 1
/// @notice First in the order of inheritance, so that the headline figures can be proved from slot 0: see docs/architecture.md.
abstract contract ControlTotals is IFinanceLedger {
    Totals internal _totals;

    /// @inheritdoc IFinanceLedger
    function totals() external view returns (Totals memory) {
        return _totals;
    }
}
