// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "../../contracts/interfaces/IFinanceLedger.sol";
import {ILedgerErrors} from "../../contracts/interfaces/ILedgerErrors.sol";
import {ILedgerEvents} from "../../contracts/interfaces/ILedgerEvents.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import "../../contracts/Operations.sol";
import {
    BUYER, OPERATOR, OPERATOR_MANAGER, OTHER_BANK, OUTSIDER, OUTSIDER_P256, REGISTRAR
} from "./support/LedgerTest.sol";
import {Trading} from "./support/Trading.sol";
import {Vm} from "./support/Vm.sol";

contract DeploymentTest is Trading {
    Parameters private limits = Parameters(MAX_TENOR_DAYS, MAX_SPLIT_DEPTH, MAX_SPLITS);

    function test_Deploy_EverythingWrong_IsRefusedInOrder() public {
        SignerGrant[] memory signers = new SignerGrant[](2);
        signers[0] = SignerGrant(signerBytes(OUTSIDER_P256, p256Verifier), Rights.TRADE);
        signers[1] = grantOf(OUTSIDER, Rights.REGISTER);
        refusesDeployment(330, 0, signers, abi.encodeWithSelector(ILedgerErrors.RegionInvalid.selector, 330));
        refusesDeployment(YONGKANG, 0, signers, abi.encodeWithSelector(ILedgerErrors.ProfileMissing.selector));
        // The verifier of a ledger that does not exist yet has no address: its operator starts with accounts.
        refusesDeployment(YONGKANG, "p", signers, abi.encodeWithSelector(ILedgerErrors.SignerMalformed.selector, 84));
        signers[0] = grantOf(OUTSIDER, Rights.TRADE);
        refusesDeployment(
            YONGKANG,
            "p",
            signers,
            abi.encodeWithSelector(
                ILedgerErrors.RightsUnfit.selector, PartyKind.Operator, Rights.TRADE, Rights.OPERATOR
            )
        );
        signers[0] = grantOf(OUTSIDER, Rights.REGISTER);
        refusesDeployment(
            YONGKANG,
            "p",
            signers,
            abi.encodeWithSelector(ILedgerErrors.SignerTaken.selector, idOf(OUTSIDER), OPERATOR)
        );
        signers[1] = grantOf(REGISTRAR, Rights.REGISTER);
        refusesDeployment(
            YONGKANG, "p", signers, abi.encodeWithSelector(ILedgerErrors.ManagerMissing.selector, OPERATOR)
        );
        signers[1].rights = Rights.MANAGE;
        (, bytes memory reason) = create(limits, YONGKANG, "p", signers);
        equal(reason, "", "deployment");
    }

    function test_Deploy_RegistersTheOperator() public {
        SignerGrant[] memory signers = new SignerGrant[](1);
        signers[0] = grantOf(OPERATOR_MANAGER, Rights.OPERATOR);
        vm.recordLogs();
        (address deployed,) = create(limits, YONGKANG, "p", signers);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 1, "events");
        equal(logs[0].topics[0], ILedgerEvents.PartyRegistered.selector, "event");
        equal(uint256(logs[0].topics[1]), 1, "party of the event");
        equal(uint256(logs[0].topics[2]), uint8(PartyKind.Operator), "kind of the event");
        equal(uint256(logs[0].topics[3]), YONGKANG, "region of the event");
        equal(logs[0].data, abi.encode(bytes5(0), bytes32("p"), signers), "data of the event");

        Party memory operator = Party(PartyKind.Operator, YONGKANG, bytes5(0), 1, 1, "p");
        equal(abi.encode(IFinanceLedger(deployed).party(OPERATOR)), abi.encode(operator), "operator");
        equal(abi.encode(IFinanceLedger(deployed).parameters()), abi.encode(limits), "parameters");
        Totals memory none;
        equal(abi.encode(IFinanceLedger(deployed).totals()), abi.encode(none), "the operator is not counted");
    }

    /// @dev The limit of EIP-170, with some room for what is still to come.
    function test_Deploy_CodeFitsTheLimit() public view {
        isTrue(address(ledger).code.length <= 24_576, "the contract is too large to be deployed");
    }

    /// @dev No owner, no proxy, no money: the ledger takes no value and knows no other function.
    function test_Ledger_TakesNoMoneyAndNoOtherCall() public {
        (bool paid,) = address(ledger).call{value: 1}("");
        isTrue(!paid, "took money");
        bytes[] memory none = new bytes[](0);
        (bool paidWithCall,) = address(ledger).call{value: 1}(abi.encodeCall(ITrading.submit, (none)));
        isTrue(!paidWithCall, "took money with a call");
        string[5] memory doors =
            ["owner()", "transferOwnership(address)", "upgradeTo(address)", "pause()", "initialize()"];
        for (uint256 i = 0; i < doors.length; i++) {
            (bool opened,) = address(ledger).call(abi.encodeWithSignature(doors[i], address(this)));
            isTrue(!opened, doors[i]);
        }
    }

    /// @dev Business days begin at midnight in China.
    function test_Today_ChangesAtMidnightInChina() public {
        vm.warp(1_750_003_199); // 2025-06-15 23:59:59
        equal(ledger.today(), 20_254, "the last second of a day");
        vm.warp(1_750_003_200); // 2025-06-16 00:00:00
        equal(ledger.today(), 20_255, "the first second of the next");
    }

    /// @dev What an auditor proves with one storage proof of slot 0, and one of slot 1.
    function test_ControlTotals_StandInTheFirstTwoSlots() public {
        LoanId id = lend(issue());
        accepts(repayCall(repayOp(id, 12_345, 678)));
        accepts(redeemCall(redeemOp(issue(), 90)));
        uint256 slot0 = uint256(vm.load(address(ledger), bytes32(uint256(0))));
        uint256 slot1 = uint256(vm.load(address(ledger), bytes32(uint256(1))));
        equal(uint24(slot0), 3, "enterprises");
        equal(uint16(slot0 >> 24), 2, "banks");
        equal(uint40(slot0 >> 40), 2, "receivables");
        equal(uint40(slot0 >> 80), 1, "loans");
        equal(uint64(slot0 >> 120), FACE / 2, "lent");
        equal(uint64(slot0 >> 184), 12_345, "repaid");
        equal(uint64(slot1), 2 * FACE, "issued");
        equal(uint64(slot1 >> 64), 90, "redeemed");
        equal(uint64(slot1 >> 128), 678, "interest");
    }

    /// @dev The largest values of every packed field come back as they were put in.
    function test_Storage_TheLargestValues_DoNotSpill() public {
        IssueReceivable memory issued = issueOp();
        issued.amountFen = MAX_AMOUNT_FEN;
        issued.maturityDate = ledger.today() + MAX_TENOR_DAYS;
        accepts(issueCall(issued));
        ReceivableId id = lastReceivable();
        OpenLoan memory op = openOp(id);
        op.application.maxAnnualRateBps = type(uint16).max;
        op.application.dueDate = issued.maturityDate;
        op.annualRateBps = type(uint16).max;
        op.principalFen = MAX_AMOUNT_FEN;
        op.bank = OTHER_BANK;
        accepts(openCall(op));
        LoanId loan = lastLoan();
        accepts(disburseCall(disburseOp(loan)));
        accepts(repayCall(repayOp(loan, MAX_AMOUNT_FEN - 1, MAX_AMOUNT_FEN)));
        Loan memory stored = ledger.loan(loan);
        equal(stored.principalFen, MAX_AMOUNT_FEN, "principal");
        equal(stored.repaidFen, MAX_AMOUNT_FEN - 1, "repaid");
        equal(stored.interestPaidFen, MAX_AMOUNT_FEN, "interest");
        equal(stored.annualRateBps, type(uint16).max, "rate");
        equal(stored.dueDate, issued.maturityDate, "due date");
        equal(PartyId.unwrap(stored.bank), PartyId.unwrap(OTHER_BANK), "bank");
        equal(ReceivableId.unwrap(stored.receivable), ReceivableId.unwrap(id), "receivable");
        equal(ledger.receivable(id).amountFen, MAX_AMOUNT_FEN, "amount");
        equal(PartyId.unwrap(ledger.receivable(id).obligor), PartyId.unwrap(BUYER), "obligor");
    }

    function refusesDeployment(uint32 region, bytes32 profile, SignerGrant[] memory signers, bytes memory expected)
        private
    {
        (address deployed, bytes memory reason) = create(limits, region, profile, signers);
        equal(uint160(deployed), 0, "deployed what must be refused");
        equal(reason, expected, "reason");
    }
}
