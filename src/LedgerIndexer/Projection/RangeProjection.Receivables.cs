using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Projection;

// Receivables: how they come to be, move, and end.
internal sealed partial class RangeProjection
{
    public List<InvoiceRow> Invoices { get; } = [];

    public List<RedemptionRow> Redemptions { get; } = [];

    public List<CancellationRow> Cancellations { get; } = [];

    private void Apply(ReceivableIssued issued, EventPlace place)
    {
        var row = new ReceivableRow(
            Number(issued.Receivable),
            ParentId: null,
            Depth: 0,
            Splits: 0,
            Number(issued.Obligor),
            Number(issued.Holder),
            Fen(issued.AmountFen),
            Fen(issued.AmountFen),
            RedeemedFen: 0,
            CancelledFen: 0,
            DisputedFen: 0,
            DisputeReason: null,
            issued.MaturityDate,
            issued.ReviewNeeded,
            ReceivableStatus.Active,
            FreezeCase: null,
            Revision: 1,
            place.BlockNumber,
            place.BlockTime);
        Add(row, place);
        Invoices.AddRange(issued.Invoices.Select(
            invoice => new InvoiceRow(invoice.Fingerprint.ToArray(), row.ReceivableId, Fen(invoice.AmountFen))));
    }

    private void Apply(ReceivableAssigned assigned, EventPlace place)
    {
        var row = Receivable(assigned.Receivable, place);
        Require(IsTraded(row) && row.Holder == Number(assigned.Assignor) && row.AmountFen == Fen(assigned.AmountFen), place, row);
        Change(row with { Holder = Number(assigned.Assignee) });
    }

    private void Apply(ReceivableSplit split, EventPlace place)
    {
        var parent = Receivable(split.Parent, place);
        var amountFen = Fen(split.AmountFen);
        var fits = IsTraded(parent) && parent.Holder == Number(split.Assignor) && parent.AmountFen - amountFen == Fen(split.RemainderFen);
        Require(fits, place, parent);
        Change(parent with { AmountFen = parent.AmountFen - amountFen, Splits = checked((short)(parent.Splits + 1)) });
        Add(
            parent with
            {
                ReceivableId = Number(split.Child),
                ParentId = parent.ReceivableId,
                Depth = checked((short)(parent.Depth + 1)),
                Splits = 0,
                Holder = Number(split.Assignee),
                IssuedAmountFen = amountFen,
                AmountFen = amountFen,
                RedeemedFen = 0,
                CancelledFen = 0,
                DisputedFen = 0,
                DisputeReason = null,
                Revision = 1,
                IssuedBlock = place.BlockNumber,
                IssuedAt = place.BlockTime,
            },
            place);
    }

    private void Apply(ReceivableRedeemed redeemed, EventPlace place)
    {
        var row = Receivable(redeemed.Receivable, place);
        var amountFen = Fen(redeemed.AmountFen);
        var remainderFen = row.AmountFen - amountFen;
        Require(IsTraded(row) && row.Holder == Number(redeemed.Holder) && remainderFen == Fen(redeemed.RemainderFen), place, row);
        Change(row with
        {
            AmountFen = remainderFen,
            RedeemedFen = row.RedeemedFen + amountFen,
            Status = remainderFen == 0 ? ReceivableStatus.Redeemed : row.Status,
        });
        Redemptions.Add(new RedemptionRow(
            row.ReceivableId, row.Holder, row.Obligor, amountFen, place, redeemed.PaymentReference.ToArray()));
    }

    private void Apply(ReceivableCancelled cancelled, EventPlace place)
    {
        var row = Receivable(cancelled.Receivable, place);
        Require(IsTraded(row) && row.Holder == Number(cancelled.Holder) && row.AmountFen == Fen(cancelled.AmountFen), place, row);
        Change(Undisputed(row) with
        {
            AmountFen = 0,
            CancelledFen = row.CancelledFen + row.AmountFen,
            Status = ReceivableStatus.Cancelled,
        });
        Cancellations.Add(new CancellationRow(
            row.ReceivableId, row.Holder, row.Obligor, row.AmountFen, place, cancelled.ReasonHash.ToArray()));
    }

    private void Apply(ReceivableDisputed disputed, EventPlace place)
    {
        var row = Receivable(disputed.Receivable, place);
        Require(row.DisputedFen == 0 && row.Holder == Number(disputed.Holder), place, row);
        Change(row with { DisputedFen = Fen(disputed.DisputedFen), DisputeReason = disputed.ReasonHash.ToArray() });
    }

    private void Apply(DisputeResolved resolved, EventPlace place)
    {
        var row = Receivable(resolved.Receivable, place);
        var cancelledFen = Fen(resolved.CancelledFen);
        var remainderFen = row.AmountFen - cancelledFen;
        Require(row.DisputedFen > 0 && row.Holder == Number(resolved.Holder) && remainderFen == Fen(resolved.RemainderFen), place, row);
        Change(Undisputed(row) with
        {
            AmountFen = remainderFen,
            CancelledFen = row.CancelledFen + cancelledFen,
            Status = remainderFen == 0 ? ReceivableStatus.Cancelled : row.Status,
        });
        if (cancelledFen > 0)
        {
            Cancellations.Add(new CancellationRow(row.ReceivableId, row.Holder, row.Obligor, cancelledFen, place, ReasonHash: null));
        }
    }

    // The regulator's orders do not move the revision on: what the parties signed stays valid when the freeze ends.
    private void Apply(ReceivableFrozen frozen, EventPlace place)
    {
        var row = Receivable(frozen.Receivable, place);
        Require(!row.Frozen, place, row);
        Keep(row with { FreezeCase = frozen.CaseHash.ToArray() });
    }

    private void Apply(ReceivableUnfrozen unfrozen, EventPlace place)
    {
        var row = Receivable(unfrozen.Receivable, place);
        Require(row.Frozen, place, row);
        Keep(row with { FreezeCase = null });
    }

    private ReceivableRow Receivable(ReceivableId id, EventPlace place) =>
        _receivables.TryGetValue(Number(id), out var row) ? row : throw Unfit(place, $"receivable {id} is not projected");

    private static bool IsTraded(ReceivableRow row) => row is { Status: ReceivableStatus.Active, Frozen: false };

    private static ReceivableRow Undisputed(ReceivableRow row) => row with { DisputedFen = 0, DisputeReason = null };

    private void Add(ReceivableRow row, EventPlace place)
    {
        RequireNew(_receivables.TryAdd(row.ReceivableId, row), place, row);
        Move(before: null, row);
        _newReceivables.Add(row.ReceivableId);
    }

    // The contract moves the revision on with every change by the parties; the projection does the same so that agreements can be made from its rows.
    private void Change(ReceivableRow row) => Keep(row with { Revision = row.Revision + 1 });

    private void Keep(ReceivableRow row)
    {
        Move(_receivables[row.ReceivableId], row);
        _receivables[row.ReceivableId] = row;
        _changedReceivables.Add(row.ReceivableId);
    }
}
