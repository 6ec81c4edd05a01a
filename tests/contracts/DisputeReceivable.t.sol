// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import "../../contracts/Operations.sol";
import {BUYER, BUYER_TRADER, MAKER, MAKER_TRADER, SUPPLIER, SUPPLIER_TRADER} from "./support/LedgerTest.sol";
import {ServicingCalls} from "./support/ServicingCalls.sol";
import {Vm} from "./support/Vm.sol";

/// @notice A dispute from its record to its end: only the disputed part is held fast.
contract DisputeReceivableTest is ServicingCalls {
    uint16 private constant LAST = type(uint16).max - 3;

    // ---- Disputing

    function test_DisputeReceivable_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        ReceivableId redeemed = issue();
        accepts(redeemCall(redeemOp(redeemed, FACE)));
        ReceivableId disputed = issue();
        dispute(disputed, 7);
        ReceivableId settled = issue();
        dispute(settled, 7);
        accepts(resolveCall(resolveOp(settled, 0)));
        ReceivableId free = issue();
        DisputeReceivable memory op = DisputeReceivable(ReceivableId.wrap(99), 0, 0, 9, uint64(block.timestamp - 1));

        refuses(disputeCall(op, BUYER_TRADER), expired(op.deadline));
        op.deadline = soon();
        refuses(disputeCall(op, BUYER_TRADER), receivableUnknown(op.receivable));
        op.receivable = redeemed;
        refuses(disputeCall(op), stale(redeemed, 9, 2));
        op.revision = 2;
        refuses(disputeCall(op), statusWrong(redeemed, ReceivableStatus.Redeemed));
        op.receivable = disputed;
        refuses(disputeCall(op), pending(disputed, 7));
        op.receivable = settled;
        op.revision = 3;
        refuses(disputeCall(op), used(settled));
        op.receivable = free;
        op.revision = setRevision(free, LAST);
        refuses(disputeCall(op), revisionsExhausted(free));
        op.revision = setRevision(free, LAST - 1);
        refuses(disputeCall(op), amountOut(0, 1, FACE));
        op.disputedFen = FACE + 1;
        refuses(disputeCall(op), amountOut(FACE + 1, 1, FACE));
        op.disputedFen = FACE;
        refuses(disputeCall(op), reasonMissing());
        op.reasonHash = REASON;
        refuses(abi.encodeCall(IServicing.disputeReceivable, (op, "")), malformed());
        refuses(disputeCall(op, SUPPLIER_TRADER), unauthorised(BUYER, SUPPLIER_TRADER, Rights.TRADE));
        accepts(disputeCall(op));
    }

    function test_DisputeReceivable_TheSameOperationTwice_IsRefusedByItsRevision() public {
        ReceivableId id = issue();
        bytes memory call = disputeCall(disputeOp(id, 5));
        accepts(call);
        refuses(call, stale(id, 1, 2));
        accepts(resolveCall(resolveOp(id, 0)));
        refuses(call, stale(id, 1, 3));
    }

    /// @dev Whoever holds it then and in whatever state it is: what was settled once is not opened again. A child is a debt of its own.
    function test_DisputeReceivable_AfterItWasResolved_IsRefusedForEver() public {
        ReceivableId id = issue();
        dispute(id, 5);
        accepts(resolveCall(resolveOp(id, 0)));
        refuses(disputeCall(disputeOp(id, 5)), used(id));
        accepts(assignCall(assignOp(id, MAKER, FACE)));
        refuses(disputeCall(disputeOp(id, 5)), used(id));
        accepts(assignCall(assignOp(id, SUPPLIER, 40)));
        ReceivableId child = lastReceivable();
        lend(id);
        refuses(disputeCall(disputeOp(id, 5)), used(id));
        dispute(child, 5);
        accepts(resolveCall(resolveOp(child, 5)));
        refuses(disputeCall(disputeOp(child, 5)), used(child));
    }

    function test_DisputeReceivable_Frozen_IsStillRecorded() public {
        ReceivableId id = issue();
        freeze(id);
        dispute(id, 5);
    }

    function test_DisputeReceivable_Pledged_ChangesNoLoan() public {
        ReceivableId id = issue();
        LoanId opened = open(id);
        bytes memory before = abi.encode(ledger.loan(opened));
        dispute(id, FACE);
        equal(abi.encode(ledger.loan(opened)), before, "loan");
        accepts(disburseCall(disburseOp(opened)));
        repayAll(opened);
        equal(uint8(ledger.receivable(id).status), uint8(ReceivableStatus.Active), "status after the repayment");
        equal(ledger.receivable(id).disputedFen, FACE, "disputed after the repayment");
        refuses(redeemCall(redeemOp(id, 1)), amountOut(1, 1, 0));
    }

    function test_DisputeReceivable_OnlyTheDisputedPart_IsHeldFast() public {
        ReceivableId id = issue();
        dispute(id, 100);
        refuses(assignCall(assignOp(id, MAKER, FACE - 99)), amountOut(FACE - 99, 1, FACE - 100));
        refuses(assignCall(assignOp(id, MAKER, FACE)), amountOut(FACE, 1, FACE - 100));
        refuses(redeemCall(redeemOp(id, FACE - 99)), amountOut(FACE - 99, 1, FACE - 100));
        OpenLoan memory loan = openOp(id);
        loan.principalFen = FACE - 99;
        refuses(openCall(loan), amountOut(FACE - 99, FACE / 10, FACE - 100));
        accepts(assignCall(assignOp(id, MAKER, 50)));
        equal(ledger.receivable(lastReceivable()).disputedFen, 0, "disputed of the child");
        accepts(redeemCall(redeemOp(id, FACE - 150)));
        equal(uint8(ledger.receivable(id).status), uint8(ReceivableStatus.Active), "status of what is disputed");
        equal(ledger.receivable(id).amountFen, 100, "left");
        refuses(redeemCall(redeemOp(id, 1)), amountOut(1, 1, 0));
    }

    function testFuzz_DisputeReceivable_Accepted_ChangesTheDisputedPartOnly(uint64 disputedFen, bool pledged) public {
        disputedFen = 1 + disputedFen % FACE;
        ReceivableId id = issue();
        if (pledged) open(id);
        Receivable memory expected = ledger.receivable(id);
        bytes memory totals = abi.encode(ledger.totals());
        Vm.Log memory log = accepts(disputeCall(disputeOp(id, disputedFen)));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.ReceivableDisputed.selector, "event");
        equal(uint256(log.topics[1]), ReceivableId.unwrap(id), "receivable of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(SUPPLIER), "holder of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(BUYER), "obligor of the event");
        equal(log.data, abi.encode(disputedFen, REASON), "data of the event");
        expected.disputedFen = uint40(disputedFen);
        expected.revision += 1;
        equal(abi.encode(ledger.receivable(id)), abi.encode(expected), "stored receivable");
        equal(abi.encode(ledger.totals()), totals, "totals");
    }

    // ---- Resolving

    function test_ResolveDispute_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        ReceivableId redeemed = issue();
        accepts(redeemCall(redeemOp(redeemed, FACE)));
        ReceivableId frozen = issue();
        freeze(frozen);
        ReceivableId free = issue();
        ReceivableId pledged = issue();
        open(pledged);
        dispute(pledged, 7);
        ReceivableId disputed = issue();
        dispute(disputed, 7);
        ResolveDispute memory op = ResolveDispute(ReceivableId.wrap(99), 8, 9, uint64(block.timestamp - 1));

        refuses(signed(op), expired(op.deadline));
        op.deadline = soon();
        refuses(signed(op), receivableUnknown(op.receivable));
        op.receivable = redeemed;
        refuses(signed(op), stale(redeemed, 9, 2));
        op.revision = 2;
        refuses(signed(op), statusWrong(redeemed, ReceivableStatus.Redeemed));
        op.receivable = frozen;
        op.revision = 1;
        refuses(signed(op), locked(frozen));
        op.receivable = free;
        refuses(signed(op), abi.encodeWithSelector(ILedgerErrors.DisputeMissing.selector, free));
        op.receivable = pledged;
        op.revision = 3;
        refuses(signed(op), amountOut(8, 0, 0));
        op.receivable = disputed;
        op.revision = 2;
        refuses(signed(op), amountOut(8, 0, 7));
        op.cancelledFen = 7;
        bytes memory holder = sign(SUPPLIER_TRADER, hashOf(op));
        bytes memory obligor = sign(BUYER_TRADER, hashOf(op));
        refuses(abi.encodeCall(IServicing.resolveDispute, (op, "", "")), malformed());
        refuses(resolveCall(op, MAKER_TRADER, MAKER_TRADER), unauthorised(SUPPLIER, MAKER_TRADER, Rights.TRADE));
        refuses(abi.encodeCall(IServicing.resolveDispute, (op, holder, "")), malformed());
        refuses(
            abi.encodeCall(IServicing.resolveDispute, (op, holder, holder)),
            unauthorised(BUYER, SUPPLIER_TRADER, Rights.TRADE)
        );
        refuses(
            abi.encodeCall(IServicing.resolveDispute, (op, obligor, obligor)),
            unauthorised(SUPPLIER, BUYER_TRADER, Rights.TRADE)
        );
        accepts(abi.encodeCall(IServicing.resolveDispute, (op, holder, obligor)));
    }

    function test_ResolveDispute_Pledged_GivesNothingUp() public {
        ReceivableId id = issue();
        LoanId loan = open(id);
        dispute(id, FACE);
        refuses(resolveCall(resolveOp(id, 1)), amountOut(1, 0, 0));
        accepts(resolveCall(resolveOp(id, 0)));
        equal(uint8(ledger.receivable(id).status), uint8(ReceivableStatus.Pledged), "status");
        equal(ledger.receivable(id).amountFen, FACE, "amount");
        accepts(disburseCall(disburseOp(loan)));
    }

    function test_ResolveDispute_TheSameOperationTwice_IsRefusedByItsRevision() public {
        ReceivableId id = issue();
        dispute(id, 5);
        bytes memory call = resolveCall(resolveOp(id, 2));
        accepts(call);
        refuses(call, stale(id, 2, 3));
    }

    /// @dev Whatever was done with the undisputed part meanwhile: the last revisions carry the receivable to its end.
    function test_ResolveDispute_AtTheLastRevisions_IsAlwaysPossible() public {
        ReceivableId id = issue();
        setRevision(id, LAST - 2);
        dispute(id, 10);
        accepts(assignCall(assignOp(id, MAKER, 5)));
        refuses(assignCall(assignOp(id, MAKER, 5)), revisionsExhausted(id));
        refuses(redeemCall(redeemOp(id, 5)), revisionsExhausted(id));
        refuses(openCall(openOp(id)), revisionsExhausted(id));
        accepts(resolveCall(resolveOp(id, 4)));
        accepts(redeemCall(redeemOp(id, FACE - 9)));
    }

    function test_ResolveDispute_AtTheLastRevisions_ThroughAPledgeAndItsRelease() public {
        for (uint256 when = 0; when < 3; when++) {
            ReceivableId id = issue();
            setRevision(id, when == 2 ? LAST - 2 : LAST - 3);
            if (when < 2) dispute(id, 10);
            LoanId loan = lend(id);
            if (when == 2) dispute(id, 10);
            if (when == 1) accepts(resolveCall(resolveOp(id, 0)));
            repayAll(loan);
            if (when != 1) accepts(resolveCall(resolveOp(id, 0)));
            accepts(redeemCall(redeemOp(id, FACE)));
        }
        // And the very last ones: pledged while disputed, resolved before or after the release.
        for (uint256 when = 0; when < 2; when++) {
            ReceivableId id = issue();
            setRevision(id, LAST - 2);
            dispute(id, 10);
            LoanId loan = lend(id);
            equal(ledger.receivable(id).revision, LAST, "revision of the pledge");
            if (when == 0) accepts(resolveCall(resolveOp(id, 0)));
            repayAll(loan);
            if (when == 1) accepts(resolveCall(resolveOp(id, 0)));
            accepts(redeemCall(redeemOp(id, FACE)));
            equal(ledger.receivable(id).revision, type(uint16).max, "last revision");
        }
    }

    function testFuzz_ResolveDispute_Accepted_CancelsWhatIsGivenUp(uint64 disputedFen, uint64 cancelledFen) public {
        disputedFen = 1 + disputedFen % FACE;
        cancelledFen = disputedFen % 3 == 0 ? disputedFen : cancelledFen % (disputedFen + 1);
        if (disputedFen % 7 == 0) cancelledFen = disputedFen = FACE;
        ReceivableId id = issue();
        dispute(id, disputedFen);
        Receivable memory expected = ledger.receivable(id);
        Totals memory totals = ledger.totals();
        Vm.Log memory log = accepts(resolveCall(resolveOp(id, cancelledFen)));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.DisputeResolved.selector, "event");
        equal(uint256(log.topics[1]), ReceivableId.unwrap(id), "receivable of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(SUPPLIER), "holder of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(BUYER), "obligor of the event");
        equal(log.data, abi.encode(cancelledFen, FACE - cancelledFen), "data of the event");
        expected.amountFen = uint40(FACE - cancelledFen);
        expected.disputedFen = 0;
        if (cancelledFen == FACE) expected.status = ReceivableStatus.Cancelled;
        expected.revision += 1;
        equal(abi.encode(ledger.receivable(id)), abi.encode(expected), "stored receivable");
        totals.cancelledFen = cancelledFen;
        equal(abi.encode(ledger.totals()), abi.encode(totals), "totals");
        if (cancelledFen == FACE) refuses(redeemCall(redeemOp(id, 1)), statusWrong(id, ReceivableStatus.Cancelled));
        else accepts(redeemCall(redeemOp(id, FACE - cancelledFen)));
    }

    function signed(ResolveDispute memory op) private view returns (bytes memory) {
        return resolveCall(op, SUPPLIER_TRADER, BUYER_TRADER);
    }

    function pending(ReceivableId id, uint64 disputedFen) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.DisputePending.selector, id, disputedFen);
    }

    function used(ReceivableId id) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.DisputeUsed.selector, id);
    }
}
