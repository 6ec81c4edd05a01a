// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import "../../contracts/Operations.sol";
import {APPROVER, DISBURSER, MAKER, MAKER_TRADER, SUPPLIER_TRADER} from "./support/LedgerTest.sol";
import {Trading} from "./support/Trading.sol";

/// @notice Every verb on every state, the forbidden ones included.
contract TransitionsTest is Trading {
    function test_EveryVerbOnEveryReceivable_OnlyAnActiveOneChanges() public {
        for (uint8 status = 0; status <= uint8(ReceivableStatus.Redeemed); status++) {
            ReceivableId id = receivableIn(ReceivableStatus(status));
            equal(uint8(ledger.receivable(id).status), status, "status at the start");
            for (uint256 verb = 0; verb < 3; verb++) {
                uint256 before = vm.snapshotState();
                if (status == uint8(ReceivableStatus.Active)) {
                    accepts(receivableCall(verb, id));
                } else if (status == uint8(ReceivableStatus.None)) {
                    refuses(
                        receivableCall(verb, id), abi.encodeWithSelector(ILedgerErrors.ReceivableUnknown.selector, id)
                    );
                } else {
                    refuses(receivableCall(verb, id), statusWrong(id, ReceivableStatus(status)));
                }
                vm.revertToState(before);
            }
        }
    }

    function test_EveryVerbOnEveryLoan_EachHasItsOneState() public {
        for (uint8 status = 0; status <= uint8(LoanStatus.Repaid); status++) {
            LoanId id = loanIn(LoanStatus(status));
            equal(uint8(ledger.loan(id).status), status, "status at the start");
            tryLoan(disburseCall(DisburseLoan(id, FACE / 2, REGISTRATION, PAYMENT, soon()), DISBURSER), id, LoanStatus.Opened);
            tryLoan(repayCall(repayOp(id, 1, 1), DISBURSER), id, LoanStatus.Disbursed);
        }
    }

    function tryLoan(bytes memory call, LoanId id, LoanStatus needed) private {
        uint256 before = vm.snapshotState();
        LoanStatus actual = ledger.loan(id).status;
        if (actual == needed) accepts(call);
        else if (actual == LoanStatus.None) refuses(call, abi.encodeWithSelector(ILedgerErrors.LoanUnknown.selector, id));
        else refuses(call, abi.encodeWithSelector(ILedgerErrors.LoanStatusWrong.selector, id, needed, actual));
        vm.revertToState(before);
    }

    function receivableCall(uint256 verb, ReceivableId id) private view returns (bytes memory) {
        if (verb == 0) return assignCall(assignOp(id, MAKER, 1), SUPPLIER_TRADER, MAKER_TRADER);
        if (verb == 1) return redeemCall(redeemOp(id, 1), SUPPLIER_TRADER);
        OpenLoan memory op = openOp(receivableToCopy());
        op.application.receivable = id;
        op.application.revision = ledger.receivable(id).revision;
        return openCall(op, SUPPLIER_TRADER, APPROVER);
    }

    function receivableToCopy() private pure returns (ReceivableId) {
        return ReceivableId.wrap(1);
    }

    function receivableIn(ReceivableStatus status) private returns (ReceivableId id) {
        if (ledger.totals().receivables == 0) issue(); // the one to copy a loan's terms from
        if (status == ReceivableStatus.None) return ReceivableId.wrap(1_000);
        id = issue();
        if (status == ReceivableStatus.Pledged) open(id);
        if (status == ReceivableStatus.Redeemed) accepts(redeemCall(redeemOp(id, FACE)));
    }

    function loanIn(LoanStatus status) private returns (LoanId id) {
        if (status == LoanStatus.None) return LoanId.wrap(1_000);
        id = open(issue());
        if (status >= LoanStatus.Disbursed) accepts(disburseCall(disburseOp(id)));
        if (status == LoanStatus.Repaid) repayAll(id);
    }
}
