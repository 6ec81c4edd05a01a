// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {BANK, BUYER, MAKER, OUTSIDER, STRANGER, SUPPLIER, SUPPLIER_TRADER} from "./support/LedgerTest.sol";
import {Vm} from "./support/Vm.sol";

contract AssignReceivableTest is Circumstances {
    function test_Assign_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        ReceivableId id = issue();
        open(id);
        AssignReceivable memory op = AssignReceivable(ReceivableId.wrap(7), SUPPLIER, 0, 9, uint64(block.timestamp - 1));

        refuses(assignCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(assignCall(op), abi.encodeWithSelector(ILedgerErrors.ReceivableUnknown.selector, op.receivable));
        op.receivable = id;
        refuses(assignCall(op), stale(id, 9, 2));
        op.revision = 2;
        refuses(assignCall(op), statusWrong(id, ReceivableStatus.Pledged));
        op.receivable = issue();
        freeze(op.receivable);
        op.revision = setRevision(op.receivable, type(uint16).max - 2);
        refuses(assignCall(op), locked(op.receivable));
        unfreeze(op.receivable);
        refuses(
            assignCall(op),
            abi.encodeWithSelector(ILedgerErrors.ReceivableRevisionsExhausted.selector, op.receivable)
        );
        op.revision = setRevision(op.receivable, type(uint16).max - 3);
        refuses(assignCall(op), abi.encodeWithSelector(ILedgerErrors.SelfDealing.selector, SUPPLIER));
        op.assignee = BUYER;
        refuses(assignCall(op), abi.encodeWithSelector(ILedgerErrors.SelfDealing.selector, BUYER));
        op.assignee = STRANGER;
        refuses(assignCall(op), amountOut(0, 1, FACE));
        op.amountFen = FACE + 1;
        refuses(assignCall(op), amountOut(FACE + 1, 1, FACE));
        op.amountFen = FACE;
        setStanding(SUPPLIER, Standing.Suspended);
        refuses(assignCall(op), suspended(SUPPLIER));
        setStanding(SUPPLIER, Standing.Active);
        refuses(assignCall(op), partyUnknown(STRANGER));
        op.assignee = BANK;
        refuses(assignCall(op), kindWrong(BANK, PartyKind.Enterprise, PartyKind.Bank));
        op.assignee = MAKER;
        setStanding(MAKER, Standing.Suspended);
        refuses(assignCall(op), suspended(MAKER));
        setStanding(MAKER, Standing.Active);
        refuses(abi.encodeCall(ITrading.assignReceivable, (op, "", "")), malformed());
        refuses(assignCall(op, OUTSIDER, OUTSIDER), unauthorised(SUPPLIER, OUTSIDER, Rights.TRADE));
        refuses(assignCall(op, SUPPLIER_TRADER, OUTSIDER), unauthorised(MAKER, OUTSIDER, Rights.TRADE));
        accepts(assignCall(op));
    }

    function test_Assign_TooDeep_IsRefusedBeforeTooManySplits() public {
        ReceivableId id = issue();
        PartyId[2] memory holders = [MAKER, SUPPLIER];
        for (uint256 depth = 0; depth < MAX_SPLIT_DEPTH; depth++) {
            accepts(assignCall(assignOp(id, holders[depth % 2], ledger.receivable(id).amountFen / 2)));
            id = lastReceivable();
            equal(ledger.receivable(id).depth, depth + 1, "depth");
        }
        PartyId assignee = holders[MAX_SPLIT_DEPTH % 2];
        refuses(
            assignCall(assignOp(id, assignee, 1)),
            abi.encodeWithSelector(ILedgerErrors.SplitTooDeep.selector, id, MAX_SPLIT_DEPTH)
        );
        // The whole may still move: it makes no child.
        accepts(assignCall(assignOp(id, assignee, ledger.receivable(id).amountFen)));
    }

    function test_Assign_TooManySplits_IsRefused() public {
        ReceivableId id = issue();
        for (uint256 i = 0; i < MAX_SPLITS; i++) accepts(assignCall(assignOp(id, MAKER, 1)));
        refuses(
            assignCall(assignOp(id, MAKER, 1)),
            abi.encodeWithSelector(ILedgerErrors.SplitsExhausted.selector, id, MAX_SPLITS)
        );
        accepts(assignCall(assignOp(id, MAKER, FACE - MAX_SPLITS)));
    }

    /// @dev The splits are looked at before the signatures, and a suspended party before the splits.
    function test_Assign_TooManySplitsAndUnsigned_IsRefusedForItsSplits() public {
        ReceivableId id = issue();
        for (uint256 i = 0; i < MAX_SPLITS; i++) accepts(assignCall(assignOp(id, MAKER, 1)));
        AssignReceivable memory op = assignOp(id, MAKER, 1);
        refuses(
            assignCall(op, OUTSIDER, OUTSIDER),
            abi.encodeWithSelector(ILedgerErrors.SplitsExhausted.selector, id, MAX_SPLITS)
        );
        setStanding(MAKER, Standing.Suspended);
        refuses(assignCall(op, OUTSIDER, OUTSIDER), suspended(MAKER));
    }

    /// @dev 国令802号: a dispute holds only the disputed amount fast.
    function test_Assign_TheDisputedPart_CannotMove() public {
        ReceivableId id = issue();
        dispute(id, 30);
        refuses(assignCall(assignOp(id, MAKER, FACE)), amountOut(FACE, 1, FACE - 30));
        refuses(assignCall(assignOp(id, MAKER, FACE - 29)), amountOut(FACE - 29, 1, FACE - 30));
        accepts(assignCall(assignOp(id, MAKER, FACE - 30)));
        equal(ledger.receivable(lastReceivable()).disputedFen, 0, "disputed of the child");
        equal(ledger.receivable(id).amountFen, 30, "amount of the parent");
        equal(ledger.receivable(id).disputedFen, 30, "disputed of the parent");
        refuses(assignCall(assignOp(id, MAKER, 1)), amountOut(1, 1, 0));
    }

    /// @dev Even signed before; and what was signed before holds again after, since an order of the regulator moves no revision.
    function test_Assign_Frozen_IsRefusedUntilItIsUnfrozen() public {
        ReceivableId id = issue();
        bytes memory call = assignCall(assignOp(id, MAKER, 5));
        freeze(id);
        refuses(call, locked(id));
        unfreeze(id);
        accepts(call);
    }

    /// @dev A freeze follows no child that was split off before it.
    function test_Assign_AChildOfAFrozenParent_Moves() public {
        ReceivableId id = issue();
        accepts(assignCall(assignOp(id, MAKER, 5)));
        freeze(id);
        accepts(assignCall(assignOp(lastReceivable(), SUPPLIER, 5)));
    }

    /// @dev The obligor enters nothing new: it owes as before, whoever holds.
    function test_Assign_OfASuspendedObligorsDebt_IsAccepted() public {
        ReceivableId id = issue();
        setStanding(BUYER, Standing.Suspended);
        accepts(assignCall(assignOp(id, MAKER, FACE)));
    }

    function test_Assign_ToAStopListedEnterprise_IsAccepted() public {
        ReceivableId id = issue();
        setStanding(MAKER, Standing.StopListed);
        accepts(assignCall(assignOp(id, MAKER, FACE)));
    }

    /// @dev A child needs the review that its parent needs.
    function test_Assign_Part_CarriesTheNeedOfAReviewOn() public {
        IssueReceivable memory issued = issueOp();
        issued.maturityDate = ledger.today() + MAX_TENOR_DAYS + 1;
        accepts(issueCall(issued));
        // The child is younger than its parent, and below the ordinary tenor then.
        vm.warp(block.timestamp + 30 days);
        accepts(assignCall(assignOp(lastReceivable(), MAKER, 5)));
        isTrue(ledger.receivable(lastReceivable()).reviewNeeded, "the child needs no review");
    }

    function test_Assign_Cancelled_IsRefused() public {
        ReceivableId id = issue();
        cancel(id);
        refuses(assignCall(assignOp(id, MAKER, 1)), statusWrong(id, ReceivableStatus.Cancelled));
    }

    function test_Assign_TheSameOperationTwice_IsRefusedByItsRevision() public {
        ReceivableId id = issue();
        bytes memory call = assignCall(assignOp(id, MAKER, 5));
        accepts(call);
        refuses(call, stale(id, 1, 2));
    }

    function test_Assign_ThereAndBack_MakesNoOldSignatureGoodAgain() public {
        ReceivableId id = issue();
        bytes memory first = assignCall(assignOp(id, MAKER, FACE));
        accepts(first);
        accepts(assignCall(assignOp(id, SUPPLIER, FACE)));
        refuses(first, stale(id, 1, 3));
    }

    function test_Assign_Redeemed_IsRefused() public {
        ReceivableId id = issue();
        accepts(redeemCall(redeemOp(id, FACE)));
        refuses(assignCall(assignOp(id, MAKER, 1)), statusWrong(id, ReceivableStatus.Redeemed));
    }

    function test_Assign_Whole_ChangesNothingButTheHolder() public {
        ReceivableId id = issue();
        Receivable memory expected = ledger.receivable(id);
        Vm.Log memory log = accepts(assignCall(assignOp(id, MAKER, FACE)));

        equal(log.topics[0], ILedgerEvents.ReceivableAssigned.selector, "event");
        equal(uint256(log.topics[1]), ReceivableId.unwrap(id), "receivable of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(SUPPLIER), "assignor of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(MAKER), "assignee of the event");
        equal(log.data, abi.encode(FACE), "data of the event");
        expected.holder = MAKER;
        expected.revision = 2;
        equal(abi.encode(ledger.receivable(id)), abi.encode(expected), "stored receivable");
        equal(ledger.totals().receivables, 1, "receivables");
    }

    function testFuzz_Assign_Part_SplitsWithoutLoss(uint64 faceFen, uint64 partFen) public {
        faceFen = 2 + faceFen % (MAX_AMOUNT_FEN - 1);
        partFen = 1 + partFen % (faceFen - 1);
        IssueReceivable memory issued = issueOp();
        issued.amountFen = issued.invoices[0].amountFen = faceFen;
        accepts(issueCall(issued));
        ReceivableId parent = lastReceivable();
        Vm.Log memory log = accepts(assignCall(assignOp(parent, MAKER, partFen)));

        ReceivableId child = lastReceivable();
        equal(ReceivableId.unwrap(child), 2, "child");
        equal(log.topics[0], ILedgerEvents.ReceivableSplit.selector, "event");
        equal(uint256(log.topics[1]), ReceivableId.unwrap(parent), "parent of the event");
        equal(uint256(log.topics[2]), ReceivableId.unwrap(child), "child of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(MAKER), "assignee of the event");
        equal(log.data, abi.encode(SUPPLIER, partFen, faceFen - partFen), "data of the event");
        requireSplit(parent, child, issued.maturityDate, uint40(faceFen), uint40(partFen));
    }

    function requireSplit(ReceivableId parent, ReceivableId child, uint16 maturityDate, uint40 faceFen, uint40 partFen)
        private
        view
    {
        Receivable memory expected = Receivable({
            obligor: BUYER,
            holder: MAKER,
            amountFen: partFen,
            disputedFen: 0,
            maturityDate: maturityDate,
            status: ReceivableStatus.Active,
            depth: 1,
            splits: 0,
            revision: 1,
            parent: parent,
            frozen: false,
            reviewNeeded: false
        });
        equal(abi.encode(ledger.receivable(child)), abi.encode(expected), "stored child");
        expected.holder = SUPPLIER;
        expected.amountFen = faceFen - partFen;
        expected.depth = 0;
        expected.splits = 1;
        expected.revision = 2;
        expected.parent = ReceivableId.wrap(0);
        equal(abi.encode(ledger.receivable(parent)), abi.encode(expected), "stored parent");
        equal(ledger.totals().issuedFen, faceFen, "issued");
    }
}
