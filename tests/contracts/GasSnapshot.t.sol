// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "../../contracts/IFinanceLedger.sol";
import "../../contracts/Types.sol";
import {MAKER, OTHER_BANK, REGISTRAR, SUPPLIER} from "./support/LedgerTest.sol";
import {Key} from "./support/Signing.sol";
import {Trading} from "./support/Trading.sol";

/// @notice Writes gas-snapshot.md: what one operation costs inside a transaction of fifty. It asserts nothing about the figures; a change
/// shows in the diff of the committed file.
contract GasSnapshotTest is Trading {
    uint40 private constant SIZE = 50;
    /// EIP-7825: no transaction uses more.
    uint256 private constant TRANSACTION_GAS_CAP = 1 << 24;

    /// `submit` asks for so much before each operation.
    uint256 private constant KEPT_FREE = 660_000;

    string private _table;

    /// @dev Isolated, so that each batch is a transaction of its own that finds its storage cold.
    /// forge-config: isolate = true
    function test_WriteTheSnapshot() public {
        measure("register an enterprise with two signers", "2 secp256k1 + registrar", registrations());
        measure("issue", "secp256k1 + P-256", issues(SUPPLIER));
        measure("issue", "2 secp256k1", issues(MAKER)); // receivables 51 to 100, used below
        bytes[] memory batch = new bytes[](SIZE);
        for (uint40 i = 0; i < SIZE; i++) batch[i] = assignCall(assignOp(ReceivableId.wrap(51 + i), SUPPLIER, FACE / 4));
        measure("assign a part (split)", "secp256k1 + P-256", batch);
        for (uint40 i = 0; i < SIZE; i++) batch[i] = assignCall(assignOp(ReceivableId.wrap(1 + i), MAKER, FACE));
        measure("assign the whole", "secp256k1 + P-256", batch);
        for (uint40 i = 0; i < SIZE; i++) batch[i] = openFor(ReceivableId.wrap(51 + i));
        measure("open a loan", "2 secp256k1", batch);
        for (uint40 i = 0; i < SIZE; i++) batch[i] = disburseCall(disburseOp(LoanId.wrap(1 + i)));
        measure("disburse", "secp256k1", batch);
        for (uint40 i = 0; i < SIZE; i++) batch[i] = repayCall(repayOp(LoanId.wrap(1 + i), 100, 10));
        measure("repay a part", "secp256k1", batch);
        for (uint40 i = 0; i < SIZE; i++) batch[i] = repayRest(LoanId.wrap(1 + i));
        measure("repay the rest", "secp256k1", batch);
        for (uint40 i = 0; i < SIZE; i++) batch[i] = redeemCall(redeemOp(ReceivableId.wrap(51 + i), FACE * 3 / 4));
        measure("redeem", "secp256k1", batch);
        save();
    }

    function registrations() private view returns (bytes[] memory batch) {
        batch = new bytes[](SIZE);
        for (uint40 i = 0; i < SIZE; i++) {
            Key trader = Key.wrap(0x1000 + i);
            Key manager = Key.wrap(0x2000 + i);
            RegisterParty memory op = enterprise("enterprise", trader, manager);
            bytes[] memory proofs = new bytes[](2);
            proofs[0] = sign(trader, hashOf(op));
            proofs[1] = sign(manager, hashOf(op));
            batch[i] = abi.encodeCall(IFinanceLedger.registerParty, (op, sign(REGISTRAR, hashOf(op)), proofs));
        }
    }

    function issues(PartyId holder) private view returns (bytes[] memory batch) {
        batch = new bytes[](SIZE);
        for (uint40 i = 0; i < SIZE; i++) {
            IssueReceivable memory op = issueOp(keccak256(abi.encode(holder, i)));
            op.holder = holder;
            batch[i] = issueCall(op);
        }
    }

    function openFor(ReceivableId id) private view returns (bytes memory) {
        OpenLoan memory op = openOp(id);
        op.bank = OTHER_BANK;
        return openCall(op);
    }

    function repayRest(LoanId id) private view returns (bytes memory) {
        Loan memory owed = ledger.loan(id);
        return repayCall(repayOp(id, owed.principalFen - owed.repaidFen, 10));
    }

    function measure(string memory name, string memory signatures, bytes[] memory batch) private {
        bytes memory call = abi.encodeCall(IFinanceLedger.submit, (batch));
        bytes[] memory refusals = ledger.submit(batch);
        uint256 used = vm.lastCallGas().gasTotalUsed;
        for (uint256 i = 0; i < SIZE; i++) equal(refusals[i], "", "refusal");
        uint256 callData;
        for (uint256 i = 0; i < call.length; i++) callData += call[i] == 0 ? 4 : 16;
        _table = string.concat(
            _table,
            string.concat("| ", name, " | ", signatures, " | ", vm.toString((used - callData) / SIZE)),
            string.concat(" | ", vm.toString(callData / SIZE), " | ", vm.toString(used / SIZE)),
            string.concat(" | ", vm.toString((TRANSACTION_GAS_CAP - KEPT_FREE) * SIZE / used), " |\n")
        );
    }

    function save() private {
        vm.writeFile(
            "tests/contracts/gas-snapshot.md",
            string.concat(
                "# Gas per operation in a `submit` of 50\n\n",
                "Written by `npx hardhat test solidity tests/contracts/GasSnapshot.t.sol`; commit it when it changes. Execution includes a\n",
                "fiftieth of the transaction's own 21,000. The last column is how many such operations a transaction of 2^24 gas (the cap of\n",
                "EIP-7825) holds, less the 660,000 that `submit` keeps free for the last of them.\n\n",
                "| operation | signatures | execution | calldata | together | in one transaction |\n",
                "|---|---|---|---|---|---|\n",
                _table
            )
        );
    }
}
