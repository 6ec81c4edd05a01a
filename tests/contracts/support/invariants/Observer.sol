// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "../../../../contracts/interfaces/IFinanceLedger.sol";
import "../../../../contracts/Operations.sol";
import {Step} from "../handler/Steps.sol";
import {LedgerHandler} from "../LedgerHandler.sol";
import {Signing} from "../Signing.sol";
import {Assertions} from "../Assertions.sol";

/// @notice What the last step was about, as it is after it.
struct Now {
    Receivable receivable;
    Loan loan;
    Totals totals;
    uint16 day;
}

/// @notice Reads the ledger for the invariants. Each of them is a function with the name of what must hold. Those of a step compare what the
/// last operation was about before and after it; those of a sweep go through everything.
abstract contract Observer is Signing, Assertions {
    LedgerHandler internal handler;
    IFinanceLedger internal ledger;

    function observe(LedgerHandler handler_) internal {
        handler = handler_;
        ledger = handler_.theLedger();
    }

    /// @dev What the operation made is known by the ledger's own numbers, whether or not it should have been made.
    function lookAt(Step memory step) internal view returns (Now memory) {
        Totals memory totals = ledger.totals();
        if (totals.receivables > step.totalsBefore.receivables) step.receivable = totals.receivables;
        if (totals.loans > step.totalsBefore.loans) step.loan = totals.loans;
        return Now(receivableAt(step.receivable), loanAt(step.loan), totals, ledger.today());
    }

    function receivableAt(uint40 id) internal view returns (Receivable memory) {
        return ledger.receivable(ReceivableId.wrap(id));
    }

    function loanAt(uint40 id) internal view returns (Loan memory) {
        return ledger.loan(LoanId.wrap(id));
    }

    function isLive(LoanStatus status) internal pure returns (bool) {
        return status == LoanStatus.Opened || status == LoanStatus.Disbursed || status == LoanStatus.Defaulted;
    }

    /// @dev The receivable is free once its loan was repaid, cancelled or recovered.
    function isPledging(LoanStatus status) internal pure returns (bool) {
        return isLive(status) || status == LoanStatus.WrittenOff;
    }

    function hash(Receivable memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(value));
    }
}
