// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {Circumstances} from "./support/Circumstances.sol";
import {BANK, BUYER, BUYER_TRADER, MAKER, OUTSIDER, STRANGER, SUPPLIER} from "./support/LedgerTest.sol";
import {Vm} from "./support/Vm.sol";

contract IssueReceivableTest is Circumstances {
    PartyId private constant OTHER_STRANGER = PartyId.wrap(98);

    /// @dev Everything is wrong at first; each step mends what was refused and meets the next refusal.
    function test_Issue_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        issue();
        uint16 today = ledger.today();
        IssueReceivable memory op = IssueReceivable(
            STRANGER, STRANGER, MAX_AMOUNT_FEN + 1, today, new Invoice[](0), uint64(block.timestamp - 1)
        );

        refuses(issueCall(op), expired(op.deadline));
        op.deadline = uint64(block.timestamp);
        refuses(issueCall(op), abi.encodeWithSelector(ILedgerErrors.SelfDealing.selector, STRANGER));
        op.holder = OTHER_STRANGER;
        refuses(issueCall(op), amountOut(MAX_AMOUNT_FEN + 1, 1, MAX_AMOUNT_FEN));
        op.amountFen = FACE;
        refuses(issueCall(op), maturityOut(today, today));
        op.maturityDate = today + 1;
        refusesItsParties(op);
        refusesItsInvoices(op);
        refuses(abi.encodeCall(ITrading.issueReceivable, (op, "", "")), malformed());
        refuses(issueCall(op, OUTSIDER, OUTSIDER), unauthorised(BUYER, OUTSIDER, Rights.TRADE));
        refuses(issueCall(op, BUYER_TRADER, OUTSIDER), unauthorised(SUPPLIER, OUTSIDER, Rights.TRADE));
        accepts(issueCall(op));
    }

    function refusesItsParties(IssueReceivable memory op) private {
        refuses(issueCall(op), partyUnknown(STRANGER));
        op.obligor = BANK;
        refuses(issueCall(op), kindWrong(BANK, PartyKind.Enterprise, PartyKind.Bank));
        op.obligor = BUYER;
        setStanding(BUYER, Standing.Suspended);
        refuses(issueCall(op), suspended(BUYER));
        setStanding(BUYER, Standing.StopListed);
        refuses(issueCall(op), stopListed(BUYER));
        setStanding(BUYER, Standing.Active);
        refuses(issueCall(op), partyUnknown(OTHER_STRANGER));
        op.holder = OPERATOR;
        refuses(issueCall(op), kindWrong(OPERATOR, PartyKind.Enterprise, PartyKind.Operator));
        op.holder = SUPPLIER;
        setStanding(SUPPLIER, Standing.Suspended);
        refuses(issueCall(op), suspended(SUPPLIER));
        setStanding(SUPPLIER, Standing.Active);
    }

    /// @dev The first invoice is looked at wholly before the second one, and their sum last.
    function refusesItsInvoices(IssueReceivable memory op) private {
        bytes32 taken = keccak256(abi.encode("invoice", uint40(0)));
        refuses(issueCall(op), countOut(0));
        op.invoices = new Invoice[](MAX_INVOICES + 1);
        refuses(issueCall(op), countOut(MAX_INVOICES + 1));
        op.invoices = new Invoice[](2);
        refuses(issueCall(op), abi.encodeWithSelector(ILedgerErrors.FingerprintMissing.selector));
        op.invoices[0].fingerprint = taken;
        refuses(issueCall(op), amountOut(0, 1, MAX_AMOUNT_FEN));
        op.invoices[0].amountFen = FACE - 2;
        refuses(issueCall(op), fingerprintTaken(taken, 1));
        op.invoices[0].fingerprint = keccak256("another invoice");
        refuses(issueCall(op), abi.encodeWithSelector(ILedgerErrors.FingerprintMissing.selector));
        op.invoices[1].fingerprint = keccak256("a second invoice");
        op.invoices[1].amountFen = MAX_AMOUNT_FEN + 1;
        refuses(issueCall(op), amountOut(MAX_AMOUNT_FEN + 1, 1, MAX_AMOUNT_FEN));
        op.invoices[1].amountFen = 1;
        refuses(issueCall(op), belowFace(FACE - 1, FACE));
        op.invoices[1].amountFen = 2;
    }

    function test_Issue_ZeroAmount_IsRefused() public {
        IssueReceivable memory op = issueOp();
        op.amountFen = 0;
        refuses(issueCall(op), amountOut(0, 1, MAX_AMOUNT_FEN));
    }

    function test_Issue_BeyondTheLongestTenor_IsRefused() public {
        IssueReceivable memory op = issueOp();
        op.maturityDate = ledger.today() + MAX_REVIEWED_TENOR_DAYS + 1;
        refuses(issueCall(op), maturityOut(op.maturityDate, ledger.today()));
        op.maturityDate -= 1;
        accepts(issueCall(op));
    }

    /// @dev Art 11: above six months only after a bank has reviewed the trade.
    function test_Issue_AboveTheOrdinaryTenor_NeedsAReview() public {
        IssueReceivable memory op = issueOp();
        op.maturityDate = ledger.today() + MAX_TENOR_DAYS;
        accepts(issueCall(op));
        isTrue(!ledger.receivable(lastReceivable()).reviewNeeded, "the ordinary tenor needs a review");
        op = issueOp();
        op.maturityDate = ledger.today() + MAX_TENOR_DAYS + 1;
        Vm.Log memory log = accepts(issueCall(op));
        isTrue(ledger.receivable(lastReceivable()).reviewNeeded, "a longer tenor needs no review");
        equal(log.data, abi.encode(FACE, op.maturityDate, true, op.invoices), "data of the event");
    }

    function test_Issue_TheSameOperationTwice_IsRefusedByItsFingerprint() public {
        bytes memory call = issueCall(issueOp(keccak256("invoice 1")));
        accepts(call);
        refuses(call, fingerprintTaken(keccak256("invoice 1"), 1));
    }

    function test_Issue_TheSameInvoiceTwiceInOne_IsRefused() public {
        IssueReceivable memory op = issueOp();
        op.invoices = new Invoice[](2);
        op.invoices[0] = Invoice(keccak256("invoice 1"), FACE);
        op.invoices[1] = Invoice(keccak256("invoice 1"), 1);
        refuses(issueCall(op), fingerprintTaken(keccak256("invoice 1"), 1));
        equal(ReceivableId.unwrap(ledger.receivableOfFingerprint(keccak256("invoice 1"))), 0, "a trace was left");
    }

    /// @dev One invoice among others is enough, whoever issues and whoever holds.
    function test_Issue_ForAnInvoiceOfAnotherReceivable_IsRefused() public {
        IssueReceivable memory op = issueOp();
        op.invoices = new Invoice[](2);
        op.invoices[0] = Invoice(keccak256("invoice 1"), FACE);
        op.invoices[1] = Invoice(keccak256("invoice 2"), FACE);
        accepts(issueCall(op));
        op.obligor = MAKER;
        op.holder = BUYER;
        op.invoices[0].fingerprint = keccak256("invoice 3");
        refuses(issueCall(op), fingerprintTaken(keccak256("invoice 2"), 1));
        cancel(lastReceivable());
        refuses(issueCall(op), fingerprintTaken(keccak256("invoice 2"), 1));
    }

    function test_Issue_BelowTheSumOfItsInvoices_IsAccepted() public {
        IssueReceivable memory op = issueOp();
        op.amountFen = 1;
        op.invoices[0].amountFen = MAX_AMOUNT_FEN;
        accepts(issueCall(op));
    }

    /// @dev The sum of many invoices does not wrap around.
    function test_Issue_AsManyInvoicesAsAllowed_EachOverTheMost_IsAccepted() public {
        IssueReceivable memory op = issueOp();
        op.amountFen = MAX_AMOUNT_FEN;
        op.invoices = new Invoice[](MAX_INVOICES);
        for (uint256 i = 0; i < MAX_INVOICES; i++) {
            op.invoices[i] = Invoice(keccak256(abi.encode("invoice", i)), MAX_AMOUNT_FEN);
        }
        accepts(issueCall(op));
        for (uint256 i = 0; i < MAX_INVOICES; i++) {
            equal(ReceivableId.unwrap(ledger.receivableOfFingerprint(op.invoices[i].fingerprint)), 1, "receivable");
        }
    }

    /// @dev The stop-list bars an obligor from new debts; what others owe it, it may hold.
    function test_Issue_ToAStopListedHolder_IsAccepted() public {
        setStanding(SUPPLIER, Standing.StopListed);
        accepts(issueCall(issueOp()));
    }

    /// @dev Signed in good standing, submitted after: what counts is how the parties stand then.
    function test_Issue_ObligorStopListedMeanwhile_IsRefused() public {
        bytes memory call = issueCall(issueOp());
        setStanding(BUYER, Standing.StopListed);
        refuses(call, stopListed(BUYER));
        setStanding(BUYER, Standing.Active);
        accepts(call);
    }

    function test_Issue_AlteredAfterSigning_IsRefused() public {
        IssueReceivable memory op = issueOp();
        bytes memory signed = sign(BUYER_TRADER, hashOf(op));
        op.amountFen -= 1;
        refusesForged(op, signed);
        op.amountFen += 1;
        op.invoices[0].amountFen += 1;
        refusesForged(op, signed);
        op.invoices[0].amountFen -= 1;
        op.invoices[0].fingerprint = keccak256("another invoice");
        refusesForged(op, signed);
    }

    /// @dev A signature over other data recovers some other account, which is no signer of the obligor.
    function refusesForged(IssueReceivable memory op, bytes memory obligor) private {
        bytes memory holder = sign(traderOf(SUPPLIER), hashOf(op));
        (bool success, bytes memory reason) =
            address(ledger).call(abi.encodeCall(ITrading.issueReceivable, (op, obligor, holder)));
        isTrue(!success, "an altered issue was accepted");
        equal(bytes32(bytes4(reason)), bytes32(ILedgerErrors.SignerUnauthorised.selector), "reason");
    }

    function testFuzz_Issue_Accepted_StandsAsSigned(uint64 amountFen, uint16 tenorDays, uint8 count, bytes32 salt) public {
        amountFen = 1 + amountFen % MAX_AMOUNT_FEN;
        tenorDays = 1 + tenorDays % MAX_REVIEWED_TENOR_DAYS;
        uint16 maturityDate = ledger.today() + tenorDays;
        Invoice[] memory invoices = invoicesOver(amountFen, 1 + count % MAX_INVOICES, salt);
        Vm.Log memory log =
            accepts(issueCall(IssueReceivable(BUYER, SUPPLIER, amountFen, maturityDate, invoices, soon())));

        equal(log.topics[0], ILedgerEvents.ReceivableIssued.selector, "event");
        equal(uint256(log.topics[1]), 1, "receivable of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BUYER), "obligor of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "holder of the event");
        bool reviewNeeded = tenorDays > MAX_TENOR_DAYS;
        equal(log.data, abi.encode(amountFen, maturityDate, reviewNeeded, invoices), "data of the event");
        requireStored(amountFen, maturityDate, reviewNeeded);
        for (uint256 i = 0; i < invoices.length; i++) {
            equal(ReceivableId.unwrap(ledger.receivableOfFingerprint(invoices[i].fingerprint)), 1, "of a fingerprint");
        }
    }

    function requireStored(uint64 amountFen, uint16 maturityDate, bool reviewNeeded) private view {
        Receivable memory expected = Receivable({
            obligor: BUYER,
            holder: SUPPLIER,
            amountFen: uint40(amountFen),
            disputedFen: 0,
            maturityDate: maturityDate,
            status: ReceivableStatus.Active,
            depth: 0,
            splits: 0,
            revision: 1,
            parent: ReceivableId.wrap(0),
            frozen: false,
            reviewNeeded: reviewNeeded
        });
        equal(abi.encode(ledger.receivable(ReceivableId.wrap(1))), abi.encode(expected), "stored receivable");
        equal(ledger.totals().receivables, 1, "receivables");
        equal(ledger.totals().issuedFen, amountFen, "issued");
    }

    /// @dev Invoices that come to the amount exactly, or to a little more where it cannot be divided.
    function invoicesOver(uint64 amountFen, uint8 count, bytes32 salt) private pure returns (Invoice[] memory invoices) {
        invoices = new Invoice[](count);
        for (uint256 i = 0; i < count; i++) {
            invoices[i] = Invoice(keccak256(abi.encode(salt, i)), (amountFen + count - 1) / count);
        }
    }

    function testFuzz_Issue_AmountOutOfRange_IsRefused(uint64 amountFen) public {
        IssueReceivable memory op = issueOp();
        op.amountFen = amountFen;
        vm.assume(amountFen == 0 || amountFen > MAX_AMOUNT_FEN);
        refuses(issueCall(op), amountOut(amountFen, 1, MAX_AMOUNT_FEN));
    }

    function testFuzz_Issue_MaturityOutOfRange_IsRefused(uint16 maturityDate) public {
        uint16 today = ledger.today();
        vm.assume(maturityDate <= today || maturityDate > today + MAX_REVIEWED_TENOR_DAYS);
        IssueReceivable memory op = issueOp();
        op.maturityDate = maturityDate;
        refuses(issueCall(op), maturityOut(maturityDate, today));
    }

    function testFuzz_Issue_InvoicesBelowItsFace_IsRefused(uint64 first, uint64 second, uint64 amountFen) public {
        IssueReceivable memory op = issueOp();
        first = 1 + first % (MAX_AMOUNT_FEN / 2 - 1);
        second = 1 + second % (MAX_AMOUNT_FEN / 2 - 1);
        op.amountFen = first + second + 1 + amountFen % (MAX_AMOUNT_FEN - first - second);
        op.invoices = new Invoice[](2);
        op.invoices[0] = Invoice(keccak256("invoice 1"), first);
        op.invoices[1] = Invoice(keccak256("invoice 2"), second);
        refuses(issueCall(op), belowFace(first + second, op.amountFen));
        op.amountFen = first + second;
        accepts(issueCall(op));
    }

    function maturityOut(uint16 maturityDate, uint16 today) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.MaturityOutOfRange.selector, maturityDate, today + 1, today + MAX_REVIEWED_TENOR_DAYS
        );
    }

    function countOut(uint256 count) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.InvoiceCountOutOfRange.selector, count, MAX_INVOICES);
    }

    function fingerprintTaken(bytes32 fingerprint, uint40 by) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, fingerprint, by);
    }

    function belowFace(uint256 invoicesFen, uint64 amountFen) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.InvoicesBelowFace.selector, invoicesFen, amountFen);
    }

    function stopListed(PartyId id) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.PartyStopListed.selector, id);
    }
}
