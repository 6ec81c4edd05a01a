// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../../contracts/interfaces/ILedgerErrors.sol";
import {IServicing} from "../../../../contracts/interfaces/IServicing.sol";
import {ITrading} from "../../../../contracts/interfaces/ITrading.sol";
import "../../../../contracts/Operations.sol";
import {ReceivableVerbs} from "./ReceivableVerbs.sol";

/// @notice Receivables are cancelled, disputed and frozen, and redeemed against the rules.
abstract contract ServicedReceivableVerbs is ReceivableVerbs {
    mapping(uint40 receivable => uint256) public freezes; // orders carried out, unfreezing ones included
    mapping(uint40 receivable => uint256) public disputes; // that the ledger showed after them

    // ---- Cancel, dispute, resolve, freeze

    function cancelReceivable(uint256 seed) external {
        begin(seed, operations);
        ReceivableId id = roll(4) == 0 ? aFree(0) : ReceivableId.wrap(0);
        if (isNone(id)) return issueNew();
        Receivable memory found = about(id);
        CancelReceivable memory op = CancelReceivable(id, REASON, found.revision, soon());
        bytes32 structHash = hashOf(op);
        bytes memory holders = signed(found.holder, Rights.TRADE, structHash);
        bytes memory obligors = signed(found.obligor, Rights.TRADE, structHash);
        if (perform(abi.encodeCall(IServicing.cancelReceivable, (op, holders, obligors)))) noteCancelled(id, found.amountFen);
    }

    function disputeReceivable(uint256 seed) external {
        begin(seed, operations);
        ReceivableId id = anOwed();
        if (isNone(id)) return issueNew();
        Receivable memory found = about(id);
        uint64 disputedFen = uint64(1 + roll(found.amountFen));
        DisputeReceivable memory op = DisputeReceivable(id, disputedFen, REASON, found.revision, soon());
        bytes memory call =
            abi.encodeCall(IServicing.disputeReceivable, (op, signed(found.obligor, Rights.TRADE, hashOf(op))));
        if (found.disputedFen > 0) return performRefused(call, ILedgerErrors.DisputePending.selector);
        if (disputes[ReceivableId.unwrap(id)] > 0) performRefused(call, ILedgerErrors.DisputeUsed.selector);
        else perform(call);
        if (ledger.receivable(id).disputedFen > 0) disputes[ReceivableId.unwrap(id)] += 1;
    }

    function resolveDispute(uint256 seed) external {
        begin(seed, operations);
        ReceivableId id = aDisputed();
        if (isNone(id)) return issueNew();
        Receivable memory found = about(id);
        bool pledged = found.status == ReceivableStatus.Pledged;
        uint64 cancelled = pledged ? 0 : uint64(roll(uint256(found.disputedFen) + 1));
        ResolveDispute memory op = ResolveDispute(id, cancelled, found.revision, soon());
        bytes32 structHash = hashOf(op);
        bytes memory holders = signed(found.holder, Rights.TRADE, structHash);
        bytes memory obligors = signed(found.obligor, Rights.TRADE, structHash);
        bytes memory call = abi.encodeCall(IServicing.resolveDispute, (op, holders, obligors));
        if (found.frozen) return performRefused(call, ILedgerErrors.ReceivableLocked.selector);
        if (perform(call)) noteCancelled(id, cancelled);
    }

    function noteCancelled(ReceivableId id, uint64 amountFen) private {
        cancelledFen[rootOf[ReceivableId.unwrap(id)]] += amountFen;
        allCancelledFen += amountFen;
        owedFen -= amountFen;
        leaveIfEnded(id);
    }

    function freezeReceivable(uint256 seed) external {
        begin(seed, operations);
        ReceivableId id = anOwed();
        if (isNone(id)) return issueNew();
        if (ledger.receivable(id).frozen) return unfreeze(id);
        about(id);
        FreezeReceivable memory op = FreezeReceivable(id, caseOf(id), soon());
        if (perform(abi.encodeCall(IServicing.freezeReceivable, (op, signed(REGULATOR, Rights.SUPERVISE, hashOf(op)))))) {
            freezes[ReceivableId.unwrap(id)] += 1;
        }
    }

    /// @dev Looks through all that are live: few are frozen, and they should not pile up.
    function unfreezeReceivable(uint256 seed) external {
        begin(seed, operations);
        for (uint256 i = 0; i < liveReceivables.length; i++) {
            ReceivableId id = ReceivableId.wrap(liveReceivables[i]);
            if (freezes[liveReceivables[i]] % 2 == 1) return unfreeze(id);
        }
        issueNew();
    }

    function unfreeze(ReceivableId id) private {
        about(id);
        UnfreezeReceivable memory op = UnfreezeReceivable(id, caseOf(id), soon());
        if (
            perform(abi.encodeCall(IServicing.unfreezeReceivable, (op, signed(REGULATOR, Rights.SUPERVISE, hashOf(op)))))
        ) freezes[ReceivableId.unwrap(id)] += 1;
    }

    function caseOf(ReceivableId id) private view returns (bytes32) {
        return keccak256(abi.encode("case", id, freezes[ReceivableId.unwrap(id)]));
    }

    // ---- Against the rules, on purpose

    /// @dev What is frozen or pledged is not redeemed, nor what was redeemed or cancelled, whoever signs it.
    function redeemWhatIsFast(uint256 seed) external {
        begin(seed, operations);
        if (receivables == 0) return issueNew();
        ReceivableId id = ReceivableId.wrap(uint40(1 + roll(receivables)));
        Receivable memory found = about(id);
        RedeemReceivable memory op = RedeemReceivable(id, 1, PAYMENT, found.revision, soon());
        bytes memory call =
            abi.encodeCall(ITrading.redeemReceivable, (op, signed(found.holder, Rights.TRADE, hashOf(op))));
        if (found.status != ReceivableStatus.Active) {
            return performRefused(call, ILedgerErrors.ReceivableStatusWrong.selector);
        }
        if (found.frozen) return performRefused(call, ILedgerErrors.ReceivableLocked.selector);
        if (found.amountFen == found.disputedFen) return performRefused(call, ILedgerErrors.AmountOutOfRange.selector);
        if (perform(call)) noteRedeemed(id, 1);
    }

    // ---- Choices

    function aDisputed() private returns (ReceivableId id) {
        for (uint256 i = 0; i < TRIES; i++) {
            id = anOwed();
            if (isNone(id) || ledger.receivable(id).disputedFen > 0) return id;
        }
        return ReceivableId.wrap(0);
    }
}
