// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {IRegistry} from "../../contracts/interfaces/IRegistry.sol";
import "../../contracts/Operations.sol";
import {
    APPROVER, BANK, BANK_HEAD, BANK_MANAGER, BUYER, DISBURSER, OTHER_APPROVER, OTHER_BANK, STRANGER
} from "./support/LedgerTest.sol";
import {Governing} from "./support/Governing.sol";
import {Vm} from "./support/Vm.sol";

contract ActivateModelTest is Governing {
    function test_ActivateModel_EverythingWrong_IsRefusedInTheDocumentedOrder() public {
        uint16 today = ledger.today();
        ActivateModel memory op = ActivateModel(STRANGER, 0, today - 1, today - 2, 9, uint64(block.timestamp - 1));

        refuses(modelCall(op), expired(op.deadline));
        op.deadline = soon();
        refuses(modelCall(op), partyUnknown(STRANGER));
        op.bank = BUYER;
        refuses(modelCall(op), kindWrong(BUYER, PartyKind.Bank, PartyKind.Enterprise));
        op.bank = BANK;
        setStanding(BANK, Standing.Suspended);
        refuses(modelCall(op), suspended(BANK));
        setStanding(BANK, Standing.Active);
        refuses(modelCall(op), partyStale(BANK, 9, 1));
        op.revision = 1;
        refuses(modelCall(op), abi.encodeWithSelector(ILedgerErrors.ModelMissing.selector));
        op.modelHash = MODEL;
        refuses(modelCall(op), datesInvalid(op));
        op.untilDate = today + 1;
        refuses(modelCall(op), datesInvalid(op)); // it began yesterday
        op.fromDate = today + 2;
        refuses(modelCall(op), datesInvalid(op)); // it ends before it begins
        op.fromDate = op.untilDate = today;
        bytes memory first = sign(APPROVER, hashOf(op));
        refuses(abi.encodeCall(IRegistry.activateModel, (op, "", "")), malformed());
        refuses(modelCall(op, BANK_MANAGER, BANK_HEAD), unauthorised(BANK, BANK_MANAGER, Rights.APPROVE));
        refuses(modelCall(op, OTHER_APPROVER, BANK_HEAD), unauthorised(BANK, OTHER_APPROVER, Rights.APPROVE));
        refuses(abi.encodeCall(IRegistry.activateModel, (op, first, "")), malformed());
        refuses(modelCall(op, APPROVER, DISBURSER), unauthorised(BANK, DISBURSER, Rights.APPROVE));
        refuses(modelCall(op, APPROVER, APPROVER), notDistinct(BANK, ledger.signer(idOf(APPROVER)).number));
        accepts(modelCall(op, BANK_HEAD, APPROVER));
    }

    function test_ActivateModel_TheSameOperationTwice_IsRefusedByItsRevision() public {
        bytes memory call = modelCall(modelOp());
        accepts(call);
        refuses(call, partyStale(BANK, 1, 2));
    }

    function test_ActivateModel_AfterTheLastRevision_IsRefused() public {
        setPartyRevision(BANK, false, type(uint16).max);
        refuses(modelCall(modelOp()), partyExhausted(BANK));
    }

    function test_ActivateModel_Again_TakesThePlaceOfTheFirst() public {
        accepts(modelCall(modelOp()));
        ActivateModel memory op = modelOp();
        op.modelHash = keccak256("a better one");
        accepts(modelCall(op));
        equal(ledger.creditModel(BANK).modelHash, op.modelHash, "model");
    }

    function testFuzz_ActivateModel_Accepted_IsStored(bytes32 modelHash, uint16 fromDate, uint16 untilDate) public {
        uint16 today = ledger.today();
        ActivateModel memory op = modelOp();
        op.modelHash = modelHash;
        op.fromDate = fromDate;
        op.untilDate = untilDate;
        if (modelHash == 0) {
            refuses(modelCall(op), abi.encodeWithSelector(ILedgerErrors.ModelMissing.selector));
            return;
        }
        if (fromDate < today || untilDate < fromDate) {
            refuses(modelCall(op), datesInvalid(op));
            return;
        }
        Party memory expected = ledger.party(BANK);
        Vm.Log memory log = accepts(modelCall(op));
        equal(log.topics.length, 3, "topics");
        equal(log.topics[0], ILedgerEvents.ModelActivated.selector, "event");
        equal(uint256(log.topics[1]), PartyId.unwrap(BANK), "bank of the event");
        equal(log.topics[2], modelHash, "model of the event");
        equal(log.data, abi.encode(fromDate, untilDate), "data of the event");
        CreditModel memory stored = CreditModel(modelHash, fromDate, untilDate);
        equal(abi.encode(ledger.creditModel(BANK)), abi.encode(stored), "stored model");
        equal(ledger.creditModel(OTHER_BANK).modelHash, 0, "model of the other bank");
        expected.revision += 1;
        equal(abi.encode(ledger.party(BANK)), abi.encode(expected), "stored party");
    }

    function datesInvalid(ActivateModel memory op) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ILedgerErrors.ModelDatesInvalid.selector, op.fromDate, op.untilDate, ledger.today()
        );
    }
}
