// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    BANK, BUYER, BUYER_MANAGER, MAKER, OPERATOR_MANAGER, REGISTRAR, STRANGER, SUPPLIER
} from "./support/LedgerTest.sol";
import {Governing} from "./support/Governing.sol";
import {Vm} from "./support/Vm.sol";

contract SetStandingTest is Governing {
    function test_SetStanding_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        SetStanding memory op = SetStanding(STRANGER, Standing.None, 0, 9, uint64(block.timestamp - 1));

        refuses(standingCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(standingCall(op), partyUnknown(STRANGER));
        op.party = OPERATOR;
        refuses(standingCall(op), kindWrong(OPERATOR, PartyKind.Enterprise, PartyKind.Operator));
        op.party = REGULATOR;
        refuses(standingCall(op), kindWrong(REGULATOR, PartyKind.Enterprise, PartyKind.Regulator));
        op.party = BUYER;
        refuses(standingCall(op), partyStale(BUYER, 9, 0));
        op.revision = 0;
        refuses(standingCall(op), invalid(BUYER, Standing.None));
        op.standing = Standing.Active;
        refuses(standingCall(op), invalid(BUYER, Standing.Active));
        op.standing = Standing.Suspended;
        refuses(standingCall(op), reasonMissing());
        op.reasonHash = REASON;
        refuses(abi.encodeCall(IRegistry.setStanding, (op, "")), malformed());
        refuses(standingCall(op, BUYER_MANAGER), unauthorised(OPERATOR, BUYER_MANAGER, Rights.MANAGE));
        refuses(standingCall(op, REGISTRAR), unauthorised(OPERATOR, REGISTRAR, Rights.MANAGE));
        accepts(standingCall(op, OPERATOR_MANAGER));
    }

    function test_SetStanding_ABankOnTheStopListOfObligors_IsRefused() public {
        refuses(standingCall(standingOp(BANK, Standing.StopListed)), invalid(BANK, Standing.StopListed));
        setStanding(BANK, Standing.Suspended);
        refuses(standingCall(standingOp(BANK, Standing.StopListed)), invalid(BANK, Standing.StopListed));
        setStanding(BANK, Standing.Active);
    }

    function test_SetStanding_TheSameOperationTwice_IsRefusedByItsRevision() public {
        bytes memory suspension = standingCall(standingOp(BUYER, Standing.Suspended));
        accepts(suspension);
        setStanding(BUYER, Standing.Active);
        refuses(suspension, partyStale(BUYER, 0, 2));
    }

    /// @dev Nobody but the operator moves it on.
    function test_SetStanding_AfterTheLastRevision_IsRefused() public {
        setPartyRevision(BUYER, true, type(uint16).max - 1);
        setStanding(BUYER, Standing.Suspended);
        refuses(standingCall(standingOp(BUYER, Standing.Active)), partyExhausted(BUYER));
    }

    function test_SetStanding_StopListed_IssuesNothingAndStillTrades() public {
        ReceivableId owed = issue();
        setStanding(BUYER, Standing.StopListed);
        refuses(issueCall(issueOp()), abi.encodeWithSelector(ILedgerErrors.PartyStopListed.selector, BUYER));
        IssueReceivable memory toBuyer = issueOp();
        (toBuyer.obligor, toBuyer.holder) = (MAKER, BUYER);
        accepts(issueCall(toBuyer));
        lend(lastReceivable());
        accepts(redeemCall(redeemOp(owed, FACE)));
    }

    function test_SetStanding_Suspended_EntersNoAgreementAndSettlesWhatItHas() public {
        ReceivableId held = issue();
        ReceivableId pledged = issue();
        LoanId loan = lend(pledged);
        bytes memory issued = issueCall(issueOp());
        bytes memory assigned = assignCall(assignOp(held, MAKER, 5));
        bytes memory opened = openCall(openOp(held));
        bytes memory extended = extendCall(extendOp(loan));
        setStanding(SUPPLIER, Standing.Suspended);

        refuses(issued, suspended(SUPPLIER));
        refuses(assigned, suspended(SUPPLIER));
        refuses(opened, suspended(SUPPLIER));
        refuses(extended, suspended(SUPPLIER));
        dispute(held, 10);
        accepts(resolveCall(resolveOp(held, 10)));
        accepts(redeemCall(redeemOp(held, FACE - 10)));
        repayAll(loan);
        accepts(cancelCall(cancelOp(pledged)));
    }

    function test_SetStanding_SuspendedBank_LendsNothingAndStillCollects() public {
        LoanId opened = open(issue());
        LoanId lent = lend(issue());
        LoanId late = lend(issue());
        bytes memory offer = openCall(openOp(issue()));
        bytes memory paidOut = disburseCall(disburseOp(opened));
        bytes memory extended = extendCall(extendOp(lent));
        setStanding(BANK, Standing.Suspended);

        refuses(offer, suspended(BANK));
        refuses(paidOut, suspended(BANK));
        refuses(extended, suspended(BANK));
        refuses(policyCall(policyOp(BANK)), suspended(BANK));
        refuses(limitCall(limitOp(BUYER, ExposureSide.Obligor, 5)), suspended(BANK));
        refuses(modelCall(modelOp()), suspended(BANK));
        accepts(cancelCall(cancelOp(opened)));
        repayAll(lent);
        recordDefault(late);
        accepts(claimCall(claimOp(late)));
        writeOff(late, FACE / 2);
        recover(late, FACE / 2);
    }

    function test_SetStanding_Accepted_ChangesTheStandingAndNothingElse() public {
        Party memory expected = ledger.party(BUYER);
        Vm.Log memory log = accepts(standingCall(standingOp(BUYER, Standing.StopListed)));

        equal(log.topics.length, 3, "topics");
        equal(log.topics[0], ILedgerEvents.StandingSet.selector, "event");
        equal(uint256(log.topics[1]), PartyId.unwrap(BUYER), "party of the event");
        equal(uint256(log.topics[2]), uint8(Standing.StopListed), "standing of the event");
        equal(log.data, abi.encode(REASON), "data of the event");
        expected.standing = Standing.StopListed;
        expected.standingRevision = 1;
        equal(abi.encode(ledger.party(BUYER)), abi.encode(expected), "stored party");
    }

    function testFuzz_SetStanding_FromAnyToAny_OnlyAnotherPossibleOneIsAccepted(uint8 from, uint8 to, bool isBank) public {
        PartyId id = isBank ? BANK : BUYER;
        Standing start = Standing(1 + from % 3);
        Standing next = Standing(to % 4);
        if (start != Standing.Active && !(isBank && start == Standing.StopListed)) setStanding(id, start);
        bytes memory call = standingCall(standingOp(id, next));
        bool possible = next != Standing.None && next != ledger.party(id).standing
            && !(isBank && next == Standing.StopListed);
        if (possible) accepts(call);
        else refuses(call, invalid(id, next));
    }

    function invalid(PartyId id, Standing standing) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.StandingInvalid.selector, id, standing);
    }
}
