// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {BANK, BUYER, BUYER_TRADER, OPERATOR, OUTSIDER, STRANGER, SUPPLIER} from "./support/LedgerTest.sol";
import {Trading} from "./support/Trading.sol";
import {Vm} from "./support/Vm.sol";

contract IssueReceivableTest is Trading {
    /// @dev Everything is wrong at first; each step mends what was refused and meets the next refusal.
    function test_Issue_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        issue();
        bytes32 taken = keccak256(abi.encode("invoice", uint40(0)));
        uint16 today = ledger.today();
        IssueReceivable memory op =
            IssueReceivable(STRANGER, STRANGER, MAX_AMOUNT_FEN + 1, today, 0, uint64(block.timestamp - 1));

        refuses(issueCall(op), expired(op.deadline));
        op.deadline = uint64(block.timestamp);
        refuses(issueCall(op), abi.encodeWithSelector(ILedgerErrors.SelfDealing.selector, STRANGER));
        op.holder = PartyId.wrap(98);
        refuses(issueCall(op), amountOut(MAX_AMOUNT_FEN + 1, 1, MAX_AMOUNT_FEN));
        op.amountFen = MAX_AMOUNT_FEN;
        refuses(issueCall(op), abi.encodeWithSelector(ILedgerErrors.FingerprintMissing.selector));
        op.invoiceFingerprint = taken;
        refuses(issueCall(op), maturityOut(today, today));
        op.maturityDate = today + 1;
        refuses(issueCall(op), partyUnknown(STRANGER));
        op.obligor = BANK;
        refuses(issueCall(op), kindWrong(BANK, PartyKind.Enterprise, PartyKind.Bank));
        op.obligor = BUYER;
        refuses(issueCall(op), partyUnknown(PartyId.wrap(98)));
        op.holder = OPERATOR;
        refuses(issueCall(op), kindWrong(OPERATOR, PartyKind.Enterprise, PartyKind.Operator));
        op.holder = SUPPLIER;
        refuses(
            issueCall(op), abi.encodeWithSelector(ILedgerErrors.FingerprintTaken.selector, taken, ReceivableId.wrap(1))
        );
        op.invoiceFingerprint = keccak256("another invoice");
        refuses(abi.encodeCall(ITrading.issueReceivable, (op, "", "")), malformed());
        refuses(issueCall(op, OUTSIDER, OUTSIDER), unauthorised(BUYER, OUTSIDER, Rights.TRADE));
        refuses(issueCall(op, BUYER_TRADER, OUTSIDER), unauthorised(SUPPLIER, OUTSIDER, Rights.TRADE));
        accepts(issueCall(op));
    }

    function test_Issue_ZeroAmount_IsRefused() public {
        IssueReceivable memory op = issueOp();
        op.amountFen = 0;
        refuses(issueCall(op), amountOut(0, 1, MAX_AMOUNT_FEN));
    }

    function test_Issue_BeyondTheLongestTenor_IsRefused() public {
        IssueReceivable memory op = issueOp();
        op.maturityDate = ledger.today() + MAX_TENOR_DAYS + 1;
        refuses(issueCall(op), maturityOut(op.maturityDate, ledger.today()));
        op.maturityDate -= 1;
        accepts(issueCall(op));
    }

    function test_Issue_TheSameOperationTwice_IsRefusedByItsFingerprint() public {
        bytes memory call = issueCall(issueOp(keccak256("invoice 1")));
        accepts(call);
        refuses(
            call,
            abi.encodeWithSelector(
                ILedgerErrors.FingerprintTaken.selector, keccak256("invoice 1"), ReceivableId.wrap(1)
            )
        );
    }

    function test_Issue_AlteredAfterSigning_IsRefused() public {
        IssueReceivable memory op = issueOp();
        bytes memory signed = sign(BUYER_TRADER, hashOf(op));
        op.amountFen += 1;
        bytes memory holder = sign(traderOf(SUPPLIER), hashOf(op));
        // A signature over other data recovers some other account, which is no signer of the obligor.
        (bool success, bytes memory reason) =
            address(ledger).call(abi.encodeCall(ITrading.issueReceivable, (op, signed, holder)));
        isTrue(!success, "an altered amount was accepted");
        equal(bytes32(bytes4(reason)), bytes32(ILedgerErrors.SignerUnauthorised.selector), "reason");
    }

    function testFuzz_Issue_Accepted_StandsAsSigned(uint64 amountFen, uint16 tenorDays, bytes32 fingerprint) public {
        amountFen = 1 + amountFen % MAX_AMOUNT_FEN;
        tenorDays = 1 + tenorDays % MAX_TENOR_DAYS;
        vm.assume(fingerprint != 0);
        uint16 maturityDate = ledger.today() + tenorDays;
        Vm.Log memory log =
            accepts(issueCall(IssueReceivable(BUYER, SUPPLIER, amountFen, maturityDate, fingerprint, soon())));

        equal(log.topics[0], ILedgerEvents.ReceivableIssued.selector, "event");
        equal(uint256(log.topics[1]), 1, "receivable of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(BUYER), "obligor of the event");
        equal(uint256(log.topics[3]), PartyId.unwrap(SUPPLIER), "holder of the event");
        equal(log.data, abi.encode(amountFen, maturityDate, fingerprint), "data of the event");
        Receivable memory expected = Receivable({
            obligor: BUYER,
            holder: SUPPLIER,
            amountFen: uint56(amountFen),
            maturityDate: maturityDate,
            status: ReceivableStatus.Active,
            depth: 0,
            splits: 0,
            revision: 1,
            parent: ReceivableId.wrap(0)
        });
        equal(abi.encode(ledger.receivable(ReceivableId.wrap(1))), abi.encode(expected), "stored receivable");
        equal(ReceivableId.unwrap(ledger.receivableOfFingerprint(fingerprint)), 1, "receivable of the fingerprint");
        equal(ledger.totals().receivables, 1, "receivables");
        equal(ledger.totals().issuedFen, amountFen, "issued");
    }

    function testFuzz_Issue_AmountOutOfRange_IsRefused(uint64 amountFen) public {
        IssueReceivable memory op = issueOp();
        op.amountFen = amountFen;
        vm.assume(amountFen == 0 || amountFen > MAX_AMOUNT_FEN);
        refuses(issueCall(op), amountOut(amountFen, 1, MAX_AMOUNT_FEN));
    }

    function testFuzz_Issue_MaturityOutOfRange_IsRefused(uint16 maturityDate) public {
        uint16 today = ledger.today();
        vm.assume(maturityDate <= today || maturityDate > today + MAX_TENOR_DAYS);
        IssueReceivable memory op = issueOp();
        op.maturityDate = maturityDate;
        refuses(issueCall(op), maturityOut(maturityDate, today));
    }

    function maturityOut(uint16 maturityDate, uint16 today) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.MaturityOutOfRange.selector, maturityDate, today + 1, today + MAX_TENOR_DAYS
        );
    }
}
