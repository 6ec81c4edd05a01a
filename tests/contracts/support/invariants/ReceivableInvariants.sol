// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IServicing} from "../../../../contracts/interfaces/IServicing.sol";
import {ITrading} from "../../../../contracts/interfaces/ITrading.sol";
import "../../../../contracts/Operations.sol";
import {Step} from "../handler/Steps.sol";
import {Now, Observer} from "./Observer.sol";

/// @notice What must hold of receivables.
abstract contract ReceivableInvariants is Observer {
    function checkReceivables(Step memory step, Now memory now_) internal view {
        Face_EqualsRedeemedCancelledAndOwed(now_);
        Numbers_AreGivenOutOnce_WithoutGaps(step, now_);
        if (step.receivable == 0) return;
        Ended_MeansThatNothingIsOwed(now_);
        Disputed_StaysWithinTheAmount(now_);
        NobodyHolds_WhatItOwes(now_);
        uint40 created = now_.totals.receivables - step.totalsBefore.receivables;
        if (step.receivableBefore.status == ReceivableStatus.None) return;
        ChildAndRemainder_EqualTheParent(step, now_, created);
        Amounts_NeverRise(step, now_);
        WhatWasPromised_NeverChanges(step, now_);
        WhatEnded_StaysAsItEnded(step, now_);
        Frozen_NeverMoves(step, now_);
        Pledged_NeverMoves(step, now_);
        Disputed_NeverMoves(step, now_);
        Dispute_IsOpenedOnce(step, now_);
        EveryChange_TakesOneRevision(step, now_);
        Splits_StayWithinTheRules(now_, created);
    }

    function Face_EqualsRedeemedCancelledAndOwed(Now memory now_) private view {
        uint256 spent = handler.owedFen() + handler.allRedeemedFen() + handler.allCancelledFen();
        equal(handler.allIssuedFen(), spent, "Face_EqualsRedeemedCancelledAndOwed");
        equal(now_.totals.issuedFen, handler.allIssuedFen(), "Face_EqualsRedeemedCancelledAndOwed: issued");
        equal(now_.totals.redeemedFen, handler.allRedeemedFen(), "Face_EqualsRedeemedCancelledAndOwed: redeemed");
        equal(now_.totals.cancelledFen, handler.allCancelledFen(), "Face_EqualsRedeemedCancelledAndOwed: cancelled");
    }

    function Numbers_AreGivenOutOnce_WithoutGaps(Step memory step, Now memory now_) private view {
        equal(now_.totals.receivables, handler.receivables(), "Numbers_AreGivenOutOnce_WithoutGaps");
        equal(now_.totals.loans, handler.loans(), "Numbers_AreGivenOutOnce_WithoutGaps: loans");
        bool one = now_.totals.receivables + now_.totals.loans <= step.totalsBefore.receivables + step.totalsBefore.loans + 1;
        isTrue(one, "Numbers_AreGivenOutOnce_WithoutGaps: two at once");
    }

    function Ended_MeansThatNothingIsOwed(Now memory now_) private pure {
        bool ended = now_.receivable.status >= ReceivableStatus.Redeemed;
        isTrue(ended == (now_.receivable.amountFen == 0), "Ended_MeansThatNothingIsOwed");
    }

    function Disputed_StaysWithinTheAmount(Now memory now_) private pure {
        isTrue(now_.receivable.disputedFen <= now_.receivable.amountFen, "Disputed_StaysWithinTheAmount");
    }

    function NobodyHolds_WhatItOwes(Now memory now_) private pure {
        isTrue(now_.receivable.holder != now_.receivable.obligor, "NobodyHolds_WhatItOwes");
    }

    /// @dev On a split the step is about the child: see `Tree_EqualsItsFace`, which goes through all of them.
    function ChildAndRemainder_EqualTheParent(Step memory step, Now memory now_, uint40 created) private view {
        if (created == 0) return;
        Receivable memory parent = receivableAt(uint40(ReceivableId.unwrap(now_.receivable.parent)));
        equal(
            uint256(parent.amountFen) + now_.receivable.amountFen,
            step.receivableBefore.amountFen,
            "ChildAndRemainder_EqualTheParent"
        );
        bool same = parent.obligor == now_.receivable.obligor && parent.maturityDate == now_.receivable.maturityDate
            && parent.reviewNeeded == now_.receivable.reviewNeeded && parent.depth + 1 == now_.receivable.depth;
        isTrue(same, "ChildAndRemainder_EqualTheParent: promise");
    }

    function Amounts_NeverRise(Step memory step, Now memory now_) private pure {
        isTrue(now_.receivable.amountFen <= step.receivableBefore.amountFen, "Amounts_NeverRise");
    }

    function WhatWasPromised_NeverChanges(Step memory step, Now memory now_) private pure {
        Receivable memory before = step.receivableBefore;
        bool same = now_.receivable.obligor == before.obligor && now_.receivable.maturityDate == before.maturityDate
            && now_.receivable.reviewNeeded == before.reviewNeeded;
        isTrue(same, "WhatWasPromised_NeverChanges");
    }

    function WhatEnded_StaysAsItEnded(Step memory step, Now memory now_) private pure {
        if (step.receivableBefore.status < ReceivableStatus.Redeemed) return;
        equal(hash(now_.receivable), hash(step.receivableBefore), "WhatEnded_StaysAsItEnded");
    }

    /// @dev It may be disputed, and its loan may be repaid or end; nothing else.
    function Frozen_NeverMoves(Step memory step, Now memory now_) private pure {
        if (!step.receivableBefore.frozen) return;
        bool still = now_.receivable.holder == step.receivableBefore.holder
            && now_.receivable.amountFen == step.receivableBefore.amountFen
            && now_.receivable.splits == step.receivableBefore.splits;
        isTrue(still, "Frozen_NeverMoves");
        bool pledgedNow = now_.receivable.status == ReceivableStatus.Pledged
            && step.receivableBefore.status == ReceivableStatus.Active;
        isTrue(!pledgedNow, "Frozen_NeverMoves: pledged");
        bool ended = now_.receivable.frozen || step.verb == IServicing.unfreezeReceivable.selector;
        isTrue(ended, "Frozen_NeverMoves: thawed by itself");
        isTrue(now_.loan.progress.disbursedFen == step.loanBefore.progress.disbursedFen, "Frozen_NeverMoves: disbursed");
    }

    function Pledged_NeverMoves(Step memory step, Now memory now_) private pure {
        if (step.receivableBefore.status != ReceivableStatus.Pledged) return;
        bool still = now_.receivable.holder == step.receivableBefore.holder
            && now_.receivable.amountFen == step.receivableBefore.amountFen
            && now_.receivable.splits == step.receivableBefore.splits;
        isTrue(still, "Pledged_NeverMoves");
    }

    /// @dev Until the dispute is resolved, or holder and obligor cancel the whole.
    function Disputed_NeverMoves(Step memory step, Now memory now_) private pure {
        if (step.receivableBefore.disputedFen == 0) return;
        bool ends =
            step.verb == IServicing.resolveDispute.selector || step.verb == IServicing.cancelReceivable.selector;
        if (ends && !step.refused) return;
        bool isChild = step.verb == ITrading.assignReceivable.selector && now_.receivable.depth > step.receivableBefore.depth;
        if (isChild) return;
        equal(now_.receivable.disputedFen, step.receivableBefore.disputedFen, "Disputed_NeverMoves");
        isTrue(now_.receivable.holder == step.receivableBefore.holder, "Disputed_NeverMoves: holder");
    }

    function Dispute_IsOpenedOnce(Step memory step, Now memory now_) private view {
        bool opened = now_.receivable.disputedFen > 0 && step.receivableBefore.disputedFen == 0;
        isTrue(!opened || handler.disputes(step.receivable) == 1, "Dispute_IsOpenedOnce");
        isTrue(handler.disputes(step.receivable) <= 1, "Dispute_IsOpenedOnce: again");
    }

    function EveryChange_TakesOneRevision(Step memory step, Now memory now_) private pure {
        Receivable memory before = step.receivableBefore;
        if (now_.receivable.depth > before.depth) return; // a child of it
        if (hash(now_.receivable) == hash(before)) return;
        bool frost = now_.receivable.frozen != before.frozen;
        equal(now_.receivable.revision, before.revision + (frost ? 0 : 1), "EveryChange_TakesOneRevision");
    }

    function Splits_StayWithinTheRules(Now memory now_, uint40 created) private view {
        if (created == 0) return;
        Parameters memory rules = ledger.parameters();
        Receivable memory parent = receivableAt(uint40(ReceivableId.unwrap(now_.receivable.parent)));
        isTrue(now_.receivable.depth <= rules.maxSplitDepth, "Splits_StayWithinTheRules: depth");
        isTrue(parent.splits <= rules.maxSplits, "Splits_StayWithinTheRules");
    }

    // ---- Through all of them

    function sweepReceivables() internal view {
        uint40 count = ledger.totals().receivables;
        Receivable[] memory all = new Receivable[](count + 1);
        for (uint40 id = 1; id <= count; id++) all[id] = receivableAt(id);
        uint256[] memory owed = owedByTree(all);
        Tree_EqualsItsFace(all, owed);
        Fingerprint_BacksOneReceivable(all, owed);
        Splits_AreTheChildren(all);
        Frozen_BetweenTwoOrders(all);
        equal(uint8(receivableAt(count + 1).status), 0, "Numbers_AreGivenOutOnce_WithoutGaps: beyond the count");
    }

    function owedByTree(Receivable[] memory all) private view returns (uint256[] memory owed) {
        owed = new uint256[](all.length);
        for (uint40 id = 1; id < all.length; id++) {
            uint40 root = id;
            while (ReceivableId.unwrap(all[root].parent) != 0) root = ReceivableId.unwrap(all[root].parent);
            equal(root, handler.rootOf(id), "Tree_EqualsItsFace: root");
            owed[root] += all[id].amountFen;
        }
    }

    function Tree_EqualsItsFace(Receivable[] memory all, uint256[] memory owed) private view {
        for (uint40 id = 1; id < all.length; id++) {
            uint256 spent = handler.redeemedFen(id) + handler.cancelledFen(id) + owed[id];
            equal(spent, handler.issuedFen(id), "Tree_EqualsItsFace");
        }
    }

    function Fingerprint_BacksOneReceivable(Receivable[] memory all, uint256[] memory owed) private view {
        for (uint40 id = 1; id < all.length; id++) {
            Invoice[] memory invoices = handler.invoicesOf(id);
            bool isRoot = ReceivableId.unwrap(all[id].parent) == 0;
            isTrue(isRoot == (invoices.length > 0), "Fingerprint_BacksOneReceivable: issued without an invoice");
            uint256 sumFen;
            for (uint256 i = 0; i < invoices.length; i++) {
                ReceivableId backed = ledger.receivableOfFingerprint(invoices[i].fingerprint);
                equal(ReceivableId.unwrap(backed), id, "Fingerprint_BacksOneReceivable");
                sumFen += invoices[i].amountFen;
            }
            isTrue(sumFen >= owed[id] + handler.redeemedFen(id) + handler.cancelledFen(id), "Invoices_CoverTheFace");
        }
    }

    function Splits_AreTheChildren(Receivable[] memory all) private pure {
        uint256[] memory children = new uint256[](all.length);
        for (uint40 id = 1; id < all.length; id++) {
            uint40 parent = ReceivableId.unwrap(all[id].parent);
            children[parent] += 1;
            isTrue(parent < id && (parent == 0) == (all[id].depth == 0), "Splits_AreTheChildren: parent");
        }
        for (uint40 id = 1; id < all.length; id++) equal(all[id].splits, children[id], "Splits_AreTheChildren");
    }

    function Frozen_BetweenTwoOrders(Receivable[] memory all) private view {
        for (uint40 id = 1; id < all.length; id++) {
            isTrue(all[id].frozen == (handler.freezes(id) % 2 == 1), "Frozen_BetweenTwoOrders");
        }
    }
}
