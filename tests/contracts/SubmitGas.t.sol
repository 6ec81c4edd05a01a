// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Trading} from "./support/Trading.sol";

/// @notice An entry that needs more gas than a batch gives one: an issue for more invoices than any ledger allows.
contract SubmitGasTest is Trading {
    uint64 private constant INVOICES = 100;

    /// @dev No ledger takes such parameters, so they are written past its check: slot 15, `maxInvoices` from bit 64.
    function setUp() public override {
        super.setUp();
        uint256 rules = uint256(vm.load(address(ledger), bytes32(uint256(15))));
        vm.store(address(ledger), bytes32(uint256(15)), bytes32(rules | uint256(type(uint8).max) << 64));
        equal(ledger.parameters().maxInvoices, type(uint8).max, "maxInvoices as set");
    }

    /// @dev It burns what one operation is given and not a unit of what the others need; alone it is accepted.
    function test_Submit_AnEntryThatUsesUpItsGas_IsRefusedAndStarvesNoOther() public {
        bytes[] memory batch = new bytes[](5);
        batch[0] = issueCall(issueOp(keccak256("a")));
        batch[1] = hungry("first");
        batch[2] = hungry("second");
        batch[3] = issueCall(issueOp(keccak256("b")));
        batch[4] = hungry("third");
        uint256 before = vm.snapshotState();
        uint256 gasBefore = gasleft();
        vm.recordLogs();
        bytes[] memory refusals = ledger.submit(batch);
        uint256 used = gasBefore - gasleft();
        equal(vm.getRecordedLogs().length, 5, "events");
        equal(refusals[0], "", "first");
        equal(refusals[3], "", "fourth");
        bytes memory malformedIssue = abi.encodeWithSelector(
            ILedgerErrors.OperationMalformed.selector, ITrading.issueReceivable.selector
        );
        for (uint256 i = 1; i < 5; i++) if (i != 3) equal(refusals[i], malformedIssue, "hungry");
        equal(ledger.totals().receivables, 2, "receivables");
        isTrue(used < 5 * (ledger.OPERATION_GAS() + 60_000), "more than five operations can use");
        vm.revertToState(before);
        accepts(batch[1]);
    }

    /// @dev With just the gas that the entries are promised, the last one still gets its share.
    function testFuzz_Submit_HungryEntries_NeverTurnAGoodOneIntoARefusal(uint256 gas_) public {
        gas_ = 800_000 + gas_ % 2_500_000;
        bytes[] memory batch = new bytes[](3);
        batch[0] = hungry("first");
        batch[1] = hungry("second");
        batch[2] = issueCall(issueOp(keccak256("a")));
        (bool success, bytes memory answer) = address(ledger).call{gas: gas_}(abi.encodeCall(ITrading.submit, (batch)));
        if (success) {
            equal(abi.decode(answer, (bytes[]))[2], "", "the good one");
            equal(ledger.totals().receivables, 1, "receivables");
        } else {
            equal(bytes32(bytes4(answer)), bytes32(ILedgerErrors.BatchGasTooLow.selector), "reason");
            equal(ledger.totals().receivables, 0, "receivables");
        }
    }

    function hungry(string memory name) private view returns (bytes memory) {
        IssueReceivable memory op = issueOp();
        op.invoices = new Invoice[](INVOICES);
        for (uint256 i = 0; i < INVOICES; i++) op.invoices[i] = Invoice(keccak256(abi.encode(name, i)), FACE);
        return issueCall(op);
    }
}
