// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerErrors} from "../../../../contracts/interfaces/ILedgerErrors.sol";
import {ITrading} from "../../../../contracts/interfaces/ITrading.sol";
import "../../../../contracts/Operations.sol";
import {PolicyVerbs} from "./PolicyVerbs.sol";

/// @notice Receivables are issued, assigned, split and redeemed. What was promised and given up is recorded here, each tree under its root.
abstract contract ReceivableVerbs is PolicyVerbs {
    uint256 internal constant TRIES = 8;

    mapping(uint40 root => uint256) public issuedFen;
    mapping(uint40 root => uint256) public redeemedFen;
    mapping(uint40 root => uint256) public cancelledFen;
    uint256 public allIssuedFen;
    uint256 public allRedeemedFen;
    uint256 public allCancelledFen;
    mapping(uint40 receivable => uint40) public rootOf;
    mapping(uint40 root => Invoice[]) private _invoices;
    uint40 public receivables; // accepted issues and splits
    uint256 public owedFen; // the amounts of all receivables as they were read one by one
    uint40[] internal liveReceivables; // active or pledged
    mapping(uint40 receivable => uint256) private _place; // in `liveReceivables`, from 1

    function invoicesOf(uint40 root) external view returns (Invoice[] memory) {
        return _invoices[root];
    }

    // ---- Issue, assign, split, redeem

    function issueReceivable(uint256 seed) external {
        begin(seed, operations);
        issueNew();
    }

    function issueNew() internal {
        PartyId obligor = anEnterprise(NO_PARTY, NO_PARTY);
        PartyId holder = anEnterprise(obligor, NO_PARTY);
        if (obligor == NO_PARTY || holder == NO_PARTY) return waited();
        Parameters memory rules = ledger.parameters();
        uint64 amountFen = uint64(1 + roll(roll(8) == 0 ? MAX_AMOUNT_FEN : 2_000));
        IssueReceivable memory op = IssueReceivable(
            obligor, holder, amountFen, today() + uint16(1 + roll(rules.maxReviewedTenorDays)), someInvoices(amountFen, rules.maxInvoices), soon()
        );
        bytes4 expected = spoil(op);
        about(ReceivableId.wrap(0));
        bytes32 structHash = hashOf(op);
        bytes memory own = signed(obligor, Rights.TRADE, structHash);
        bytes memory call = abi.encodeCall(ITrading.issueReceivable, (op, own, signed(holder, Rights.TRADE, structHash)));
        if (expected != 0) return performRefused(call, expected);
        if (!perform(call)) return;
        receivables += 1;
        allIssuedFen += amountFen;
        issuedFen[receivables] = amountFen;
        rootOf[receivables] = receivables;
        for (uint256 i = 0; i < op.invoices.length; i++) _invoices[receivables].push(op.invoices[i]);
        enterReceivable(receivables);
    }

    function someInvoices(uint64 amountFen, uint8 most) private returns (Invoice[] memory invoices) {
        uint256 count = roll(3) == 0 ? 1 + roll(most) : 1;
        invoices = new Invoice[](count);
        for (uint256 i = 0; i < count; i++) {
            uint64 part = i == 0 ? amountFen : uint64(1 + roll(1_000));
            invoices[i] = Invoice(keccak256(abi.encode(operations, i)), part);
        }
    }

    /// @dev One in six tries an invoice again that backs another receivable, or the same one twice, or promises more than the invoices.
    function spoil(IssueReceivable memory op) private returns (bytes4) {
        uint256 kind = roll(18);
        uint256 end = op.invoices.length - 1;
        if (kind == 0 && receivables > 0) {
            Invoice[] storage taken = _invoices[rootOf[uint40(1 + roll(receivables))]];
            op.invoices[end].fingerprint = taken[roll(taken.length)].fingerprint;
            return ILedgerErrors.FingerprintTaken.selector;
        }
        if (kind == 1 && end > 0) {
            op.invoices[end].fingerprint = op.invoices[0].fingerprint;
            return ILedgerErrors.FingerprintTaken.selector;
        }
        if (kind == 2 && end == 0 && op.amountFen < MAX_AMOUNT_FEN) {
            op.amountFen += 1;
            return ILedgerErrors.InvoicesBelowFace.selector;
        }
        return 0;
    }

    function assignWhole(uint256 seed) external {
        begin(seed, operations);
        ReceivableId id = aFree(1);
        if (isNone(id)) return issueNew();
        Receivable memory found = ledger.receivable(id);
        assign(id, found, found.amountFen);
    }

    function split(uint256 seed) external {
        begin(seed, operations);
        ReceivableId id = aFree(2);
        if (isNone(id)) return issueNew();
        Receivable memory found = ledger.receivable(id);
        uint64 most = found.amountFen - (found.disputedFen > 0 ? found.disputedFen : 1);
        assign(id, found, uint64(1 + roll(most)));
    }

    function assign(ReceivableId id, Receivable memory found, uint64 amountFen) private {
        PartyId assignee = anEnterprise(found.holder, found.obligor);
        if (standingOf[found.holder] == Standing.Suspended || assignee == NO_PARTY) return issueNew();
        bool whole = amountFen == found.amountFen;
        if (whole && found.disputedFen > 0) return issueNew();
        Parameters memory rules = ledger.parameters();
        about(id);
        AssignReceivable memory op = AssignReceivable(id, assignee, amountFen, found.revision, soon());
        bytes32 structHash = hashOf(op);
        bytes memory own = signed(found.holder, Rights.TRADE, structHash);
        bytes memory call = abi.encodeCall(ITrading.assignReceivable, (op, own, signed(assignee, Rights.TRADE, structHash)));
        if (!whole && found.depth >= rules.maxSplitDepth) return performRefused(call, ILedgerErrors.SplitTooDeep.selector);
        if (!whole && found.splits >= rules.maxSplits) return performRefused(call, ILedgerErrors.SplitsExhausted.selector);
        if (!perform(call) || whole) return;
        receivables += 1;
        rootOf[receivables] = rootOf[ReceivableId.unwrap(id)];
        owedFen -= amountFen;
        enterReceivable(receivables);
    }

    function redeemReceivable(uint256 seed) external {
        begin(seed, operations);
        ReceivableId id = aFree(1);
        if (isNone(id)) return issueNew();
        Receivable memory found = about(id);
        uint64 most = found.amountFen - found.disputedFen;
        redeemSome(id, found, roll(4) == 0 ? most : uint64(1 + roll(most)));
    }

    function redeemSome(ReceivableId id, Receivable memory found, uint64 amountFen) private {
        RedeemReceivable memory op = RedeemReceivable(id, amountFen, PAYMENT, found.revision, soon());
        if (!perform(abi.encodeCall(ITrading.redeemReceivable, (op, signed(found.holder, Rights.TRADE, hashOf(op)))))) return;
        noteRedeemed(id, amountFen);
    }

    function noteRedeemed(ReceivableId id, uint64 amountFen) internal {
        redeemedFen[rootOf[ReceivableId.unwrap(id)]] += amountFen;
        allRedeemedFen += amountFen;
        owedFen -= amountFen;
        leaveIfEnded(id);
    }

    // ---- Choices

    function isNone(ReceivableId id) internal pure returns (bool) {
        return ReceivableId.unwrap(id) == 0;
    }

    /// @dev One that is active and not frozen, of which at least that much is not disputed and which is worth at least that much.
    function aFree(uint40 leastFen) internal returns (ReceivableId) {
        for (uint256 i = 0; i < TRIES; i++) {
            ReceivableId id = anOwed();
            if (isNone(id)) return id;
            Receivable memory found = ledger.receivable(id);
            bool isFree = found.status == ReceivableStatus.Active && !found.frozen;
            bool isEnough = found.amountFen >= leastFen && (leastFen == 0 || found.amountFen > found.disputedFen);
            if (isFree && isEnough) return id;
        }
        return ReceivableId.wrap(0);
    }

    function anOwed() internal returns (ReceivableId) {
        return liveReceivables.length == 0 ? ReceivableId.wrap(0) : ReceivableId.wrap(liveReceivables[roll(liveReceivables.length)]);
    }

    function enterReceivable(uint40 id) private {
        ReceivableId receivable = ReceivableId.wrap(id);
        made(receivable, LoanId.wrap(0));
        owedFen += ledger.receivable(receivable).amountFen;
        liveReceivables.push(id);
        _place[id] = liveReceivables.length;
    }

    function leaveIfEnded(ReceivableId receivable) internal {
        if (ledger.receivable(receivable).status < ReceivableStatus.Redeemed) return;
        uint40 id = ReceivableId.unwrap(receivable);
        uint40 moved = liveReceivables[liveReceivables.length - 1];
        liveReceivables[_place[id] - 1] = moved;
        _place[moved] = _place[id];
        liveReceivables.pop();
    }
}
