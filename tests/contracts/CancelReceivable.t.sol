// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IServicing} from "../../contracts/interfaces/IServicing.sol";
import "../../contracts/Operations.sol";
import {BUYER, BUYER_TRADER, MAKER, MAKER_TRADER, SUPPLIER, SUPPLIER_TRADER} from "./support/LedgerTest.sol";
import {ServicingCalls} from "./support/ServicingCalls.sol";
import {Vm} from "./support/Vm.sol";

contract CancelReceivableTest is ServicingCalls {
    function test_CancelReceivable_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        ReceivableId pledged = issue();
        lend(pledged);
        ReceivableId frozen = issue();
        freeze(frozen);
        ReceivableId free = issue();
        CancelReceivable memory op = CancelReceivable(ReceivableId.wrap(99), 0, 9, uint64(block.timestamp - 1));

        refuses(signed(op), expired(op.deadline));
        op.deadline = soon();
        refuses(signed(op), receivableUnknown(op.receivable));
        op.receivable = pledged;
        refuses(signed(op), stale(pledged, 9, 2));
        op.revision = 2;
        refuses(signed(op), statusWrong(pledged, ReceivableStatus.Pledged));
        op.receivable = frozen;
        op.revision = 1;
        refuses(signed(op), locked(frozen));
        op.receivable = free;
        refuses(signed(op), reasonMissing());
        op.reasonHash = REASON;
        bytes memory obligor = sign(BUYER_TRADER, hashOf(op));
        refuses(abi.encodeCall(IServicing.cancelReceivable, (op, "", "")), malformed());
        refuses(cancelCall(op, MAKER_TRADER, MAKER_TRADER), unauthorised(SUPPLIER, MAKER_TRADER, Rights.TRADE));
        bytes memory holder = sign(SUPPLIER_TRADER, hashOf(op));
        refuses(abi.encodeCall(IServicing.cancelReceivable, (op, holder, "")), malformed());
        refuses(signed(op, holder, holder), unauthorised(BUYER, SUPPLIER_TRADER, Rights.TRADE));
        refuses(signed(op, obligor, holder), unauthorised(SUPPLIER, BUYER_TRADER, Rights.TRADE));
        accepts(signed(op, holder, obligor));
    }

    function test_CancelReceivable_TheSameOperationTwice_IsRefusedByItsRevision() public {
        ReceivableId id = issue();
        bytes memory call = cancelCall(cancelOp(id));
        accepts(call);
        refuses(call, stale(id, 1, 2));
    }

    function test_CancelReceivable_AfterAnAssignment_TheFormerHolderCannotAgree() public {
        ReceivableId id = issue();
        bytes memory agreed = cancelCall(cancelOp(id));
        accepts(assignCall(assignOp(id, MAKER, FACE)));
        refuses(agreed, stale(id, 1, 2));
        refuses(
            cancelCall(cancelOp(id), SUPPLIER_TRADER, BUYER_TRADER), unauthorised(MAKER, SUPPLIER_TRADER, Rights.TRADE)
        );
    }

    function test_CancelReceivable_ItsInvoices_NeverBackAnother() public {
        bytes32 fingerprint = keccak256("one invoice");
        accepts(issueCall(issueOp(fingerprint)));
        ReceivableId id = lastReceivable();
        accepts(cancelCall(cancelOp(id)));
        refuses(
            issueCall(issueOp(fingerprint)), abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, fingerprint, id)
        );
    }

    function test_CancelReceivable_ItsChildren_Stand() public {
        ReceivableId id = issue();
        accepts(assignCall(assignOp(id, MAKER, 400)));
        ReceivableId child = lastReceivable();
        accepts(cancelCall(cancelOp(id)));
        equal(ledger.totals().cancelledFen, FACE - 400, "cancelled");
        accepts(redeemCall(redeemOp(child, 400)));
    }

    function test_CancelReceivable_AtTheLastRevision_IsAccepted() public {
        ReceivableId id = issue();
        setRevision(id, type(uint16).max - 1);
        accepts(cancelCall(cancelOp(id)));
    }

    function test_CancelReceivable_WhileDisputed_EndsTheDisputeToo() public {
        ReceivableId id = issue();
        dispute(id, 7);
        accepts(cancelCall(cancelOp(id)));
        equal(ledger.receivable(id).disputedFen, 0, "disputed");
        refuses(resolveCall(resolveOp(id, 0)), statusWrong(id, ReceivableStatus.Cancelled));
    }

    function testFuzz_CancelReceivable_Accepted_GivesUpWhatIsLeft(uint64 redeemedFen) public {
        redeemedFen %= FACE;
        ReceivableId id = issue();
        if (redeemedFen > 0) accepts(redeemCall(redeemOp(id, redeemedFen)));
        Receivable memory expected = ledger.receivable(id);
        Totals memory totals = ledger.totals();
        Vm.Log memory log = accepts(cancelCall(cancelOp(id)));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.ReceivableCancelled.selector, "event");
        equal(uint256(log.topics[1]), ReceivableId.unwrap(id), "receivable of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(SUPPLIER), "holder of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(BUYER), "obligor of the event");
        equal(log.data, abi.encode(FACE - redeemedFen, REASON), "data of the event");
        expected.amountFen = 0;
        expected.status = ReceivableStatus.Cancelled;
        expected.revision += 1;
        equal(abi.encode(ledger.receivable(id)), abi.encode(expected), "stored receivable");
        totals.cancelledFen = FACE - redeemedFen;
        equal(abi.encode(ledger.totals()), abi.encode(totals), "totals");
    }

    function signed(CancelReceivable memory op) private view returns (bytes memory) {
        return cancelCall(op, SUPPLIER_TRADER, BUYER_TRADER);
    }

    function signed(CancelReceivable memory op, bytes memory holder, bytes memory obligor)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IServicing.cancelReceivable, (op, holder, obligor));
    }
}
