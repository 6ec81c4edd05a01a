// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClaimBase} from "./ClaimBase.sol";
import {Conservation} from "./Conservation.sol";
import {IServicing} from "./interfaces/IServicing.sol";
import "./Operations.sol";
import {unpackReceivable} from "./Packing.sol";

/// @title Receivables when things do not go as planned: cancel, dispute and resolve, freeze and unfreeze
abstract contract ServicedReceivables is ClaimBase, IServicing {
    bytes32 private constant CANCEL_RECEIVABLE_TYPEHASH =
        keccak256("CancelReceivable(uint40 receivable,bytes32 reasonHash,uint16 revision,uint64 deadline)");
    bytes32 private constant DISPUTE_RECEIVABLE_TYPEHASH = keccak256(
        "DisputeReceivable(uint40 receivable,uint64 disputedFen,bytes32 reasonHash,uint16 revision,uint64 deadline)"
    );
    bytes32 private constant RESOLVE_DISPUTE_TYPEHASH =
        keccak256("ResolveDispute(uint40 receivable,uint64 cancelledFen,uint16 revision,uint64 deadline)");
    bytes32 private constant FREEZE_RECEIVABLE_TYPEHASH =
        keccak256("FreezeReceivable(uint40 receivable,bytes32 caseHash,uint64 deadline)");
    bytes32 private constant UNFREEZE_RECEIVABLE_TYPEHASH =
        keccak256("UnfreezeReceivable(uint40 receivable,bytes32 caseHash,uint64 deadline)");

    /// @inheritdoc IServicing
    function cancelReceivable(CancelReceivable calldata op, bytes calldata holderSignature, bytes calldata obligorSignature)
        external
    {
        _requireInTime(op.deadline);
        Receivable memory current = unpackReceivable(_receivables[op.receivable]);
        _requireActive(op.receivable, op.revision, current);
        require(op.reasonHash != 0, ReasonMissing());
        bytes32 digest = _digest(abi.encode(CANCEL_RECEIVABLE_TYPEHASH, op));
        _requireSignature(current.holder, Rights.TRADE, digest, holderSignature);
        _requireSignature(current.obligor, Rights.TRADE, digest, obligorSignature);

        uint40 amountFen = current.amountFen;
        current.amountFen = 0;
        current.disputedFen = 0;
        current.status = ReceivableStatus.Cancelled;
        current.revision += 1;
        _store(op.receivable, current);
        _totals.cancelledFen += amountFen;
        emit ReceivableCancelled(op.receivable, current.holder, current.obligor, amountFen, op.reasonHash);
    }

    /// @inheritdoc IServicing
    function disputeReceivable(DisputeReceivable calldata op, bytes calldata obligorSignature) external {
        _requireInTime(op.deadline);
        Receivable memory current = unpackReceivable(_receivables[op.receivable]);
        _requireOwed(op.receivable, op.revision, current);
        require(current.disputedFen == 0, DisputePending(op.receivable, current.disputedFen));
        require(!_disputed[op.receivable], DisputeUsed(op.receivable));
        _requireRevisionsLeft(op.receivable, op.revision, true);
        _requireAmount(op.disputedFen, 1, current.amountFen);
        require(op.reasonHash != 0, ReasonMissing());
        bytes32 digest = _digest(abi.encode(DISPUTE_RECEIVABLE_TYPEHASH, op));
        _requireSignature(current.obligor, Rights.TRADE, digest, obligorSignature);

        _disputed[op.receivable] = true;
        current.disputedFen = uint40(op.disputedFen);
        current.revision += 1;
        _store(op.receivable, current);
        emit ReceivableDisputed(op.receivable, current.holder, current.obligor, op.disputedFen, op.reasonHash);
    }

    /// @inheritdoc IServicing
    function resolveDispute(ResolveDispute calldata op, bytes calldata holderSignature, bytes calldata obligorSignature)
        external
    {
        _requireInTime(op.deadline);
        Receivable memory current = unpackReceivable(_receivables[op.receivable]);
        _requireOwed(op.receivable, op.revision, current);
        require(!current.frozen, ReceivableLocked(op.receivable));
        require(current.disputedFen > 0, DisputeMissing(op.receivable));
        // A bank lent against all of it: its cover is not cut behind its back.
        _requireAmount(op.cancelledFen, 0, current.status == ReceivableStatus.Pledged ? 0 : current.disputedFen);
        bytes32 digest = _digest(abi.encode(RESOLVE_DISPUTE_TYPEHASH, op));
        _requireSignature(current.holder, Rights.TRADE, digest, holderSignature);
        _requireSignature(current.obligor, Rights.TRADE, digest, obligorSignature);

        current.disputedFen = 0;
        current.amountFen = Conservation.remainder(current.amountFen, uint40(op.cancelledFen));
        if (current.amountFen == 0) current.status = ReceivableStatus.Cancelled;
        current.revision += 1;
        _store(op.receivable, current);
        _totals.cancelledFen += op.cancelledFen;
        emit DisputeResolved(op.receivable, current.holder, current.obligor, op.cancelledFen, current.amountFen);
    }

    /// @inheritdoc IServicing
    function freezeReceivable(FreezeReceivable calldata op, bytes calldata regulatorSignature) external {
        _requireInTime(op.deadline);
        Receivable memory current = unpackReceivable(_receivables[op.receivable]);
        _requireKnown(op.receivable, current);
        _requireStanding(op.receivable, current.status);
        require(!current.frozen, ReceivableLocked(op.receivable));
        _takeCase(op.receivable, op.caseHash);
        bytes32 digest = _digest(abi.encode(FREEZE_RECEIVABLE_TYPEHASH, op));
        _requireSignature(REGULATOR, Rights.SUPERVISE, digest, regulatorSignature);

        current.frozen = true;
        _store(op.receivable, current);
        emit ReceivableFrozen(op.receivable, op.caseHash);
    }

    /// @inheritdoc IServicing
    function unfreezeReceivable(UnfreezeReceivable calldata op, bytes calldata regulatorSignature) external {
        _requireInTime(op.deadline);
        Receivable memory current = unpackReceivable(_receivables[op.receivable]);
        _requireKnown(op.receivable, current);
        require(current.frozen, ReceivableNotLocked(op.receivable));
        _takeCase(op.receivable, op.caseHash);
        bytes32 digest = _digest(abi.encode(UNFREEZE_RECEIVABLE_TYPEHASH, op));
        _requireSignature(REGULATOR, Rights.SUPERVISE, digest, regulatorSignature);

        current.frozen = false;
        _store(op.receivable, current);
        emit ReceivableUnfrozen(op.receivable, op.caseHash);
    }

    /// @dev Still owed, whether traded or pledged. Refused: `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong`.
    function _requireOwed(ReceivableId id, uint16 revision, Receivable memory current) private pure {
        _requireCurrent(id, revision, current);
        _requireStanding(id, current.status);
    }

    /// @dev Refused: `ReceivableStatusWrong`.
    function _requireStanding(ReceivableId id, ReceivableStatus status) private pure {
        require(
            status == ReceivableStatus.Active || status == ReceivableStatus.Pledged,
            ReceivableStatusWrong(id, ReceivableStatus.Active, status)
        );
    }

    /// @dev An order is carried out once, so that a freeze cannot be repeated after it was ended. Refused: `CaseMissing`, `CaseUsed`.
    function _takeCase(ReceivableId id, bytes32 caseHash) private {
        require(caseHash != 0, CaseMissing());
        require(!_cases[id][caseHash], CaseUsed(id, caseHash));
        _cases[id][caseHash] = true;
    }
}
