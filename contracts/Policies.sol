// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Parties} from "./Parties.sol";
import {IRegistry} from "./interfaces/IRegistry.sol";
import "./Operations.sol";

/// @title What may change without new code: the ledger's parameters, and each bank's policy, limits and credit model
abstract contract Policies is Parties {
    string private constant PARAMETERS_TYPE =
        "Parameters(uint16 startDate,uint16 maxTenorDays,uint16 maxReviewedTenorDays,uint8 maxSplitDepth,uint8 maxSplits,"
        "uint8 maxInvoices,uint8 recoveryDelayDays,uint8 noticeDays,uint16 maxExtensionDays,uint8 approvalDays)";
    bytes32 private constant PARAMETERS_TYPEHASH = keccak256(bytes(PARAMETERS_TYPE));
    bytes32 private constant PROPOSE_PARAMETERS_TYPEHASH = keccak256(
        bytes(string.concat("ProposeParameters(Parameters parameters,uint16 revision,uint64 deadline)", PARAMETERS_TYPE))
    );
    bytes32 private constant ADOPT_PARAMETERS_TYPEHASH =
        keccak256(bytes(string.concat("AdoptParameters(Parameters parameters,uint64 deadline)", PARAMETERS_TYPE)));
    bytes32 private constant SET_LENDING_POLICY_TYPEHASH = keccak256(
        "SetLendingPolicy(uint32 bank,uint64 dualApprovalFen,uint64 obligorLimitFen,uint64 borrowerLimitFen,uint16 revision,"
        "uint64 deadline)"
    );
    bytes32 private constant SET_CREDIT_LIMIT_TYPEHASH = keccak256(
        "SetCreditLimit(uint32 bank,uint32 party,uint8 side,uint64 limitFen,uint16 revision,uint64 deadline)"
    );
    bytes32 private constant ACTIVATE_MODEL_TYPEHASH = keccak256(
        "ActivateModel(uint32 bank,bytes32 modelHash,uint16 fromDate,uint16 untilDate,uint16 revision,uint64 deadline)"
    );

    /// @inheritdoc IRegistry
    function proposeParameters(ProposeParameters calldata op, bytes calldata operatorSignature) external {
        _requireInTime(op.deadline);
        Party storage proposer = _parties[OPERATOR];
        _requireRevision(OPERATOR, proposer.revision, op.revision);
        Parameters memory rules = op.parameters;
        _requireSound(rules);
        bytes32 proposed = _hashParameters(rules);
        // The regulator's signature names these very parameters and would adopt them a second time.
        require(!_adopted[proposed], ParametersInvalid());
        uint16 earliest = _today() + _rules().noticeDays;
        require(rules.startDate >= earliest, StartDateEarly(rules.startDate, earliest));
        bytes32 digest = _digest(abi.encode(PROPOSE_PARAMETERS_TYPEHASH, proposed, op.revision, op.deadline));
        _requireSignature(OPERATOR, Rights.MANAGE, digest, operatorSignature);

        proposer.revision += 1;
        _proposedParameters = rules;
        emit ParametersProposed(rules);
    }

    /// @inheritdoc IRegistry
    function adoptParameters(AdoptParameters calldata op, bytes calldata regulatorSignature) external {
        _requireInTime(op.deadline);
        bytes32 adopted = _hashParameters(op.parameters);
        Parameters memory proposed = _proposedParameters;
        require(
            proposed.startDate != 0 && adopted == _hashParameters(proposed), ParametersNotProposed(adopted)
        );
        // Nobody was bound by rules that start in the past.
        uint16 earliest = _today() + 1;
        require(proposed.startDate >= earliest, StartDateEarly(proposed.startDate, earliest));
        bytes32 digest = _digest(abi.encode(ADOPT_PARAMETERS_TYPEHASH, adopted, op.deadline));
        _requireSignature(REGULATOR, Rights.SUPERVISE, digest, regulatorSignature);

        _parameters = _rules();
        _nextParameters = proposed;
        delete _proposedParameters;
        _adopted[adopted] = true;
        emit ParametersAdopted(proposed);
    }

    /// @inheritdoc IRegistry
    function setLendingPolicy(SetLendingPolicy calldata op, bytes calldata managerSignature) external {
        _requireInTime(op.deadline);
        _requireParty(op.bank, PartyKind.Bank);
        Party storage bank = _parties[op.bank];
        _requireRevision(op.bank, bank.revision, op.revision);
        _requireLimit(op.dualApprovalFen, MAX_AMOUNT_FEN);
        _requireLimit(op.obligorLimitFen, MAX_LIMIT_FEN);
        _requireLimit(op.borrowerLimitFen, MAX_LIMIT_FEN);
        bytes32 digest = _digest(abi.encode(SET_LENDING_POLICY_TYPEHASH, op));
        _requireSignature(op.bank, Rights.MANAGE, digest, managerSignature);

        bank.revision += 1;
        _policies[op.bank] = LendingPolicy({
            dualApprovalFen: uint40(op.dualApprovalFen),
            obligorLimitFen: uint48(op.obligorLimitFen),
            borrowerLimitFen: uint48(op.borrowerLimitFen),
            isSet: true
        });
        emit LendingPolicySet(op.bank, op.dualApprovalFen, op.obligorLimitFen, op.borrowerLimitFen);
    }

    /// @inheritdoc IRegistry
    function setCreditLimit(SetCreditLimit calldata op, bytes calldata managerSignature) external {
        _requireInTime(op.deadline);
        _requireParty(op.bank, PartyKind.Bank);
        // Suspended or not: that is when a bank wants to cut a limit.
        PartyKind kind = _known(op.party).kind;
        require(kind == PartyKind.Enterprise, PartyKindWrong(op.party, PartyKind.Enterprise, kind));
        require(op.side != ExposureSide.None, SideInvalid());
        CreditLine storage line = _lines[_lineKey(op.bank, op.party, op.side)];
        uint16 current = line.revision;
        require(op.revision == current, LimitRevisionStale(op.bank, op.party, op.revision, current));
        require(current < type(uint16).max, LimitRevisionsExhausted(op.bank, op.party));
        _requireLimit(op.limitFen, MAX_LIMIT_FEN);
        bytes32 digest = _digest(abi.encode(SET_CREDIT_LIMIT_TYPEHASH, op));
        _requireSignature(op.bank, Rights.MANAGE, digest, managerSignature);

        line.limitFen = uint48(op.limitFen);
        line.isOwn = true;
        line.revision = current + 1;
        emit CreditLimitSet(op.bank, op.party, op.side, op.limitFen);
    }

    /// @inheritdoc IRegistry
    function activateModel(ActivateModel calldata op, bytes calldata firstSignature, bytes calldata secondSignature)
        external
    {
        _requireInTime(op.deadline);
        _requireParty(op.bank, PartyKind.Bank);
        Party storage bank = _parties[op.bank];
        _requireRevision(op.bank, bank.revision, op.revision);
        require(op.modelHash != 0, ModelMissing());
        uint16 today_ = _today();
        require(
            op.fromDate >= today_ && op.untilDate >= op.fromDate,
            ModelDatesInvalid(op.fromDate, op.untilDate, today_)
        );
        bytes32 digest = _digest(abi.encode(ACTIVATE_MODEL_TYPEHASH, op));
        uint16 first = _requireSignature(op.bank, Rights.APPROVE, digest, firstSignature);
        uint16 second = _requireSignature(op.bank, Rights.APPROVE, digest, secondSignature);
        require(first != second, SignersNotDistinct(op.bank, first));

        bank.revision += 1;
        _models[op.bank] = CreditModel(op.modelHash, op.fromDate, op.untilDate);
        emit ModelActivated(op.bank, op.modelHash, op.fromDate, op.untilDate);
    }

    function _requireLimit(uint64 limitFen, uint64 maxFen) private pure {
        require(limitFen <= maxFen, LimitOutOfRange(limitFen, maxFen));
    }

    function _hashParameters(Parameters memory rules) private pure returns (bytes32) {
        return keccak256(abi.encode(PARAMETERS_TYPEHASH, rules));
    }
}
