// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFinanceLedger} from "./IFinanceLedger.sol";
import {Parties} from "./Parties.sol";
import "./Types.sol";

/// @title Receivables: issue, assign and split, redeem
abstract contract Receivables is Parties {
    bytes32 private constant ISSUE_RECEIVABLE_TYPEHASH = keccak256(
        "IssueReceivable(uint32 obligor,uint32 holder,uint64 amountFen,uint16 maturityDate,bytes32 invoiceFingerprint,uint64 deadline)"
    );
    bytes32 private constant ASSIGN_RECEIVABLE_TYPEHASH = keccak256(
        "AssignReceivable(uint40 receivable,uint32 assignee,uint64 amountFen,uint16 revision,uint64 deadline)"
    );
    bytes32 private constant REDEEM_RECEIVABLE_TYPEHASH = keccak256(
        "RedeemReceivable(uint40 receivable,uint64 amountFen,bytes32 paymentReference,uint16 revision,uint64 deadline)"
    );

    /// Three revisions are kept back, so that every receivable can come to its end: pledged, released, redeemed in full.
    uint16 private constant LAST_CHANGEABLE_REVISION = type(uint16).max - 3;

    mapping(ReceivableId => Receivable) internal _receivables;
    mapping(bytes32 invoiceFingerprint => ReceivableId) private _fingerprints;

    /// @inheritdoc IFinanceLedger
    function receivable(ReceivableId id) external view returns (Receivable memory) {
        return _receivables[id];
    }

    /// @inheritdoc IFinanceLedger
    function receivableOfFingerprint(bytes32 invoiceFingerprint) external view returns (ReceivableId) {
        return _fingerprints[invoiceFingerprint];
    }

    /// @inheritdoc IFinanceLedger
    function issueReceivable(IssueReceivable calldata op, bytes calldata obligorSignature, bytes calldata holderSignature)
        external
    {
        _requireInTime(op.deadline);
        require(op.obligor != op.holder, SelfDealing(op.holder));
        _requireAmount(op.amountFen, 1, MAX_AMOUNT_FEN);
        require(op.invoiceFingerprint != 0, FingerprintMissing());
        uint16 current = today();
        require(
            op.maturityDate > current && op.maturityDate <= current + _maxTenorDays,
            MaturityOutOfRange(op.maturityDate, current + 1, current + _maxTenorDays)
        );
        _requireKind(op.obligor, PartyKind.Enterprise);
        _requireKind(op.holder, PartyKind.Enterprise);
        ReceivableId earlier = _fingerprints[op.invoiceFingerprint];
        require(ReceivableId.unwrap(earlier) == 0, FingerprintTaken(op.invoiceFingerprint, earlier));
        bytes32 structHash = keccak256(abi.encode(ISSUE_RECEIVABLE_TYPEHASH, op));
        _requireSignature(op.obligor, Rights.TRADE, structHash, obligorSignature);
        _requireSignature(op.holder, Rights.TRADE, structHash, holderSignature);

        ReceivableId id = _nextReceivable();
        _fingerprints[op.invoiceFingerprint] = id;
        _totals.issuedFen += op.amountFen;
        _receivables[id] = Receivable({
            obligor: op.obligor,
            holder: op.holder,
            amountFen: uint56(op.amountFen),
            maturityDate: op.maturityDate,
            status: ReceivableStatus.Active,
            depth: 0,
            splits: 0,
            revision: 1,
            parent: ReceivableId.wrap(0)
        });
        emit ReceivableIssued(id, op.obligor, op.holder, op.amountFen, op.maturityDate, op.invoiceFingerprint);
    }

    /// @inheritdoc IFinanceLedger
    function assignReceivable(AssignReceivable calldata op, bytes calldata holderSignature, bytes calldata assigneeSignature)
        external
    {
        _requireInTime(op.deadline);
        Receivable memory current = _requireChangeable(op.receivable, op.revision);
        require(op.assignee != current.holder && op.assignee != current.obligor, SelfDealing(op.assignee));
        _requireAmount(op.amountFen, 1, current.amountFen);
        _requireKind(op.assignee, PartyKind.Enterprise);
        bool whole = op.amountFen == current.amountFen;
        if (!whole) {
            require(current.depth < _maxSplitDepth, SplitTooDeep(op.receivable, _maxSplitDepth));
            require(current.splits < _maxSplits, SplitsExhausted(op.receivable, _maxSplits));
        }
        bytes32 structHash = keccak256(abi.encode(ASSIGN_RECEIVABLE_TYPEHASH, op));
        _requireSignature(current.holder, Rights.TRADE, structHash, holderSignature);
        _requireSignature(op.assignee, Rights.TRADE, structHash, assigneeSignature);

        current.revision += 1;
        if (whole) {
            PartyId assignor = current.holder;
            current.holder = op.assignee;
            _receivables[op.receivable] = current;
            emit ReceivableAssigned(op.receivable, assignor, op.assignee, op.amountFen);
        } else {
            _split(op.receivable, current, op.assignee, uint56(op.amountFen));
        }
    }

    /// @inheritdoc IFinanceLedger
    function redeemReceivable(RedeemReceivable calldata op, bytes calldata holderSignature) external {
        _requireInTime(op.deadline);
        Receivable memory current = _requireActive(op.receivable, op.revision);
        _requireAmount(op.amountFen, 1, current.amountFen);
        if (op.amountFen < current.amountFen) _requireRevisionsLeft(op.receivable, current.revision);
        require(op.paymentReference != 0, PaymentReferenceMissing());
        bytes32 structHash = keccak256(abi.encode(REDEEM_RECEIVABLE_TYPEHASH, op));
        _requireSignature(current.holder, Rights.TRADE, structHash, holderSignature);

        current.revision += 1;
        current.amountFen -= uint56(op.amountFen);
        if (current.amountFen == 0) current.status = ReceivableStatus.Redeemed;
        _receivables[op.receivable] = current;
        _totals.redeemedFen += op.amountFen;
        emit ReceivableRedeemed(
            op.receivable, current.holder, current.obligor, op.amountFen, current.amountFen, op.paymentReference
        );
    }

    /// @dev Refused: `ReceivableUnknown`, `ReceivableRevisionStale`, `ReceivableStatusWrong`.
    function _requireActive(ReceivableId id, uint16 revision) private view returns (Receivable memory current) {
        current = _receivables[id];
        require(current.status != ReceivableStatus.None, ReceivableUnknown(id));
        require(current.revision == revision, ReceivableRevisionStale(id, revision, current.revision));
        require(
            current.status == ReceivableStatus.Active,
            ReceivableStatusWrong(id, ReceivableStatus.Active, current.status)
        );
    }

    /// @dev Refused: as `_requireActive`, and `ReceivableRevisionsExhausted`.
    function _requireChangeable(ReceivableId id, uint16 revision) internal view returns (Receivable memory current) {
        current = _requireActive(id, revision);
        _requireRevisionsLeft(id, revision);
    }

    function _requireRevisionsLeft(ReceivableId id, uint16 revision) private pure {
        require(revision <= LAST_CHANGEABLE_REVISION, ReceivableRevisionsExhausted(id));
    }

    /// @dev `parent` is the record in memory with its revision already moved on.
    function _split(ReceivableId parentId, Receivable memory parent, PartyId assignee, uint56 amountFen) private {
        parent.amountFen -= amountFen;
        parent.splits += 1;
        _receivables[parentId] = parent;
        ReceivableId childId = _nextReceivable();
        _receivables[childId] = Receivable({
            obligor: parent.obligor,
            holder: assignee,
            amountFen: amountFen,
            maturityDate: parent.maturityDate,
            status: ReceivableStatus.Active,
            depth: parent.depth + 1,
            splits: 0,
            revision: 1,
            parent: parentId
        });
        emit ReceivableSplit(parentId, childId, assignee, parent.holder, amountFen, parent.amountFen);
    }

    function _nextReceivable() private returns (ReceivableId) {
        uint40 next = _totals.receivables + 1;
        _totals.receivables = next;
        return ReceivableId.wrap(next);
    }
}
