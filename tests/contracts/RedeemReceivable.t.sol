// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {BUYER, MAKER, OUTSIDER, SUPPLIER} from "./support/LedgerTest.sol";
import {Vm} from "./support/Vm.sol";

contract RedeemReceivableTest is Circumstances {
    function test_Redeem_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        ReceivableId id = issue();
        open(id);
        RedeemReceivable memory op =
            RedeemReceivable(ReceivableId.wrap(7), 0, 0, 9, uint64(block.timestamp - 1));

        refuses(redeemCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(redeemCall(op), abi.encodeWithSelector(ILedgerErrors.ReceivableUnknown.selector, op.receivable));
        op.receivable = id;
        refuses(redeemCall(op), stale(id, 9, 2));
        op.revision = 2;
        refuses(redeemCall(op), statusWrong(id, ReceivableStatus.Pledged));
        op.receivable = issue();
        freeze(op.receivable);
        op.revision = setRevision(op.receivable, type(uint16).max - 2);
        refuses(redeemCall(op), locked(op.receivable));
        unfreeze(op.receivable);
        refuses(redeemCall(op), amountOut(0, 1, FACE));
        op.amountFen = FACE + 1;
        refuses(redeemCall(op), amountOut(FACE + 1, 1, FACE));
        op.amountFen = FACE - 1;
        refuses(
            redeemCall(op),
            abi.encodeWithSelector(ILedgerErrors.ReceivableRevisionsExhausted.selector, op.receivable)
        );
        op.revision = setRevision(op.receivable, type(uint16).max - 3);
        refuses(redeemCall(op), abi.encodeWithSelector(ILedgerErrors.PaymentReferenceMissing.selector));
        op.paymentReference = PAYMENT;
        refuses(abi.encodeCall(ITrading.redeemReceivable, (op, "")), malformed());
        refuses(redeemCall(op, OUTSIDER), unauthorised(SUPPLIER, OUTSIDER, Rights.TRADE));
        accepts(redeemCall(op));
    }

    function test_Redeem_ByTheObligor_IsRefused() public {
        ReceivableId id = issue();
        refuses(
            redeemCall(redeemOp(id, FACE), traderOf(BUYER)), unauthorised(SUPPLIER, traderOf(BUYER), Rights.TRADE)
        );
    }

    function test_Redeem_TheSameOperationTwice_IsRefusedByItsRevision() public {
        ReceivableId id = issue();
        bytes memory call = redeemCall(redeemOp(id, 10));
        accepts(call);
        refuses(call, stale(id, 1, 2));
    }

    function test_Redeem_Redeemed_IsRefused() public {
        ReceivableId id = issue();
        accepts(redeemCall(redeemOp(id, FACE)));
        refuses(redeemCall(redeemOp(id, 1)), statusWrong(id, ReceivableStatus.Redeemed));
    }

    function test_Redeem_Cancelled_IsRefused() public {
        ReceivableId id = issue();
        cancel(id);
        refuses(redeemCall(redeemOp(id, 1)), statusWrong(id, ReceivableStatus.Cancelled));
    }

    /// @dev 国令802号: the undisputed part is paid.
    function test_Redeem_TheDisputedPart_WaitsForTheResolution() public {
        ReceivableId id = issue();
        dispute(id, 30);
        refuses(redeemCall(redeemOp(id, FACE - 29)), amountOut(FACE - 29, 1, FACE - 30));
        accepts(redeemCall(redeemOp(id, FACE - 30)));
        equal(uint8(ledger.receivable(id).status), uint8(ReceivableStatus.Active), "status");
        refuses(redeemCall(redeemOp(id, 1)), amountOut(1, 1, 0));
        resolve(id, 10);
        accepts(redeemCall(redeemOp(id, 20)));
        equal(uint8(ledger.receivable(id).status), uint8(ReceivableStatus.Redeemed), "status at the end");
        equal(ledger.totals().redeemedFen, FACE - 10, "redeemed");
        equal(ledger.totals().cancelledFen, 10, "cancelled");
    }

    function test_Redeem_Frozen_IsRefusedUntilItIsUnfrozen() public {
        ReceivableId id = issue();
        bytes memory call = redeemCall(redeemOp(id, FACE));
        freeze(id);
        refuses(call, locked(id));
        unfreeze(id);
        accepts(call);
    }

    /// @dev What is owed is paid, whoever of the two is suspended.
    function test_Redeem_BetweenSuspendedParties_IsAccepted() public {
        ReceivableId id = issue();
        setStanding(BUYER, Standing.Suspended);
        setStanding(SUPPLIER, Standing.Suspended);
        accepts(redeemCall(redeemOp(id, FACE)));
    }

    /// @dev Late payment is payment.
    function test_Redeem_AfterTheMaturityDate_IsAccepted() public {
        ReceivableId id = issue();
        vm.warp(block.timestamp + 400 days);
        accepts(redeemCall(redeemOp(id, FACE)));
    }

    function test_Redeem_AtTheLastRevisions_StillEndsTheReceivable() public {
        ReceivableId id = issue();
        setRevision(id, type(uint16).max - 3);
        LoanId loan = lend(id);
        repayAll(loan);
        equal(ledger.receivable(id).revision, type(uint16).max - 1, "revision after the release");
        accepts(redeemCall(redeemOp(id, FACE)));
        equal(uint8(ledger.receivable(id).status), uint8(ReceivableStatus.Redeemed), "status");
    }

    function test_Redeem_AfterAssignment_IsTheNewHoldersAlone() public {
        ReceivableId id = issue();
        accepts(assignCall(assignOp(id, MAKER, FACE)));
        refuses(
            redeemCall(redeemOp(id, FACE), traderOf(SUPPLIER)), unauthorised(MAKER, traderOf(SUPPLIER), Rights.TRADE)
        );
        accepts(redeemCall(redeemOp(id, FACE)));
    }

    function testFuzz_Redeem_InParts_EndsExactlyAtTheFace(uint64 faceFen, uint64 firstFen) public {
        faceFen = 2 + faceFen % (MAX_AMOUNT_FEN - 1);
        firstFen = 1 + firstFen % (faceFen - 1);
        IssueReceivable memory issued = issueOp();
        issued.amountFen = issued.invoices[0].amountFen = faceFen;
        accepts(issueCall(issued));
        ReceivableId id = lastReceivable();

        Vm.Log memory log = accepts(redeemCall(redeemOp(id, firstFen)));
        equal(log.topics[0], ILedgerEvents.ReceivableRedeemed.selector, "event");
        equal(uint256(log.topics[1]), ReceivableId.unwrap(id), "receivable of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(SUPPLIER), "holder of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(BUYER), "obligor of the event");
        equal(log.data, abi.encode(firstFen, faceFen - firstFen, PAYMENT), "data of the event");
        equal(uint8(ledger.receivable(id).status), uint8(ReceivableStatus.Active), "status after a part");
        equal(ledger.receivable(id).amountFen, faceFen - firstFen, "amount after a part");
        refuses(
            redeemCall(redeemOp(id, faceFen - firstFen + 1)),
            amountOut(faceFen - firstFen + 1, 1, faceFen - firstFen)
        );

        accepts(redeemCall(redeemOp(id, faceFen - firstFen)));
        equal(uint8(ledger.receivable(id).status), uint8(ReceivableStatus.Redeemed), "status at the end");
        equal(ledger.totals().redeemedFen, faceFen, "redeemed");
    }
}
