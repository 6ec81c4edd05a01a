// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "../../contracts/interfaces/IFinanceLedger.sol";
import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {
    BANK, BUYER, BUYER_TRADER, MAKER, OPERATOR_MANAGER, OUTSIDER, OUTSIDER_P256, SUPERVISOR
} from "./support/LedgerTest.sol";
import {Selectors} from "./support/Selectors.sol";
import {Vm} from "./support/Vm.sol";

contract SubmitTest is Circumstances, Selectors {
    uint256 private constant MAX_OPERATION_LENGTH = 12_288;

    function test_Submit_NoOperation_IsAnEmptyAnswer() public {
        equal(run(new bytes[](0)).length, 0, "refusals");
    }

    function test_Submit_TooLong_IsRefusedBeforeAnythingElse() public {
        bytes memory padded = bytes.concat(issueCall(issueOp()), new bytes(MAX_OPERATION_LENGTH));
        refusesEntry(
            padded,
            abi.encodeWithSelector(ILedgerErrors.OperationTooLong.selector, padded.length, MAX_OPERATION_LENGTH)
        );
        refusesEntry(
            bytes.concat(ITrading.submit.selector, new bytes(MAX_OPERATION_LENGTH)),
            abi.encodeWithSelector(
                ILedgerErrors.OperationTooLong.selector, MAX_OPERATION_LENGTH + 4, MAX_OPERATION_LENGTH
            )
        );
    }

    function test_Submit_Nested_IsRefused() public {
        bytes[] memory inner = new bytes[](1);
        inner[0] = issueCall(issueOp());
        refusesEntry(
            abi.encodeCall(ITrading.submit, (inner)), abi.encodeWithSelector(ILedgerErrors.BatchNested.selector)
        );
    }

    /// @dev They would succeed without an event.
    function test_Submit_Views_AreNoOperations() public {
        bytes4[18] memory views = registryViews();
        for (uint256 i = 0; i < views.length; i++) refusesUnknown(abi.encodePacked(views[i], new bytes(96)));
        refusesUnknown(abi.encodeWithSignature("eip712Domain()"));
        refusesUnknown(abi.encodeWithSignature("OPERATION_GAS()"));
        refusesUnknown(abi.encodeWithSignature("registry()"));
        refusesUnknown(abi.encodeWithSignature("servicing()"));
    }

    /// @dev Each is let in and fails only because nothing follows its selector.
    function test_Submit_EveryOperation_MayBeAnEntry() public {
        bytes4[6] memory trading = tradingOperations();
        for (uint256 i = 0; i < trading.length; i++) refusesMalformed(trading[i]);
        bytes4[12] memory registry = registryOperations();
        for (uint256 i = 0; i < registry.length; i++) refusesMalformed(registry[i]);
        bytes4[11] memory servicing = servicingOperations();
        for (uint256 i = 0; i < servicing.length; i++) refusesMalformed(servicing[i]);
    }

    function test_Submit_UnknownOrTooShort_IsRefused() public {
        refusesUnknown("");
        refusesUnknown(hex"1234");
        refusesUnknown(hex"deadbeef");
    }

    function test_Submit_CalldataThatDoesNotDecode_IsRefused() public {
        bytes memory cut = issueCall(issueOp());
        assembly ("memory-safe") {
            mstore(cut, 100)
        }
        refusesEntry(
            cut,
            abi.encodeWithSelector(
                ILedgerErrors.OperationMalformed.selector, ITrading.issueReceivable.selector
            )
        );
    }

    function test_Submit_ARefusedEntry_SaysWhichAndWhyAndStopsNoOther() public {
        bytes[] memory batch = new bytes[](4);
        batch[0] = issueCall(issueOp(keccak256("a")));
        batch[1] = issueCall(issueOp(keccak256("a")));
        batch[2] = issueCall(issueOp(keccak256("b")), OUTSIDER, OUTSIDER);
        batch[3] = issueCall(issueOp(keccak256("c")));
        (bytes[] memory refusals, Vm.Log[] memory logs) = runRecorded(batch);

        equal(refusals[0], "", "first");
        equal(
            refusals[1],
            abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, keccak256("a"), ReceivableId.wrap(1)),
            "second"
        );
        equal(bytes32(bytes4(refusals[2])), bytes32(ILedgerErrors.SignerUnauthorised.selector), "third");
        equal(refusals[3], "", "fourth");
        requireAligned(batch, refusals, logs);
        equal(ledger.totals().receivables, 2, "receivables");
        equal(ledger.totals().issuedFen, 2 * FACE, "issued");
    }

    /// @dev What one entry makes, the next may use: the numbers are known beforehand.
    function test_Submit_AWholeLife_InOneBatch() public {
        ReceivableId id = ReceivableId.wrap(1);
        uint256 before = vm.snapshotState();
        bytes[] memory batch = new bytes[](6);
        batch[0] = issueCall(issueOp(keccak256("a")));
        accepts(batch[0]);
        batch[1] = assignCall(assignOp(id, MAKER, FACE));
        accepts(batch[1]);
        batch[2] = openCall(openOp(id));
        accepts(batch[2]);
        batch[3] = disburseCall(disburseOp(LoanId.wrap(1)));
        accepts(batch[3]);
        batch[4] = repayCall(repayOp(LoanId.wrap(1), FACE / 2, 9));
        accepts(batch[4]);
        batch[5] = redeemCall(redeemOp(id, FACE));
        accepts(batch[5]);
        bytes32 singly = stateOf(1, 1);
        vm.revertToState(before);

        (bytes[] memory refusals, Vm.Log[] memory logs) = runRecorded(batch);
        requireAligned(batch, refusals, logs);
        for (uint256 i = 0; i < 6; i++) equal(refusals[i], "", "refusal");
        equal(stateOf(1, 1), singly, "state");
    }

    /// @dev Operations of all three contracts run in one batch as they run alone.
    function test_Submit_OperationsOfTheAnnexes_InOneBatch() public {
        ReceivableId id = issue();
        accepts(assignCall(assignOp(id, MAKER, 5)));
        bytes[] memory batch = new bytes[](8);
        batch[0] = registerCall(enterprise("new", OUTSIDER, OUTSIDER_P256));
        batch[1] = standingCall(BUYER, Standing.StopListed, 0);
        batch[2] = issueCall(issueOp()); // refused: its obligor has just been listed
        batch[3] = policyCall(policyOp(BANK));
        batch[4] = freezeCall(id);
        batch[5] = redeemCall(redeemOp(id, 1)); // refused: frozen
        batch[6] = disputeCall(lastReceivable(), 3);
        batch[7] = redeemCall(redeemOp(lastReceivable(), 1)); // refused: its revision moved on
        uint256 before = vm.snapshotState();
        (bytes[] memory refusals, Vm.Log[] memory logs) = runRecorded(batch);
        requireAligned(batch, refusals, logs);
        bytes32 together = stateOf(3, 0);
        vm.revertToState(before);
        for (uint256 i = 0; i < batch.length; i++) {
            bool refused = i == 2 || i == 5 || i == 7;
            if (refused) refuses(batch[i], refusals[i]);
            else accepts(batch[i]);
            isTrue(refused == (refusals[i].length > 0), "refused alone and not together");
        }
        equal(stateOf(3, 0), together, "state");
    }

    /// @dev A refusal from an annex comes through as it is, however long.
    function test_Submit_ARefusalOfAnAnnex_SaysWhy() public {
        refusesEntry(
            standingCall(BUYER, Standing.Active, 0),
            abi.encodeWithSelector(ILedgerErrors.StandingInvalid.selector, BUYER, Standing.Active)
        );
        refusesEntry(
            disputeCall(ReceivableId.wrap(9), 1),
            abi.encodeWithSelector(ILedgerErrors.ReceivableUnknown.selector, 9)
        );
    }

    /// @dev A simulation by eth_call answers what the transaction will.
    function test_Submit_ByAnyone_IsTheSame() public {
        bytes[] memory batch = new bytes[](2);
        batch[0] = issueCall(issueOp(keccak256("a")));
        batch[1] = batch[0];
        uint256 before = vm.snapshotState();
        bytes[] memory simulated = run(batch);
        vm.revertToState(before);
        Submitter anyone = new Submitter();
        equal(abi.encode(anyone.submit(ledger, batch)), abi.encode(simulated), "answer");
    }

    /// @dev Whatever gas a transaction brings, it does all or nothing: too little of it never becomes a refusal.
    function testFuzz_Submit_AnyGas_NeverBecomesARefusal(uint256 gas_) public {
        gas_ = 20_000 + gas_ % 2_000_000;
        bytes[] memory batch = new bytes[](3);
        batch[0] = issueCall(issueOp(keccak256("a")));
        batch[1] = issueCall(issueOp(keccak256("b")), OUTSIDER, OUTSIDER);
        batch[2] = issueCall(issueOp(keccak256("c")));
        (bool success, bytes memory answer) =
            address(ledger).call{gas: gas_}(abi.encodeCall(ITrading.submit, (batch)));
        if (success) {
            bytes[] memory refusals = abi.decode(answer, (bytes[]));
            equal(refusals[0], "", "first");
            equal(bytes32(bytes4(refusals[1])), bytes32(ILedgerErrors.SignerUnauthorised.selector), "second");
            equal(refusals[2], "", "third");
            equal(ledger.totals().receivables, 2, "receivables");
        } else {
            equal(ledger.totals().receivables, 0, "receivables");
            if (gas_ > 100_000) {
                equal(bytes32(bytes4(answer)), bytes32(ILedgerErrors.BatchGasTooLow.selector), "reason");
            }
        }
    }

    function test_Submit_TooLittleGasForAnyOperation_RevertsAsAWholeAndSaysHowMuch() public {
        bytes[] memory batch = new bytes[](1);
        batch[0] = issueCall(issueOp());
        (bool success, bytes memory reason) =
            address(ledger).call{gas: 860_000}(abi.encodeCall(ITrading.submit, (batch)));
        isTrue(!success, "ran an operation without the gas for any");
        equal(bytes32(bytes4(reason)), bytes32(ILedgerErrors.BatchGasTooLow.selector), "reason");
        (uint256 index, uint256 left, uint256 needed) = decodeGas(reason);
        equal(index, 0, "index");
        isTrue(left < 860_000 && left > 840_000, "gas left");
        // 800,000 for the operation, of which a call passes on 63/64, and 60,000 to record a refusal.
        equal(needed, 872_698, "gas needed");
        (success,) = address(ledger).call{gas: 900_000}(abi.encodeCall(ITrading.submit, (batch)));
        isTrue(success, "refused enough gas");
    }

    /// @dev Random batches of good, replayed, forged and senseless entries: one event each, and the refused ones leave no trace.
    function testFuzz_Submit_RandomBatch_EqualsItsAcceptedEntriesAlone(uint256 seed) public {
        bytes[] memory batch = new bytes[](1 + seed % 12);
        for (uint256 i = 0; i < batch.length; i++) {
            uint256 roll = uint256(keccak256(abi.encode(seed, i)));
            bytes32 fingerprint = keccak256(abi.encode(roll >> 8 & 3)); // few, so that many are taken
            if (roll % 4 == 3) batch[i] = abi.encode(roll);
            else if (roll % 4 == 2) batch[i] = issueCall(issueOp(fingerprint), OUTSIDER, OUTSIDER);
            else batch[i] = issueCall(issueOp(fingerprint));
        }
        uint256 before = vm.snapshotState();
        (bytes[] memory refusals, Vm.Log[] memory logs) = runRecorded(batch);
        requireAligned(batch, refusals, logs);
        bytes32 together = stateOf(12, 0);
        vm.revertToState(before);
        for (uint256 i = 0; i < batch.length; i++) {
            if (refusals[i].length == 0) accepts(batch[i]);
        }
        equal(stateOf(12, 0), together, "state");
    }

    // ----

    function decodeGas(bytes memory reason) private pure returns (uint256 index, uint256 left, uint256 needed) {
        assembly ("memory-safe") {
            index := mload(add(reason, 36))
            left := mload(add(reason, 68))
            needed := mload(add(reason, 100))
        }
    }

    function run(bytes[] memory batch) private returns (bytes[] memory) {
        return ledger.submit(batch);
    }

    function runRecorded(bytes[] memory batch) private returns (bytes[] memory refusals, Vm.Log[] memory logs) {
        vm.recordLogs();
        refusals = run(batch);
        logs = vm.getRecordedLogs();
    }

    /// @dev Exactly one event for each entry, in order; the refused ones name their place, their operation and their reason.
    function requireAligned(bytes[] memory batch, bytes[] memory refusals, Vm.Log[] memory logs) private pure {
        equal(refusals.length, batch.length, "answers");
        equal(logs.length, batch.length, "events");
        for (uint256 i = 0; i < batch.length; i++) {
            bool refused = logs[i].topics[0] == ILedgerEvents.OperationRefused.selector;
            isTrue(refused == (refusals[i].length > 0), "event and answer disagree");
            if (!refused) continue;
            equal(uint256(logs[i].topics[1]), i, "index of the event");
            equal(logs[i].topics[2], keccak256(batch[i]), "operation of the event");
            equal(logs[i].data, abi.encode(refusals[i]), "reason of the event");
        }
    }

    function refusesEntry(bytes memory operation, bytes memory expected) private {
        bytes[] memory batch = new bytes[](2);
        batch[0] = operation;
        batch[1] = issueCall(issueOp());
        uint256 before = vm.snapshotState();
        (bytes[] memory refusals, Vm.Log[] memory logs) = runRecorded(batch);
        equal(refusals[0], expected, "reason");
        equal(refusals[1], "", "the entry after it");
        requireAligned(batch, refusals, logs);
        vm.revertToState(before);
    }

    function refusesMalformed(bytes4 selector) private {
        refusesEntry(
            abi.encodePacked(selector), abi.encodeWithSelector(ILedgerErrors.OperationMalformed.selector, selector)
        );
    }

    function refusesUnknown(bytes memory operation) private {
        refusesEntry(operation, abi.encodeWithSelector(ILedgerErrors.OperationUnknown.selector, bytes4(operation)));
    }

    function stateOf(uint40 receivables, uint40 loans) private view returns (bytes32 state) {
        state = keccak256(abi.encode(ledger.totals()));
        for (uint40 i = 1; i <= receivables; i++) {
            state = keccak256(abi.encode(state, ledger.receivable(ReceivableId.wrap(i))));
        }
        for (uint40 i = 1; i <= loans; i++) state = keccak256(abi.encode(state, ledger.loan(LoanId.wrap(i))));
        for (uint32 i = 1; i <= 9; i++) state = keccak256(abi.encode(state, ledger.party(PartyId.wrap(i))));
        state = keccak256(abi.encode(state, ledger.bankTotals(BANK)));
    }

    function standingCall(PartyId id, Standing standing, uint16 revision) private view returns (bytes memory) {
        SetStanding memory op = SetStanding(id, standing, REASON, revision, soon());
        return abi.encodeCall(IRegistry.setStanding, (op, sign(OPERATOR_MANAGER, hashOf(op))));
    }

    function freezeCall(ReceivableId id) private view returns (bytes memory) {
        FreezeReceivable memory op = FreezeReceivable(id, REASON, soon());
        return abi.encodeCall(IServicing.freezeReceivable, (op, sign(SUPERVISOR, hashOf(op))));
    }

    function disputeCall(ReceivableId id, uint64 disputedFen) private view returns (bytes memory) {
        DisputeReceivable memory op = DisputeReceivable(id, disputedFen, REASON, ledger.receivable(id).revision, soon());
        return abi.encodeCall(IServicing.disputeReceivable, (op, sign(BUYER_TRADER, hashOf(op))));
    }
}

contract Submitter {
    function submit(IFinanceLedger ledger, bytes[] calldata batch) external returns (bytes[] memory) {
        return ledger.submit(batch);
    }
}
