// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, BANK_MANAGER, BUYER, OPERATOR_MANAGER, OTHER_BANK, OTHER_DISBURSER, STRANGER, SUPPLIER
} from "./support/LedgerTest.sol";
import {Governing} from "./support/Governing.sol";
import {Vm} from "./support/Vm.sol";

contract SetCreditLimitTest is Governing {
    function test_SetCreditLimit_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        SetCreditLimit memory op = SetCreditLimit(
            STRANGER, STRANGER, ExposureSide.None, MAX_LIMIT_FEN + 1, 9, uint64(block.timestamp - 1)
        );

        refuses(limitCall(op, BANK_MANAGER), expired(op.deadline));
        op.deadline = soon();
        refuses(limitCall(op, BANK_MANAGER), partyUnknown(STRANGER));
        op.bank = BUYER;
        refuses(limitCall(op, BANK_MANAGER), kindWrong(BUYER, PartyKind.Bank, PartyKind.Enterprise));
        op.bank = BANK;
        setStanding(BANK, Standing.Suspended);
        refuses(limitCall(op, BANK_MANAGER), suspended(BANK));
        setStanding(BANK, Standing.Active);
        refuses(limitCall(op, BANK_MANAGER), partyUnknown(STRANGER));
        op.party = OTHER_BANK;
        refuses(limitCall(op, BANK_MANAGER), kindWrong(OTHER_BANK, PartyKind.Enterprise, PartyKind.Bank));
        op.party = BUYER;
        refuses(limitCall(op, BANK_MANAGER), abi.encodeWithSelector(ILedgerErrors.SideInvalid.selector));
        op.side = ExposureSide.Obligor;
        refuses(
            limitCall(op, BANK_MANAGER),
            abi.encodeWithSelector(ILedgerErrors.LimitRevisionStale.selector, BANK, BUYER, 9, 0)
        );
        op.revision = 0;
        refuses(limitCall(op, BANK_MANAGER), limitOut(MAX_LIMIT_FEN + 1, MAX_LIMIT_FEN));
        op.limitFen = MAX_LIMIT_FEN;
        refuses(abi.encodeCall(IRegistry.setCreditLimit, (op, "")), malformed());
        refuses(limitCall(op, APPROVER), unauthorised(BANK, APPROVER, Rights.MANAGE));
        refuses(limitCall(op, OPERATOR_MANAGER), unauthorised(BANK, OPERATOR_MANAGER, Rights.MANAGE));
        refuses(limitCall(op, OTHER_DISBURSER), unauthorised(BANK, OTHER_DISBURSER, Rights.MANAGE));
        accepts(limitCall(op, BANK_MANAGER));
    }

    function test_SetCreditLimit_TheSameOperationTwice_IsRefusedByItsRevision() public {
        bytes memory call = limitCall(limitOp(BUYER, ExposureSide.Obligor, 5));
        accepts(call);
        refuses(call, abi.encodeWithSelector(ILedgerErrors.LimitRevisionStale.selector, BANK, BUYER, 0, 1));
    }

    function test_SetCreditLimit_AfterTheLastRevision_IsRefused() public {
        setLimitRevision(BUYER, ExposureSide.Obligor, type(uint16).max);
        refuses(limitCall(limitOp(BUYER, ExposureSide.Obligor, 5)), abi.encodeWithSelector(ILedgerErrors.LimitRevisionsExhausted.selector, BANK, BUYER));
        accepts(limitCall(limitOp(BUYER, ExposureSide.Borrower, 5)));
    }

    /// @dev Its receivables can still be financed, so this is when a bank wants to cut its limit.
    function test_SetCreditLimit_OfASuspendedObligor_CanBeCut() public {
        ReceivableId id = issue();
        setStanding(BUYER, Standing.Suspended);
        accepts(limitCall(limitOp(BUYER, ExposureSide.Obligor, 0)));
        refuses(openCall(openOp(id)), exceeded(BUYER, ExposureSide.Obligor, 0, 0));
    }

    function test_SetCreditLimit_ItsOwn_HoldsInPlaceOfThePolicy() public {
        LoanId first = open(issue());
        accepts(limitCall(limitOp(BUYER, ExposureSide.Obligor, FACE - 1)));
        ReceivableId next = issue();
        refuses(openCall(openOp(next)), exceeded(BUYER, ExposureSide.Obligor, FACE / 2, FACE - 1));
        accepts(limitCall(limitOp(BUYER, ExposureSide.Obligor, FACE)));
        accepts(limitCall(limitOp(SUPPLIER, ExposureSide.Borrower, FACE / 2)));
        refuses(openCall(openOp(next)), exceeded(SUPPLIER, ExposureSide.Borrower, FACE / 2, FACE / 2));
        accepts(cancelCall(cancelOp(first)));
        open(next);
    }

    function test_SetCreditLimit_BelowWhatIsUsed_ChangesNoOldLoan() public {
        LoanId old = open(issue());
        accepts(limitCall(limitOp(BUYER, ExposureSide.Obligor, 0)));
        accepts(disburseCall(disburseOp(old)));
        repayAll(old);
        equal(ledger.creditLine(BANK, BUYER, ExposureSide.Obligor).usedFen, 0, "used");
    }

    function test_SetCreditLimit_AnotherBank_IsNotBound() public {
        accepts(limitCall(limitOp(BUYER, ExposureSide.Obligor, 0)));
        OpenLoan memory op = openOp(issue());
        refuses(openCall(op), exceeded(BUYER, ExposureSide.Obligor, 0, 0));
        op.bank = OTHER_BANK;
        accepts(openCall(op));
    }

    function testFuzz_SetCreditLimit_Accepted_ChangesOneLine(uint64 limitFen, bool isBorrower) public {
        open(issue());
        ExposureSide side = isBorrower ? ExposureSide.Borrower : ExposureSide.Obligor;
        ExposureSide otherSide = isBorrower ? ExposureSide.Obligor : ExposureSide.Borrower;
        PartyId subject = isBorrower ? SUPPLIER : BUYER;
        SetCreditLimit memory op = limitOp(subject, side, limitFen % (MAX_LIMIT_FEN + 1));
        bytes memory other = abi.encode(ledger.creditLine(BANK, subject, otherSide));
        Vm.Log memory log = accepts(limitCall(op));

        equal(log.topics.length, 4, "topics");
        equal(log.topics[0], ILedgerEvents.CreditLimitSet.selector, "event");
        equal(uint256(log.topics[1]), PartyId.unwrap(BANK), "bank of the event");
        equal(uint256(log.topics[2]), PartyId.unwrap(subject), "party of the event");
        equal(uint256(log.topics[3]), uint8(side), "side of the event");
        equal(log.data, abi.encode(op.limitFen), "data of the event");
        CreditLine memory stored = CreditLine(uint48(FACE / 2), uint48(op.limitFen), 1, true);
        equal(abi.encode(ledger.creditLine(BANK, subject, side)), abi.encode(stored), "stored line");
        equal(abi.encode(ledger.creditLine(BANK, subject, otherSide)), other, "the other side");
    }

    function exceeded(PartyId subject, ExposureSide side, uint64 usedFen, uint64 limitFen)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ILedgerErrors.CreditLimitExceeded.selector, BANK, subject, side, usedFen, FACE / 2, limitFen
        );
    }
}
