// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../../contracts/interfaces/ILedgerErrors.sol";
import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import "../../../../contracts/Operations.sol";
import {BANK, OTHER_BANK} from "../LedgerTest.sol";
import {Key} from "../Signing.sol";
import {PartyVerbs} from "./PartyVerbs.sol";

/// @notice The ledger's parameters are proposed and adopted; banks set their policies, limits and models.
abstract contract PolicyVerbs is PartyVerbs {
    bytes32 public proposedParameters; // hash of what was proposed last and not adopted; 0 for nothing
    bytes32 public adoptedParameters; // hash of what was adopted last
    uint16 public adoptedStart;
    bytes32 public rulesBefore; // hash of what was in force at the last adoption
    Parameters private _proposed;
    mapping(PartyId bank => LendingPolicy) internal policyOf;

    function setUp() public virtual override {
        super.setUp();
        rulesBefore = keccak256(abi.encode(limits()));
        LendingPolicy memory first = LendingPolicy(uint40(DUAL_APPROVAL), uint48(MAX_LIMIT_FEN), uint48(MAX_LIMIT_FEN), true);
        policyOf[BANK] = first;
        policyOf[OTHER_BANK] = first;
    }

    function proposeParameters(uint256 seed) external {
        begin(seed, operations);
        propose();
    }

    function propose() private {
        Parameters memory rules = Parameters({
            startDate: today() + ledger.parameters().noticeDays + uint16(roll(4)),
            maxTenorDays: uint16(60 + roll(124)),
            maxReviewedTenorDays: uint16(200 + roll(166)),
            maxSplitDepth: uint8(2 + roll(4)),
            maxSplits: uint8(2 + roll(5)),
            maxInvoices: uint8(2 + roll(4)),
            recoveryDelayDays: uint8(1 + roll(10)),
            noticeDays: uint8(2 + roll(20)),
            maxExtensionDays: uint16(1 + roll(90)),
            approvalDays: uint8(5 + roll(60))
        });
        about(OPERATOR);
        ProposeParameters memory op = ProposeParameters(rules, ledger.party(OPERATOR).revision, soon());
        bytes memory own = signed(OPERATOR, Rights.MANAGE, hashOf(op));
        if (!perform(abi.encodeCall(IRegistry.proposeParameters, (op, own)))) return;
        _proposed = rules;
        proposedParameters = keccak256(abi.encode(rules));
    }

    /// @dev Also other ones than were proposed, which must be refused.
    function adoptParameters(uint256 seed) external {
        begin(seed, operations);
        if (proposedParameters == 0 || _proposed.startDate <= today()) return propose();
        Parameters memory rules = _proposed;
        bool other = roll(4) == 0;
        if (other) rules.maxTenorDays -= 1;
        about(REGULATOR);
        AdoptParameters memory op = AdoptParameters(rules, soon());
        bytes memory call = abi.encodeCall(IRegistry.adoptParameters, (op, signed(REGULATOR, Rights.SUPERVISE, hashOf(op))));
        if (other) return performRefused(call, ILedgerErrors.ParametersNotProposed.selector);
        bytes32 inForce = keccak256(abi.encode(ledger.parameters()));
        if (!perform(call)) return;
        rulesBefore = inForce;
        adoptedParameters = proposedParameters;
        adoptedStart = rules.startDate;
        proposedParameters = 0;
    }

    function setLendingPolicy(uint256 seed) external {
        begin(seed, operations);
        decide(aBank());
    }

    function decide(PartyId lender) internal {
        if (lender == NO_PARTY) return waited();
        about(lender);
        SetLendingPolicy memory op = SetLendingPolicy({
            bank: lender,
            dualApprovalFen: uint64(roll(1_000)),
            obligorLimitFen: aLimit(),
            borrowerLimitFen: aLimit(),
            revision: ledger.party(lender).revision,
            deadline: soon()
        });
        bytes memory own = signed(lender, Rights.MANAGE, hashOf(op));
        if (!perform(abi.encodeCall(IRegistry.setLendingPolicy, (op, own)))) return;
        policyOf[lender] =
            LendingPolicy(uint40(op.dualApprovalFen), uint48(op.obligorLimitFen), uint48(op.borrowerLimitFen), true);
    }

    function setCreditLimit(uint256 seed) external {
        begin(seed, operations);
        limitOne();
    }

    function limitOne() internal {
        PartyId lender = aBank();
        PartyId subject = anEnterprise(NO_PARTY, NO_PARTY);
        if (lender == NO_PARTY || subject == NO_PARTY) return waited();
        ExposureSide side = roll(2) == 0 ? ExposureSide.Obligor : ExposureSide.Borrower;
        about(lender);
        uint16 revision = ledger.creditLine(lender, subject, side).revision;
        SetCreditLimit memory op = SetCreditLimit(lender, subject, side, aLimit(), revision, soon());
        perform(abi.encodeCall(IRegistry.setCreditLimit, (op, signed(lender, Rights.MANAGE, hashOf(op)))));
    }

    function activateModel(uint256 seed) external {
        begin(seed, operations);
        PartyId lender = hasTwo(BANK, Rights.APPROVE) && standingOf[BANK] == Standing.Active ? BANK : aBank();
        if (lender == NO_PARTY || !hasTwo(lender, Rights.APPROVE)) return limitOne();
        about(lender);
        ActivateModel memory op = ActivateModel(
            lender, keccak256("model"), today(), today() + 90, ledger.party(lender).revision, soon()
        );
        Key first = keyFor(lender, Rights.APPROVE, Key.wrap(0));
        Key second = keyFor(lender, Rights.APPROVE, first);
        bytes32 structHash = hashOf(op);
        bytes memory one = signedWith(first, lender, Rights.APPROVE, structHash);
        bytes memory other = signedWith(second, lender, Rights.APPROVE, structHash);
        perform(abi.encodeCall(IRegistry.activateModel, (op, one, other)));
    }

    /// @dev Mostly wide, sometimes so narrow that it binds.
    function aLimit() private returns (uint64) {
        return roll(3) == 0 ? uint64(roll(5_000)) : MAX_LIMIT_FEN - uint64(roll(1_000));
    }
}
