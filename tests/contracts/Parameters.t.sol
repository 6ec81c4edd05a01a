// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    BANK_MANAGER, MAKER, OPERATOR_MANAGER, REGISTRAR, REGULATOR_MANAGER, SUPERVISOR
} from "./support/LedgerTest.sol";
import {Governing} from "./support/Governing.sol";
import {Vm} from "./support/Vm.sol";

/// @notice Rules that law may change: proposed by the operator, adopted by the regulator, in force from a day on.
contract ParametersTest is Governing {
    // ---- Proposing

    function test_ProposeParameters_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        uint16 earliest = ledger.today() + NOTICE_DAYS;
        Parameters memory rules = newRules();
        rules.startDate = earliest - 1;
        rules.maxInvoices = 0;
        ProposeParameters memory op = ProposeParameters(rules, 9, uint64(block.timestamp - 1));

        refuses(proposeCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(proposeCall(op), partyStale(OPERATOR, 9, 0));
        op.revision = 0;
        refuses(proposeCall(op), invalid());
        op.parameters.maxInvoices = 1;
        refuses(proposeCall(op), early(earliest - 1, earliest));
        op.parameters.startDate = earliest;
        refuses(abi.encodeCall(IRegistry.proposeParameters, (op, "")), malformed());
        refuses(proposeCall(op, REGISTRAR), unauthorised(OPERATOR, REGISTRAR, Rights.MANAGE));
        refuses(proposeCall(op, REGULATOR_MANAGER), unauthorised(OPERATOR, REGULATOR_MANAGER, Rights.MANAGE));
        refuses(proposeCall(op, SUPERVISOR), unauthorised(OPERATOR, SUPERVISOR, Rights.MANAGE));
        accepts(proposeCall(op, OPERATOR_MANAGER));
    }

    function test_ProposeParameters_Unsound_IsRefused() public {
        Parameters memory rules = newRules();
        rules.maxTenorDays = 0;
        refuses(proposeCall(proposeOp(rules)), invalid());
        rules = newRules();
        rules.maxTenorDays = rules.maxReviewedTenorDays + 1;
        refuses(proposeCall(proposeOp(rules)), invalid());
        rules = newRules();
        rules.maxReviewedTenorDays = 3_661;
        refuses(proposeCall(proposeOp(rules)), invalid());
        rules.maxReviewedTenorDays = 3_660;
        rules.maxExtensionDays = 3_661;
        refuses(proposeCall(proposeOp(rules)), invalid());
        rules.maxExtensionDays = 3_660;
        accepts(proposeCall(proposeOp(rules)));
    }

    function test_ProposeParameters_TheSameOperationTwice_IsRefusedByItsRevision() public {
        bytes memory call = proposeCall(proposeOp(newRules()));
        accepts(call);
        refuses(call, partyStale(OPERATOR, 0, 1));
    }

    function test_ProposeParameters_AfterTheLastRevision_IsRefused() public {
        setPartyRevision(OPERATOR, false, type(uint16).max);
        refuses(proposeCall(proposeOp(newRules())), partyExhausted(OPERATOR));
    }

    function test_ProposeParameters_Again_TakesThePlaceOfTheFirst() public {
        Parameters memory first = newRules();
        propose(first);
        Parameters memory second = newRules();
        second.maxSplits = 9;
        propose(second);
        refuses(adoptCall(first), notProposed(first));
        accepts(adoptCall(second));
    }

    function test_ProposeParameters_Accepted_BindsNobody() public {
        Parameters memory rules = newRules();
        bytes memory inForce = abi.encode(ledger.parameters());
        Vm.Log memory log = accepts(proposeCall(proposeOp(rules)));
        equal(log.topics.length, 1, "topics");
        equal(log.topics[0], ILedgerEvents.ParametersProposed.selector, "event");
        equal(log.data, abi.encode(rules), "data of the event");
        equal(abi.encode(ledger.proposedParameters()), abi.encode(rules), "stored proposal");
        equal(ledger.party(OPERATOR).revision, 1, "revision of the operator");
        vm.warp(NOW + 400 days);
        equal(abi.encode(ledger.parameters()), inForce, "in force");
    }

    // ---- Adopting

    function test_AdoptParameters_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        Parameters memory rules = newRules();
        AdoptParameters memory op = AdoptParameters(rules, uint64(block.timestamp - 1));

        refuses(adoptCall(op, SUPERVISOR), expired(op.deadline));
        op.deadline = uint64(NOW + 400 days);
        refuses(adoptCall(op, SUPERVISOR), notProposed(rules));
        AdoptParameters memory nothing;
        nothing.deadline = op.deadline;
        refuses(adoptCall(nothing, SUPERVISOR), notProposed(nothing.parameters));
        propose(rules);
        op.parameters.maxSplits += 1;
        refuses(adoptCall(op, SUPERVISOR), notProposed(op.parameters));
        op.parameters.maxSplits -= 1;
        uint256 before = vm.snapshotState();
        vm.warp(NOW + uint256(NOTICE_DAYS) * 1 days);
        refuses(adoptCall(op, SUPERVISOR), early(rules.startDate, rules.startDate + 1));
        vm.revertToState(before);
        refuses(abi.encodeCall(IRegistry.adoptParameters, (op, "")), malformed());
        refuses(adoptCall(op, OPERATOR_MANAGER), unauthorised(REGULATOR, OPERATOR_MANAGER, Rights.SUPERVISE));
        refuses(adoptCall(op, REGULATOR_MANAGER), unauthorised(REGULATOR, REGULATOR_MANAGER, Rights.SUPERVISE));
        refuses(adoptCall(op, BANK_MANAGER), unauthorised(REGULATOR, BANK_MANAGER, Rights.SUPERVISE));
        vm.warp(NOW + uint256(NOTICE_DAYS - 1) * 1 days); // the last day
        accepts(adoptCall(op, SUPERVISOR));
    }

    function test_AdoptParameters_Twice_IsRefused() public {
        Parameters memory rules = newRules();
        propose(rules);
        bytes memory call = adoptCall(rules);
        accepts(call);
        refuses(call, notProposed(rules));
    }

    /// @dev Otherwise the operator could bring back, alone, what the regulator replaced before it started.
    function test_AdoptParameters_OfWhatWasReplaced_TheOldSignatureIsWorthNothing() public {
        Parameters memory first = newRules();
        propose(first);
        accepts(adoptCall(first));
        Parameters memory second = newRules();
        second.maxSplits = 9;
        adopt(second);
        refuses(proposeCall(proposeOp(first)), invalid());
        refuses(proposeCall(proposeOp(second)), invalid());
        equal(abi.encode(ledger.nextParameters()), abi.encode(second), "what the regulator adopted last");
        first.startDate += 1; // from another day on they are other parameters
        adopt(first);
        equal(abi.encode(ledger.nextParameters()), abi.encode(first), "adopted anew");
    }

    function test_AdoptParameters_Accepted_KeepsTheOldOnesUntilTheDay() public {
        Parameters memory rules = newRules();
        propose(rules);
        bytes memory inForce = abi.encode(ledger.parameters());
        Vm.Log memory log = accepts(adoptCall(rules));
        equal(log.topics.length, 1, "topics");
        equal(log.topics[0], ILedgerEvents.ParametersAdopted.selector, "event");
        equal(log.data, abi.encode(rules), "data of the event");
        Parameters memory none;
        equal(abi.encode(ledger.proposedParameters()), abi.encode(none), "nothing is proposed any more");
        equal(abi.encode(ledger.nextParameters()), abi.encode(rules), "next");
        warpTo(rules.startDate - 1);
        equal(abi.encode(ledger.parameters()), inForce, "in force the day before");
        warpTo(rules.startDate);
        equal(abi.encode(ledger.parameters()), abi.encode(rules), "in force on the day");
    }

    /// @dev The cap of the tenor is the example of the law: a cut that is announced binds from its day on, and no receivable before it.
    function test_AdoptParameters_ACutOfTheTenor_HoldsFromItsDayOn() public {
        Parameters memory rules = newRules();
        rules.maxTenorDays = rules.maxReviewedTenorDays = 90;
        adopt(rules);
        warpTo(rules.startDate - 1);
        IssueReceivable memory op = issueOp();
        op.maturityDate = ledger.today() + 180;
        accepts(issueCall(op));
        ReceivableId old = lastReceivable();
        warpTo(rules.startDate);
        op = issueOp();
        op.maturityDate = ledger.today() + 180;
        refuses(
            issueCall(op),
            abi.encodeWithSelector(
                ILedgerErrors.MaturityOutOfRange.selector, op.maturityDate, ledger.today() + 1, ledger.today() + 90
            )
        );
        op.maturityDate = ledger.today() + 90;
        accepts(issueCall(op));
        lend(old); // what was issued before keeps its maturity
    }

    function test_AdoptParameters_ReplacedBeforeItStarts_NeverHolds() public {
        bytes memory inForce = abi.encode(ledger.parameters());
        Parameters memory first = newRules();
        adopt(first);
        Parameters memory second = newRules();
        second.startDate += 10;
        second.maxSplits = 9;
        adopt(second);
        warpTo(first.startDate);
        equal(abi.encode(ledger.parameters()), inForce, "the first ones hold on");
        warpTo(second.startDate - 1);
        equal(abi.encode(ledger.parameters()), inForce, "until the day");
        warpTo(second.startDate);
        equal(abi.encode(ledger.parameters()), abi.encode(second), "the second ones");
    }

    function test_AdoptParameters_AfterItStarted_HoldsUntilTheNextStart() public {
        Parameters memory first = newRules();
        first.noticeDays = 3;
        adopt(first);
        warpTo(first.startDate);
        Parameters memory second = newRules(); // under the notice of the first
        equal(second.startDate, ledger.today() + 3, "notice of the rules in force");
        second.maxSplits = 9;
        adopt(second);
        equal(abi.encode(ledger.parameters()), abi.encode(first), "in force after the adoption");
        warpTo(second.startDate - 1);
        equal(abi.encode(ledger.parameters()), abi.encode(first), "in force the day before");
        warpTo(second.startDate);
        equal(abi.encode(ledger.parameters()), abi.encode(second), "in force on the day");
    }

    function test_AdoptParameters_OfSplits_BindTheNextSplit() public {
        ReceivableId id = issue();
        accepts(assignCall(assignOp(id, MAKER, 5)));
        Parameters memory rules = newRules();
        rules.maxSplits = 1;
        adopt(rules);
        warpTo(rules.startDate);
        refuses(
            assignCall(assignOp(id, MAKER, 5)), abi.encodeWithSelector(ILedgerErrors.SplitsExhausted.selector, id, 1)
        );
    }

    function testFuzz_Parameters_OnlySoundOnes_AreAdoptedAndHold(Parameters memory rules) public {
        if (rules.maxExtensionDays % 4 != 0) {
            rules.maxExtensionDays %= 3_661;
            rules.maxReviewedTenorDays %= 3_661;
            rules.maxInvoices %= 21;
            if (rules.maxReviewedTenorDays > 0) rules.maxTenorDays = 1 + rules.maxTenorDays % rules.maxReviewedTenorDays;
        }
        uint16 earliest = ledger.today() + NOTICE_DAYS;
        bool sound = rules.maxTenorDays > 0 && rules.maxTenorDays <= rules.maxReviewedTenorDays
            && rules.maxReviewedTenorDays <= 3_660 && rules.maxExtensionDays <= 3_660 && rules.maxInvoices > 0
            && rules.maxInvoices <= 20 && rules.recoveryDelayDays > 0;
        if (!sound) {
            refuses(proposeCall(proposeOp(rules)), invalid());
            return;
        }
        if (rules.startDate < earliest) {
            refuses(proposeCall(proposeOp(rules)), early(rules.startDate, earliest));
            return;
        }
        adopt(rules);
        warpTo(rules.startDate);
        equal(abi.encode(ledger.parameters()), abi.encode(rules), "in force");
    }

    function warpTo(uint16 date) private {
        vm.warp(uint256(date) * 1 days - 8 hours);
        equal(ledger.today(), date, "today");
    }

    function invalid() private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.ParametersInvalid.selector);
    }

    function early(uint16 startDate, uint16 earliest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.StartDateEarly.selector, startDate, earliest);
    }

    function notProposed(Parameters memory rules) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILedgerErrors.ParametersNotProposed.selector, hashOf(rules));
    }
}
