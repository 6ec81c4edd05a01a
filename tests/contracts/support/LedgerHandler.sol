// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "../../../contracts/interfaces/IFinanceLedger.sol";
import {ILedgerEvents} from "../../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../../contracts/interfaces/IRegistry.sol";
import "../../../contracts/Operations.sol";
import {
    BUYER, BUYER_MANAGER, BUYER_TRADER, MAKER, OTHER_BANK, REGISTRAR, SUPPLIER, SUPPLIER_TRADER
} from "./LedgerTest.sol";
import {Key, P256_KEY} from "./Signing.sol";
import {Trading} from "./Trading.sol";
import {Vm} from "./Vm.sol";

/// @notice Drives a ledger at random, with operations that it must accept: where nothing is there to act on, it makes it first.
/// Any refusal of such an operation, or any other number of events than one, fails the run.
abstract contract LedgerHandler is Trading {
    uint256 public operations;
    uint256 public performed; // outside of batches
    uint256 public refusals;
    mapping(bytes4 verb => uint256) public done;

    // What was done, recorded apart from the ledger.
    mapping(uint40 receivable => uint256) public issuedFen;
    mapping(uint40 receivable => uint256) public redeemedFen; // under the receivable at the root
    mapping(uint40 receivable => bytes32) public fingerprintOf;
    Key[] public added; // signers of the buyer
    uint32 public parties = 6;
    bytes private _last;

    /// @dev Only the verbs are called at random.
    function verbs() external pure returns (bytes4[] memory all) {
        all = new bytes4[](11);
        all[0] = this.register.selector;
        all[1] = this.addSigner.selector;
        all[2] = this.removeSigner.selector;
        all[3] = this.issueOne.selector;
        all[4] = this.assignWhole.selector;
        all[5] = this.split.selector;
        all[6] = this.redeem.selector;
        all[7] = this.openOne.selector;
        all[8] = this.disburse.selector;
        all[9] = this.repay.selector;
        all[10] = this.wait_.selector;
    }

    function register(uint256 seed) external {
        RegisterParty memory op = enterprise("another", newKey(seed, 1), newKey(seed, 2));
        if (seed % 3 == 0) {
            op.kind = PartyKind.Bank;
            op.signers[0].rights = Rights.APPROVE;
        }
        bytes32 structHash = hashOf(op);
        bytes[] memory proofs = new bytes[](2);
        proofs[0] = sign(newKey(seed, 1), structHash);
        proofs[1] = sign(newKey(seed, 2), structHash);
        parties += 1;
        perform(abi.encodeCall(IRegistry.registerParty, (op, sign(REGISTRAR, structHash), proofs)));
    }

    function addSigner(uint256 seed) public {
        Key key = newKey(seed, 3);
        uint8 rights = seed % 2 == 0 ? Rights.TRADE : Rights.ENTERPRISE;
        AddSigner memory op = AddSigner(BUYER, signerBytes(key, p256Verifier), rights, soon());
        added.push(key);
        perform(
            abi.encodeCall(IRegistry.addSigner, (op, sign(BUYER_MANAGER, hashOf(op)), sign(key, hashOf(op))))
        );
    }

    function removeSigner(uint256 seed) external {
        for (uint256 i = 0; i < added.length; i++) {
            bytes32 signerId = idOf(added[(seed % added.length + i) % added.length]);
            if (ledger.signer(signerId).rights == 0) continue;
            RemoveSigner memory op = RemoveSigner(BUYER, signerId, soon());
            return perform(abi.encodeCall(IRegistry.removeSigner, (op, sign(BUYER_MANAGER, hashOf(op)))));
        }
        addSigner(seed);
    }

    function issueOne(uint256 seed) public returns (ReceivableId id) {
        IssueReceivable memory op = issueOp(keccak256(abi.encode(seed, operations)));
        if (seed % 2 == 0) (op.obligor, op.holder) = (MAKER, BUYER);
        op.amountFen = uint64(1 + (seed >> 8) % (seed % 5 == 0 ? MAX_AMOUNT_FEN : 1_000));
        op.maturityDate = ledger.today() + uint16(1 + (seed >> 72) % MAX_TENOR_DAYS);
        perform(issueCall(op));
        id = lastReceivable();
        issuedFen[ReceivableId.unwrap(id)] = op.amountFen;
        fingerprintOf[ReceivableId.unwrap(id)] = op.invoiceFingerprint;
    }

    function assignWhole(uint256 seed) external {
        ReceivableId id = anActive(seed, 0);
        perform(assignCall(assignOp(id, assigneeOf(id), ledger.receivable(id).amountFen)));
    }

    function split(uint256 seed) external {
        ReceivableId id = anActive(seed, 1);
        uint64 part = uint64(1 + (seed >> 8) % (ledger.receivable(id).amountFen - 1));
        perform(assignCall(assignOp(id, assigneeOf(id), part)));
    }

    function redeem(uint256 seed) external {
        ReceivableId id = anActive(seed, 0);
        uint64 all = ledger.receivable(id).amountFen;
        uint64 part = seed % 3 == 0 ? all : uint64(1 + (seed >> 8) % all);
        redeemedFen[rootOf(id)] += part;
        perform(redeemCall(redeemOp(id, part)));
    }

    function openOne(uint256 seed) public returns (LoanId) {
        ReceivableId id = anActive(seed, 2);
        OpenLoan memory op = openOp(id);
        if (seed % 3 == 0) op.bank = OTHER_BANK;
        op.application.dueDate = ledger.receivable(id).maturityDate;
        op.application.minPrincipalFen = 1;
        op.principalFen = uint64(1 + (seed >> 8) % ledger.receivable(id).amountFen);
        perform(openCall(op));
        return lastLoan();
    }

    function disburse(uint256 seed) public returns (LoanId id) {
        id = aLoan(seed, LoanStatus.Opened);
        if (LoanId.unwrap(id) == 0) id = openOne(seed);
        perform(disburseCall(disburseOp(id)));
    }

    function repay(uint256 seed) external {
        LoanId id = aLoan(seed, LoanStatus.Disbursed);
        if (LoanId.unwrap(id) == 0) id = disburse(seed);
        Loan memory owed = ledger.loan(id);
        uint64 outstanding = owed.principalFen - owed.repaidFen;
        uint64 part = seed % 2 == 0 ? outstanding : uint64((seed >> 8) % (outstanding + 1));
        perform(repayCall(repayOp(id, part, uint64(1 + (seed >> 72) % 1_000))));
    }

    /// @dev A batch of a forged issue, a replay of the last operation, nonsense, and one redemption that is in order.
    function submitMixed(uint256 seed) private {
        ReceivableId id = anActive(seed, 0);
        bytes[] memory batch = new bytes[](4);
        batch[0] = issueCall(issueOp(keccak256(abi.encode("forged", seed))), SUPPLIER_TRADER, BUYER_TRADER);
        batch[1] = _last;
        batch[2] = abi.encode(seed);
        batch[3] = redeemCall(redeemOp(id, 1));
        redeemedFen[rootOf(id)] += 1;

        vm.recordLogs();
        bytes[] memory answers = ledger.submit(batch);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 4, "events of four entries");
        for (uint256 i = 0; i < 3; i++) {
            isTrue(answers[i].length > 0, "accepted what must be refused");
            equal(logs[i].topics[0], ILedgerEvents.OperationRefused.selector, "event of a refusal");
        }
        equal(answers[3], "", "refused what is in order");
        refusals += 3;
        count(batch[3]);
    }

    function wait_(uint256 seed) external {
        vm.warp(block.timestamp + seed % 3 days);
        operations += 1; // so that no two keys or invoices are alike
    }

    // ---- What there is to act on

    /// @dev An active receivable that can be moved (0), split (1) or pledged (2); a new one where there is none.
    function anActive(uint256 seed, uint256 use) private returns (ReceivableId id) {
        uint40 count_ = ledger.totals().receivables;
        uint16 today = ledger.today();
        for (uint40 i = 0; i < count_; i++) {
            id = ReceivableId.wrap(1 + uint40((seed % count_ + i) % count_));
            Receivable memory found = ledger.receivable(id);
            if (found.status != ReceivableStatus.Active) continue;
            if (use == 0) return id;
            bool divisible = found.amountFen > 1 && found.depth < MAX_SPLIT_DEPTH && found.splits < MAX_SPLITS;
            if (use == 1 && divisible) return id;
            if (use == 2 && found.maturityDate > today + 30) return id;
        }
        // An amount of two at least, and a maturity of more than a month away.
        return issueOne(5 | 1 << 16 | 99 << 72);
    }

    function aLoan(uint256 seed, LoanStatus status) private view returns (LoanId id) {
        uint40 count_ = ledger.totals().loans;
        for (uint40 i = 0; i < count_; i++) {
            id = LoanId.wrap(1 + uint40((seed % count_ + i) % count_));
            if (ledger.loan(id).status == status) return id;
        }
        return LoanId.wrap(0);
    }

    /// @dev Of the three enterprises the one that neither holds nor owes it.
    function assigneeOf(ReceivableId id) private view returns (PartyId) {
        Receivable memory found = ledger.receivable(id);
        if (found.holder != SUPPLIER && found.obligor != SUPPLIER) return SUPPLIER;
        if (found.holder != MAKER && found.obligor != MAKER) return MAKER;
        return BUYER;
    }

    function rootOf(ReceivableId id) public view returns (uint40 root) {
        root = ReceivableId.unwrap(id);
        while (true) {
            uint40 parent = ReceivableId.unwrap(ledger.receivable(ReceivableId.wrap(root)).parent);
            if (parent == 0) return root;
            root = parent;
        }
    }

    function newKey(uint256 seed, uint256 nth) private view returns (Key) {
        uint256 secret = uint256(keccak256(abi.encode(operations, nth))) >> 8;
        return Key.wrap(seed % 2 == 0 ? secret : secret | P256_KEY);
    }

    function perform(bytes memory call) private {
        accepts(call);
        _last = call;
        count(call);
        performed += 1;
        if (performed % 10 == 0) submitMixed(operations);
    }

    function count(bytes memory call) private {
        operations += 1;
        done[bytes4(call)] += 1;
    }

    function addedCount() external view returns (uint256) {
        return added.length;
    }

    function theLedger() external view returns (IFinanceLedger) {
        return ledger;
    }
}
