// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Conservation} from "../../../contracts/Conservation.sol";
import "../../../contracts/Types.sol";

/// @notice One number of a tree, whichever one it is; all other numbers of the tree together; and what went of its face.
struct Tree {
    uint40 amountFen;
    uint40 disputedFen;
    ReceivableStatus status;
    uint64 othersFen; // owed on all other numbers
    uint64 redeemedFen;
    uint64 cancelledFen;
    uint64 faceFen;
}

/// @title Face = redeemed + cancelled + owed, after any sequence of operations
/// @notice Proved by induction: it holds of a new receivable, and each operation, whatever its values, keeps it in any tree where it holds. The
/// arithmetic is the ledger's own; the guards are repeated from it. An operation on another number is the same operation with that number in
/// the first place.
contract ReceivableProof {
    /// @dev What is proved: conservation, disputed ≤ amount, and ended = nothing owed.
    function holds(Tree memory tree) private pure returns (bool) {
        bool ended = tree.status == ReceivableStatus.Redeemed || tree.status == ReceivableStatus.Cancelled;
        return uint256(tree.amountFen) + tree.othersFen + tree.redeemedFen + tree.cancelledFen == tree.faceFen
            && tree.faceFen <= MAX_AMOUNT_FEN && tree.disputedFen <= tree.amountFen
            && tree.status != ReceivableStatus.None && ended == (tree.amountFen == 0);
    }

    function Issue_StartsWithIt(uint64 amountFen) external pure {
        require(amountFen >= 1 && amountFen <= MAX_AMOUNT_FEN);
        Tree memory tree = Tree(uint40(amountFen), 0, ReceivableStatus.Active, 0, 0, 0, amountFen);
        assert(holds(tree));
    }

    function Split_KeepsIt(Tree memory tree, uint64 partFen) external pure {
        require(holds(tree) && tree.status == ReceivableStatus.Active);
        require(partFen >= 1 && partFen <= Conservation.free(tree.amountFen, tree.disputedFen) && partFen != tree.amountFen);
        uint40 child = uint40(partFen);
        uint40 rest = Conservation.remainder(tree.amountFen, child);
        assert(uint256(rest) + child == tree.amountFen && child == partFen && rest > 0);
        tree.amountFen = rest;
        tree.othersFen += child;
        assert(holds(tree));
    }

    function Redeem_KeepsIt(Tree memory tree, uint64 partFen) external pure {
        require(holds(tree) && tree.status == ReceivableStatus.Active);
        require(partFen >= 1 && partFen <= Conservation.free(tree.amountFen, tree.disputedFen));
        tree.amountFen = Conservation.remainder(tree.amountFen, uint40(partFen));
        if (tree.amountFen == 0) tree.status = ReceivableStatus.Redeemed;
        tree.redeemedFen += partFen;
        assert(holds(tree));
    }

    function Cancel_KeepsIt(Tree memory tree) external pure {
        require(holds(tree) && tree.status == ReceivableStatus.Active);
        tree.cancelledFen += tree.amountFen;
        tree.amountFen = 0;
        tree.disputedFen = 0;
        tree.status = ReceivableStatus.Cancelled;
        assert(holds(tree));
    }

    function Dispute_KeepsIt(Tree memory tree, uint64 partFen) external pure {
        require(holds(tree) && (tree.status == ReceivableStatus.Active || tree.status == ReceivableStatus.Pledged));
        require(tree.disputedFen == 0 && partFen >= 1 && partFen <= tree.amountFen);
        tree.disputedFen = uint40(partFen);
        assert(holds(tree));
    }

    function Resolve_KeepsIt(Tree memory tree, uint64 givenUpFen) external pure {
        require(holds(tree) && (tree.status == ReceivableStatus.Active || tree.status == ReceivableStatus.Pledged));
        require(tree.disputedFen > 0);
        require(givenUpFen <= (tree.status == ReceivableStatus.Pledged ? 0 : tree.disputedFen));
        tree.disputedFen = 0;
        tree.amountFen = Conservation.remainder(tree.amountFen, uint40(givenUpFen));
        if (tree.amountFen == 0) tree.status = ReceivableStatus.Cancelled;
        tree.cancelledFen += givenUpFen;
        assert(holds(tree));
    }

    function PledgeAndRelease_KeepIt(Tree memory tree) external pure {
        require(holds(tree) && tree.status == ReceivableStatus.Active);
        tree.status = ReceivableStatus.Pledged;
        assert(holds(tree));
        tree.status = ReceivableStatus.Active;
        assert(holds(tree));
    }
}
