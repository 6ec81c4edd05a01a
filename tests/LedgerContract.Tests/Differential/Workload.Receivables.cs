using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <content>Drafts about receivables.</content>
internal sealed partial class Workload
{
    private const ulong MaxAmount = 1_000_000_000_000;
    private const ulong Recent = 400;

    private readonly List<Hash256> _fingerprints = [];
    private readonly List<(ReceivableId Receivable, Hash256 Case)> _orders = [];

    private ILedgerOperation DraftOfReceivables(OperationKind kind) => DraftOfReceivables(kind, Odd());

    private ILedgerOperation DraftOfReceivables(OperationKind kind, bool odd) => kind switch
    {
        OperationKind.IssueReceivable => Issue(),
        OperationKind.AssignReceivable => Assign(AnyReceivable(IsFree)),
        OperationKind.RedeemReceivable => Redeem(AnyReceivable(IsFree)),
        OperationKind.CancelReceivable => Cancel(AnyReceivable(IsFree)),
        OperationKind.DisputeReceivable => Dispute(AnyReceivable(one => IsOwed(one) && one.DisputedFen == Fen.Zero == !odd)),
        OperationKind.ResolveDispute => Resolve(AnyReceivable(one => IsOwed(one) && one.DisputedFen > Fen.Zero == !odd)),
        OperationKind.FreezeReceivable => Freeze(AnyReceivable(one => IsOwed(one) && !one.Frozen), odd),
        _ => Unfreeze(AnyReceivable(one => one.Frozen), odd),
    };

    private IssueReceivable Issue()
    {
        var (today, rules) = (_model.Today, _model.Rules);
        var face = _dice.Chance(3) ? Amount(1, MaxAmount) : new Fen(_dice.Between(1, 2_000_000_000));
        var count = _dice.Chance(2) ? _dice.Pick(0, rules.MaxInvoices + 1) : 1 + _dice.Below(Math.Min((int)rules.MaxInvoices, 2));
        List<Invoice> invoices = [];
        for (var i = 0; i < count; i++)
        {
            var share = Math.Min((face.Value / (ulong)count) + 1, MaxAmount);
            var amount = _dice.Chance(1.5) ? Amount(1, Math.Max(share / 2, 1)) : new Fen(Math.Max(share, 1));
            invoices.Add(new Invoice(Fingerprint(), amount));
        }

        var last = _dice.Chance(20) ? rules.MaxReviewedTenorDays : rules.MaxTenorDays;
        var obligor = Enterprise();
        return new IssueReceivable(
            obligor, Enterprise(obligor), face, Date(today.AddDays(1), today.AddDays(last)), ValueList.From(invoices), Deadline());
    }

    private AssignReceivable Assign(ReceivableId id)
    {
        var current = _model.Receivables[id];
        var free = Free(current);
        var canSplit = current is not null && current.Depth < _model.Rules.MaxSplitDepth && current.Splits < _model.Rules.MaxSplits;
        var amount = current is not null && !canSplit && _dice.Chance(60) ? current.AmountFen : Amount(1, free);
        var assignee = Enterprise(current?.Holder ?? default, current?.Obligor ?? default);
        return new AssignReceivable(id, assignee, amount, Revision(current?.Revision ?? 1), Deadline());
    }

    private RedeemReceivable Redeem(ReceivableId id) =>
        new(id, Amount(1, Free(_model.Receivables[id])), Hash(), Revision(_model.Receivables[id]?.Revision ?? 1), Deadline());

    private CancelReceivable Cancel(ReceivableId id) => new(id, Hash(), Revision(_model.Receivables[id]?.Revision ?? 1), Deadline());

    private DisputeReceivable Dispute(ReceivableId id)
    {
        var current = _model.Receivables[id];
        return new DisputeReceivable(id, Amount(1, current?.AmountFen.Value ?? 1), Hash(), Revision(current?.Revision ?? 1), Deadline());
    }

    private ResolveDispute Resolve(ReceivableId id)
    {
        var current = _model.Receivables[id];
        var most = current is null || current.Status == ReceivableStatus.Pledged ? 0 : current.DisputedFen.Value;
        return new ResolveDispute(id, Amount(0, most), Revision(current?.Revision ?? 1), Deadline());
    }

    private Hash256 Fingerprint() =>
        _dice.Chance(1) && _fingerprints.Count > 0 ? _dice.Pick(_fingerprints) : _dice.Chance(0.7) ? Hash256.Zero : _dice.Hash();

    private FreezeReceivable Freeze(ReceivableId id, bool again) =>
        again && _orders.Count > 0 && _dice.Pick(_orders) is var (ordered, order)
            ? new FreezeReceivable(ordered, order, Deadline())
            : new FreezeReceivable(id, Hash(3), Deadline());

    private UnfreezeReceivable Unfreeze(ReceivableId id, bool again) =>
        again && _orders.Count > 0 && _dice.Pick(_orders) is var (ordered, order)
            ? new UnfreezeReceivable(ordered, order, Deadline())
            : new UnfreezeReceivable(id, Hash(3), Deadline());

    private static ulong Free(Receivable? receivable) => receivable is null ? 1 : (receivable.AmountFen - receivable.DisputedFen).Value;

    private static bool IsOwed(Receivable receivable) => receivable.Status is ReceivableStatus.Active or ReceivableStatus.Pledged;

    private static bool IsFree(Receivable receivable) =>
        receivable is { Status: ReceivableStatus.Active, Frozen: false } && receivable.AmountFen > receivable.DisputedFen;

    /// <summary>Mostly one that is wanted, seldom any, or none.</summary>
    private ReceivableId AnyReceivable(Predicate<Receivable> isWanted)
    {
        var count = _model.Totals.Receivables;
        return new ReceivableId(_dice.Chance(4)
            ? _dice.Between(count > 200 ? count - 200 : 0, count + 1)
            : Found(count, Recent, number => isWanted(_model.Receivables[new ReceivableId(number)]!)));
    }
}
