// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClaimBase} from "./ClaimBase.sol";
import {Conservation} from "./Conservation.sol";
import {Fingerprints} from "./Fingerprints.sol";
import {ITrading} from "./interfaces/ITrading.sol";
import "./Operations.sol";
import {unpackReceivable} from "./Packing.sol";

/// @title Trading receivables: issue, assign and split, redeem
abstract contract Receivables is ClaimBase, Fingerprints, ITrading {
    bytes32 private constant INVOICE_TYPEHASH = keccak256("Invoice(bytes32 fingerprint,uint64 amountFen)");
    bytes32 private constant ISSUE_RECEIVABLE_TYPEHASH = keccak256(
        "IssueReceivable(uint32 obligor,uint32 holder,uint64 amountFen,uint16 maturityDate,Invoice[] invoices,uint64 deadline)"
        "Invoice(bytes32 fingerprint,uint64 amountFen)"
    );
    bytes32 private constant ASSIGN_RECEIVABLE_TYPEHASH = keccak256(
        "AssignReceivable(uint40 receivable,uint32 assignee,uint64 amountFen,uint16 revision,uint64 deadline)"
    );
    bytes32 private constant REDEEM_RECEIVABLE_TYPEHASH = keccak256(
        "RedeemReceivable(uint40 receivable,uint64 amountFen,bytes32 paymentReference,uint16 revision,uint64 deadline)"
    );

    /// @inheritdoc ITrading
    function issueReceivable(IssueReceivable calldata op, bytes calldata obligorSignature, bytes calldata holderSignature)
        external
    {
        _requireInTime(op.deadline);
        // Each reading of a field from calldata checks its range again.
        (PartyId obligor, PartyId holder, uint64 amountFen, uint16 maturityDate, Invoice[] calldata invoices) =
            (op.obligor, op.holder, op.amountFen, op.maturityDate, op.invoices);
        require(obligor != holder, SelfDealing(holder));
        _requireAmount(amountFen, 1, MAX_AMOUNT_FEN);
        Parameters memory rules = _rules();
        bool reviewNeeded = _requireTenor(maturityDate, rules);
        require(_requireParty(obligor, PartyKind.Enterprise) != Standing.StopListed, PartyStopListed(obligor));
        _requireParty(holder, PartyKind.Enterprise);
        ReceivableId id = _nextReceivable();
        bytes32 digest = _digest(
            abi.encode(
                ISSUE_RECEIVABLE_TYPEHASH,
                obligor,
                holder,
                amountFen,
                maturityDate,
                _takeInvoices(invoices, amountFen, id, rules.maxInvoices),
                op.deadline
            )
        );
        _requireSignature(obligor, Rights.TRADE, digest, obligorSignature);
        _requireSignature(holder, Rights.TRADE, digest, holderSignature);

        _totals.issuedFen += amountFen;
        _store(
            id,
            Receivable({
                obligor: obligor,
                holder: holder,
                amountFen: uint40(amountFen),
                disputedFen: 0,
                maturityDate: maturityDate,
                status: ReceivableStatus.Active,
                depth: 0,
                splits: 0,
                revision: 1,
                parent: ReceivableId.wrap(0),
                frozen: false,
                reviewNeeded: reviewNeeded
            })
        );
        emit ReceivableIssued(id, obligor, holder, amountFen, maturityDate, reviewNeeded, invoices);
    }

    /// @inheritdoc ITrading
    function assignReceivable(AssignReceivable calldata op, bytes calldata holderSignature, bytes calldata assigneeSignature)
        external
    {
        _requireInTime(op.deadline);
        Receivable memory current = unpackReceivable(_receivables[op.receivable]);
        _requireActive(op.receivable, op.revision, current);
        _requireRevisionsLeft(op.receivable, op.revision, current.disputedFen > 0);
        require(op.assignee != current.holder && op.assignee != current.obligor, SelfDealing(op.assignee));
        _requireAmount(op.amountFen, 1, Conservation.free(current.amountFen, current.disputedFen));
        _requireParty(current.holder, PartyKind.Enterprise);
        _requireParty(op.assignee, PartyKind.Enterprise);
        bool whole = op.amountFen == current.amountFen;
        if (!whole) {
            Parameters storage rules = _rules();
            require(current.depth < rules.maxSplitDepth, SplitTooDeep(op.receivable, rules.maxSplitDepth));
            require(current.splits < rules.maxSplits, SplitsExhausted(op.receivable, rules.maxSplits));
        }
        bytes32 digest = _digest(abi.encode(ASSIGN_RECEIVABLE_TYPEHASH, op));
        _requireSignature(current.holder, Rights.TRADE, digest, holderSignature);
        _requireSignature(op.assignee, Rights.TRADE, digest, assigneeSignature);

        current.revision += 1;
        if (whole) {
            PartyId assignor = current.holder;
            current.holder = op.assignee;
            _store(op.receivable, current);
            emit ReceivableAssigned(op.receivable, assignor, op.assignee, op.amountFen);
        } else {
            _split(op.receivable, current, op.assignee, uint40(op.amountFen));
        }
    }

    /// @inheritdoc ITrading
    function redeemReceivable(RedeemReceivable calldata op, bytes calldata holderSignature) external {
        _requireInTime(op.deadline);
        Receivable memory current = unpackReceivable(_receivables[op.receivable]);
        _requireActive(op.receivable, op.revision, current);
        _requireAmount(op.amountFen, 1, Conservation.free(current.amountFen, current.disputedFen));
        if (op.amountFen < current.amountFen) {
            _requireRevisionsLeft(op.receivable, current.revision, current.disputedFen > 0);
        }
        require(op.paymentReference != 0, PaymentReferenceMissing());
        bytes32 digest = _digest(abi.encode(REDEEM_RECEIVABLE_TYPEHASH, op));
        _requireSignature(current.holder, Rights.TRADE, digest, holderSignature);

        current.revision += 1;
        current.amountFen = Conservation.remainder(current.amountFen, uint40(op.amountFen));
        if (current.amountFen == 0) current.status = ReceivableStatus.Redeemed;
        _store(op.receivable, current);
        _totals.redeemedFen += op.amountFen;
        emit ReceivableRedeemed(
            op.receivable, current.holder, current.obligor, op.amountFen, current.amountFen, op.paymentReference
        );
    }

    /// @dev Whether the tenor is so long that a bank must review the trade before it lends. Refused: `MaturityOutOfRange`.
    function _requireTenor(uint16 maturityDate, Parameters memory rules) private view returns (bool reviewNeeded) {
        uint16 today_ = _today();
        uint16 latest = today_ + rules.maxReviewedTenorDays;
        require(
            maturityDate > today_ && maturityDate <= latest, MaturityOutOfRange(maturityDate, today_ + 1, latest)
        );
        return maturityDate > today_ + rules.maxTenorDays;
    }

    /// @dev Lets each invoice back this receivable and no other, for ever; returns the EIP-712 hash of the list.
    /// Refused: `InvoiceCountOutOfRange`, `FingerprintMissing`, `AmountOutOfRange`, `FingerprintTaken`, `InvoicesBelowFace`.
    function _takeInvoices(Invoice[] calldata invoices, uint64 faceFen, ReceivableId id, uint8 most)
        private
        returns (bytes32)
    {
        uint256 count = invoices.length;
        require(count > 0 && count <= most, InvoiceCountOutOfRange(count, most));
        bytes32[] memory hashes = new bytes32[](count);
        uint256 sumFen;
        for (uint256 i = 0; i < count; i++) {
            (bytes32 fingerprint, uint64 amountFen) = (invoices[i].fingerprint, invoices[i].amountFen);
            require(fingerprint != 0, FingerprintMissing());
            _requireAmount(amountFen, 1, MAX_AMOUNT_FEN);
            _takeFingerprint(fingerprint, id);
            sumFen += amountFen;
            hashes[i] = keccak256(abi.encode(INVOICE_TYPEHASH, fingerprint, amountFen));
        }
        require(sumFen >= faceFen, InvoicesBelowFace(sumFen, faceFen));
        return keccak256(abi.encodePacked(hashes));
    }

    /// @dev `parent` is the record in memory with its revision already moved on.
    function _split(ReceivableId parentId, Receivable memory parent, PartyId assignee, uint40 amountFen) private {
        parent.amountFen = Conservation.remainder(parent.amountFen, amountFen);
        parent.splits += 1;
        _store(parentId, parent);
        ReceivableId childId = _nextReceivable();
        _store(
            childId,
            Receivable({
                obligor: parent.obligor,
                holder: assignee,
                amountFen: amountFen,
                disputedFen: 0,
                maturityDate: parent.maturityDate,
                status: ReceivableStatus.Active,
                depth: parent.depth + 1,
                splits: 0,
                revision: 1,
                parent: parentId,
                frozen: false,
                reviewNeeded: parent.reviewNeeded
            })
        );
        emit ReceivableSplit(parentId, childId, assignee, parent.holder, amountFen, parent.amountFen);
    }

    function _nextReceivable() private returns (ReceivableId) {
        uint40 next = _totals.receivables + 1;
        _totals.receivables = next;
        return ReceivableId.wrap(next);
    }
}
