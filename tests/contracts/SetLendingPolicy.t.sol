// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, BANK_MANAGER, BUYER, OPERATOR_MANAGER, OTHER_BANK, OTHER_DISBURSER, REGISTRAR, STRANGER, SUPPLIER
} from "./support/LedgerTest.sol";
import {Governing} from "./support/Governing.sol";
import {Key} from "./support/Signing.sol";
import {Vm} from "./support/Vm.sol";

contract SetLendingPolicyTest is Governing {
    function test_SetLendingPolicy_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        SetLendingPolicy memory op = SetLendingPolicy(
            STRANGER, MAX_AMOUNT_FEN + 1, MAX_LIMIT_FEN + 1, MAX_LIMIT_FEN + 1, 9, uint64(block.timestamp - 1)
        );

        refuses(policyCall(op, BANK_MANAGER), expired(op.deadline));
        op.deadline = soon();
        refuses(policyCall(op, BANK_MANAGER), partyUnknown(STRANGER));
        op.bank = BUYER;
        refuses(policyCall(op, BANK_MANAGER), kindWrong(BUYER, PartyKind.Bank, PartyKind.Enterprise));
        op.bank = BANK;
        setStanding(BANK, Standing.Suspended);
        refuses(policyCall(op, BANK_MANAGER), suspended(BANK));
        setStanding(BANK, Standing.Active);
        refuses(policyCall(op, BANK_MANAGER), partyStale(BANK, 9, 1));
        op.revision = 1;
        refuses(policyCall(op, BANK_MANAGER), limitOut(MAX_AMOUNT_FEN + 1, MAX_AMOUNT_FEN));
        op.dualApprovalFen = MAX_AMOUNT_FEN;
        refuses(policyCall(op, BANK_MANAGER), limitOut(MAX_LIMIT_FEN + 1, MAX_LIMIT_FEN));
        op.obligorLimitFen = MAX_LIMIT_FEN;
        op.borrowerLimitFen = MAX_LIMIT_FEN + 2;
        refuses(policyCall(op, BANK_MANAGER), limitOut(MAX_LIMIT_FEN + 2, MAX_LIMIT_FEN));
        op.borrowerLimitFen = MAX_LIMIT_FEN;
        refuses(abi.encodeCall(IRegistry.setLendingPolicy, (op, "")), malformed());
        refuses(policyCall(op, APPROVER), unauthorised(BANK, APPROVER, Rights.MANAGE));
        refuses(policyCall(op, OPERATOR_MANAGER), unauthorised(BANK, OPERATOR_MANAGER, Rights.MANAGE));
        refuses(policyCall(op, OTHER_DISBURSER), unauthorised(BANK, OTHER_DISBURSER, Rights.MANAGE));
        accepts(policyCall(op, BANK_MANAGER));
    }

    function test_SetLendingPolicy_TheSameOperationTwice_IsRefusedByItsRevision() public {
        bytes memory call = policyCall(policyOp(BANK));
        accepts(call);
        refuses(call, partyStale(BANK, 1, 2));
    }

    function test_SetLendingPolicy_AfterTheLastRevision_IsRefused() public {
        setPartyRevision(BANK, false, type(uint16).max);
        refuses(policyCall(policyOp(BANK)), partyExhausted(BANK));
    }

    function test_SetLendingPolicy_WithoutOne_ABankLendsNothing() public {
        PartyId newBank = PartyId.wrap(8);
        RegisterParty memory registration = bank();
        registration.signers = new SignerGrant[](1);
        Key head = Key.wrap(0x91);
        registration.signers[0] = grantOf(head, Rights.BANK);
        bytes[] memory proofs = new bytes[](1);
        proofs[0] = sign(head, hashOf(registration));
        bytes memory registrar = sign(REGISTRAR, hashOf(registration));
        accepts(abi.encodeCall(IRegistry.registerParty, (registration, registrar, proofs)));
        OpenLoan memory op = openOp(issue());
        op.bank = newBank;
        bytes memory opening = openCall(op, traderOf(SUPPLIER), head);
        refuses(opening, abi.encodeWithSelector(ILedgerErrors.LendingPolicyMissing.selector, newBank));
        accepts(policyCall(policyOp(newBank), head));
        accepts(opening);
    }

    function test_SetLendingPolicy_ALowerLimit_StopsNewLoansAndChangesNoOldOne() public {
        LoanId old = open(issue());
        ReceivableId next = issue();
        SetLendingPolicy memory op = policyOp(BANK);
        op.obligorLimitFen = FACE - 1;
        accepts(policyCall(op));
        refuses(openCall(openOp(next)), exceeded(BUYER, ExposureSide.Obligor, FACE - 1));
        op = policyOp(BANK);
        op.borrowerLimitFen = 0;
        accepts(policyCall(op));
        refuses(openCall(openOp(next)), exceeded(SUPPLIER, ExposureSide.Borrower, 0));
        accepts(disburseCall(disburseOp(old)));
        repayAll(old);
        op.revision = ledger.party(BANK).revision;
        op.borrowerLimitFen = FACE / 2;
        accepts(policyCall(op));
        open(next); // exactly up to the limit
    }

    function testFuzz_SetLendingPolicy_Accepted_IsStored(uint64 dualFen, uint64 obligorFen, uint64 borrowerFen) public {
        SetLendingPolicy memory op = policyOp(BANK);
        op.dualApprovalFen = dualFen % (MAX_AMOUNT_FEN + 1);
        op.obligorLimitFen = obligorFen % (MAX_LIMIT_FEN + 1);
        op.borrowerLimitFen = borrowerFen % (MAX_LIMIT_FEN + 1);
        Party memory expected = ledger.party(BANK);
        bytes memory ofOther = abi.encode(ledger.lendingPolicy(OTHER_BANK));
        Vm.Log memory log = accepts(policyCall(op));

        equal(log.topics.length, 2, "topics");
        equal(log.topics[0], ILedgerEvents.LendingPolicySet.selector, "event");
        equal(uint256(log.topics[1]), PartyId.unwrap(BANK), "bank of the event");
        equal(log.data, abi.encode(op.dualApprovalFen, op.obligorLimitFen, op.borrowerLimitFen), "data of the event");
        LendingPolicy memory stored = LendingPolicy(
            uint40(op.dualApprovalFen), uint48(op.obligorLimitFen), uint48(op.borrowerLimitFen), true
        );
        equal(abi.encode(ledger.lendingPolicy(BANK)), abi.encode(stored), "stored policy");
        equal(abi.encode(ledger.lendingPolicy(OTHER_BANK)), ofOther, "policy of the other bank");
        expected.revision += 1;
        equal(abi.encode(ledger.party(BANK)), abi.encode(expected), "stored party");
    }

    function exceeded(PartyId subject, ExposureSide side, uint64 limitFen) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.CreditLimitExceeded.selector, BANK, subject, side, FACE / 2, FACE / 2, limitFen
        );
    }
}
