using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Model;

/// <content>Receivables: issued, assigned, split, redeemed; cancelled, disputed, frozen.</content>
internal sealed partial class LedgerModel
{
    // What has no record has no status.
    private static readonly Receivable Nothing = new(
        default, default, default, default, default, ReceivableStatus.None, 0, 0, 0, default, false, false);

    private readonly Dictionary<Hash256, ReceivableId> _invoices = [];
    private readonly HashSet<(ReceivableId, Hash256)> _cases = [];
    private readonly HashSet<ReceivableId> _disputed = [];

    public IReadOnlyDictionary<Hash256, ReceivableId> Invoices => _invoices;

    private Outcome Issue(IssueReceivable op, GivenSignature obligor, GivenSignature holder)
    {
        var id = NextReceivable;
        var (earliest, latest) = (Today.AddDays(1), Today.AddDays(Rules.MaxReviewedTenorDays));
        var refusal = When(op.Obligor == op.Holder, RefusalCode.SelfDealing, ("party", op.Holder))
            ?? RequireAmount(op.AmountFen, 1, MaxAmount)
            ?? When(
                op.MaturityDate < earliest || op.MaturityDate > latest,
                RefusalCode.MaturityOutOfRange,
                ("maturityDate", op.MaturityDate), ("earliest", earliest), ("latest", latest))
            ?? RequireParty(op.Obligor, PartyKind.Enterprise)
            ?? When(Parties[op.Obligor]!.Standing == Standing.StopListed, RefusalCode.PartyStopListed, ("party", op.Obligor))
            ?? RequireParty(op.Holder, PartyKind.Enterprise)
            ?? RequireInvoices(op, id)
            ?? RequireSignature(obligor, op.Obligor, Rights.Trade, op)
            ?? RequireSignature(holder, op.Holder, Rights.Trade, op);
        if (refusal is not null)
        {
            return refusal;
        }

        foreach (var invoice in op.Invoices)
        {
            _invoices.Add(invoice.Fingerprint, id);
        }

        var reviewNeeded = op.MaturityDate > Today.AddDays(Rules.MaxTenorDays);
        Totals = Totals with { Receivables = id.Value, IssuedFen = Totals.IssuedFen + op.AmountFen };
        Receivables[id] = new Receivable(
            op.Obligor, op.Holder, op.AmountFen, Fen.Zero, op.MaturityDate, ReceivableStatus.Active, 0, 0, 1, default, false, reviewNeeded);
        return new ReceivableIssued(id, op.Obligor, op.Holder, op.AmountFen, op.MaturityDate, reviewNeeded, op.Invoices);
    }

    private Outcome Assign(AssignReceivable op, GivenSignature holder, GivenSignature assignee)
    {
        var (rules, current) = (Rules, ReceivableOf(op.Receivable));
        var isPart = op.AmountFen != current.AmountFen;
        var refusal = RequireFree(op.Receivable, op.Revision)
            ?? When(op.Assignee == current.Holder || op.Assignee == current.Obligor, RefusalCode.SelfDealing, ("party", op.Assignee))
            ?? RequireAmount(op.AmountFen, 1, Undisputed(current))
            ?? RequireParty(current.Holder, PartyKind.Enterprise)
            ?? RequireParty(op.Assignee, PartyKind.Enterprise)
            ?? When(
                isPart && current.Depth >= rules.MaxSplitDepth,
                RefusalCode.SplitTooDeep,
                ("receivable", op.Receivable), ("maxDepth", rules.MaxSplitDepth))
            ?? When(
                isPart && current.Splits >= rules.MaxSplits,
                RefusalCode.SplitsExhausted,
                ("receivable", op.Receivable), ("maxSplits", rules.MaxSplits))
            ?? RequireSignature(holder, current.Holder, Rights.Trade, op)
            ?? RequireSignature(assignee, op.Assignee, Rights.Trade, op);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!isPart)
        {
            Change(op.Receivable, current with { Holder = op.Assignee });
            return new ReceivableAssigned(op.Receivable, current.Holder, op.Assignee, op.AmountFen);
        }

        var (child, remainder) = (NextReceivable, current.AmountFen - op.AmountFen);
        Change(op.Receivable, current with { AmountFen = remainder, Splits = (byte)(current.Splits + 1) });
        Totals = Totals with { Receivables = child.Value };
        Receivables[child] = current with
        {
            Holder = op.Assignee,
            AmountFen = op.AmountFen,
            DisputedFen = Fen.Zero,
            Depth = (byte)(current.Depth + 1),
            Splits = 0,
            Revision = 1,
            Parent = op.Receivable,
        };
        return new ReceivableSplit(op.Receivable, child, op.Assignee, current.Holder, op.AmountFen, remainder);
    }

    private Outcome Redeem(RedeemReceivable op, GivenSignature holder)
    {
        var current = ReceivableOf(op.Receivable);
        var refusal = RequireFree(op.Receivable, op.Revision)
            ?? RequireAmount(op.AmountFen, 1, Undisputed(current))
            ?? When(op.PaymentReference.IsZero, RefusalCode.PaymentReferenceMissing)
            ?? RequireSignature(holder, current.Holder, Rights.Trade, op);
        if (refusal is not null)
        {
            return refusal;
        }

        var remainder = current.AmountFen - op.AmountFen;
        var status = remainder == Fen.Zero ? ReceivableStatus.Redeemed : current.Status;
        Change(op.Receivable, current with { AmountFen = remainder, Status = status });
        Totals = Totals with { RedeemedFen = Totals.RedeemedFen + op.AmountFen };
        return new ReceivableRedeemed(op.Receivable, current.Holder, current.Obligor, op.AmountFen, remainder, op.PaymentReference);
    }

    private Outcome Cancel(CancelReceivable op, GivenSignature holder, GivenSignature obligor)
    {
        var current = ReceivableOf(op.Receivable);
        var refusal = RequireFree(op.Receivable, op.Revision)
            ?? When(op.ReasonHash.IsZero, RefusalCode.ReasonMissing)
            ?? RequireSignature(holder, current.Holder, Rights.Trade, op)
            ?? RequireSignature(obligor, current.Obligor, Rights.Trade, op);
        if (refusal is not null)
        {
            return refusal;
        }

        Change(op.Receivable, current with { AmountFen = Fen.Zero, DisputedFen = Fen.Zero, Status = ReceivableStatus.Cancelled });
        Totals = Totals with { CancelledFen = Totals.CancelledFen + current.AmountFen };
        return new ReceivableCancelled(op.Receivable, current.Holder, current.Obligor, current.AmountFen, op.ReasonHash);
    }

    private Outcome Dispute(DisputeReceivable op, GivenSignature obligor)
    {
        var current = ReceivableOf(op.Receivable);
        var refusal = RequireCurrent(op.Receivable, op.Revision)
            ?? RequireOwed(op.Receivable)
            ?? When(
                current.DisputedFen != Fen.Zero,
                RefusalCode.DisputePending,
                ("receivable", op.Receivable), ("disputedFen", current.DisputedFen.Value))
            ?? When(_disputed.Contains(op.Receivable), RefusalCode.DisputeUsed, ("receivable", op.Receivable))
            ?? RequireAmount(op.DisputedFen, 1, current.AmountFen.Value)
            ?? When(op.ReasonHash.IsZero, RefusalCode.ReasonMissing)
            ?? RequireSignature(obligor, current.Obligor, Rights.Trade, op);
        if (refusal is not null)
        {
            return refusal;
        }

        _disputed.Add(op.Receivable);
        Change(op.Receivable, current with { DisputedFen = op.DisputedFen });
        return new ReceivableDisputed(op.Receivable, current.Holder, current.Obligor, op.DisputedFen, op.ReasonHash);
    }

    private Outcome Resolve(ResolveDispute op, GivenSignature holder, GivenSignature obligor)
    {
        var current = ReceivableOf(op.Receivable);
        var refusal = RequireCurrent(op.Receivable, op.Revision)
            ?? RequireOwed(op.Receivable)
            ?? RequireUnlocked(op.Receivable)
            ?? When(current.DisputedFen == Fen.Zero, RefusalCode.DisputeMissing, ("receivable", op.Receivable))
            ?? RequireAmount(op.CancelledFen, 0, current.Status == ReceivableStatus.Pledged ? 0 : current.DisputedFen.Value)
            ?? RequireSignature(holder, current.Holder, Rights.Trade, op)
            ?? RequireSignature(obligor, current.Obligor, Rights.Trade, op);
        if (refusal is not null)
        {
            return refusal;
        }

        var remainder = current.AmountFen - op.CancelledFen;
        var status = remainder == Fen.Zero ? ReceivableStatus.Cancelled : current.Status;
        Change(op.Receivable, current with { AmountFen = remainder, DisputedFen = Fen.Zero, Status = status });
        Totals = Totals with { CancelledFen = Totals.CancelledFen + op.CancelledFen };
        return new DisputeResolved(op.Receivable, current.Holder, current.Obligor, op.CancelledFen, remainder);
    }

    private Outcome Freeze(FreezeReceivable op, GivenSignature supervisor)
    {
        var refusal = RequireKnown(op.Receivable)
            ?? RequireOwed(op.Receivable)
            ?? RequireUnlocked(op.Receivable)
            ?? RequireCase(op.Receivable, op.CaseHash)
            ?? RequireSignature(supervisor, PartyId.Regulator, Rights.Supervise, op);
        if (refusal is not null)
        {
            return refusal;
        }

        SetFrozen(op.Receivable, op.CaseHash, true);
        return new ReceivableFrozen(op.Receivable, op.CaseHash);
    }

    private Outcome Unfreeze(UnfreezeReceivable op, GivenSignature supervisor)
    {
        var refusal = RequireKnown(op.Receivable)
            ?? When(!ReceivableOf(op.Receivable).Frozen, RefusalCode.ReceivableNotLocked, ("receivable", op.Receivable))
            ?? RequireCase(op.Receivable, op.CaseHash)
            ?? RequireSignature(supervisor, PartyId.Regulator, Rights.Supervise, op);
        if (refusal is not null)
        {
            return refusal;
        }

        SetFrozen(op.Receivable, op.CaseHash, false);
        return new ReceivableUnfrozen(op.Receivable, op.CaseHash);
    }

    /// <summary>An order is carried out once, and no party's revision moves by it.</summary>
    private void SetFrozen(ReceivableId id, Hash256 caseHash, bool frozen)
    {
        _cases.Add((id, caseHash));
        Receivables[id] = ReceivableOf(id) with { Frozen = frozen };
    }

    /// <summary>Stores what its parties agreed on, and moves the revision.</summary>
    private void Change(ReceivableId id, Receivable changed) => Receivables[id] = changed with { Revision = Next(changed.Revision) };

    private Receivable ReceivableOf(ReceivableId id) => Receivables[id] ?? Nothing;

    private ReceivableId NextReceivable => new(Totals.Receivables + 1);

    private static ulong Undisputed(Receivable receivable) => (receivable.AmountFen - receivable.DisputedFen).Value;

    private LedgerRefusal? RequireInvoices(IssueReceivable op, ReceivableId id)
    {
        HashSet<Hash256> earlier = [];
        var (count, max, sum) = ((ulong)op.Invoices.Count, (ulong)Rules.MaxInvoices, 0UL);
        var refusal = When(count == 0 || count > max, RefusalCode.InvoiceCountOutOfRange, ("count", count), ("max", max));
        foreach (var (fingerprint, amount) in op.Invoices)
        {
            refusal ??= When(fingerprint.IsZero, RefusalCode.FingerprintMissing)
                ?? RequireAmount(amount, 1, MaxAmount)
                ?? RequireNew(fingerprint)
                ?? When(!earlier.Add(fingerprint), RefusalCode.FingerprintTaken, ("invoiceFingerprint", fingerprint), ("receivable", id));
            sum += amount.Value;
        }

        return refusal
            ?? When(sum < op.AmountFen.Value, RefusalCode.InvoicesBelowFace, ("invoicesFen", sum), ("amountFen", op.AmountFen.Value));
    }

    private LedgerRefusal? RequireNew(Hash256 fingerprint) => _invoices.TryGetValue(fingerprint, out var backed)
        ? Refuse(RefusalCode.FingerprintTaken, ("invoiceFingerprint", fingerprint), ("receivable", backed))
        : null;

    private LedgerRefusal? RequireKnown(ReceivableId id) => When(Receivables[id] is null, RefusalCode.ReceivableUnknown, ("receivable", id));

    private LedgerRefusal? RequireCurrent(ReceivableId id, ushort revision) => RequireKnown(id)
        ?? When(
            Receivables[id]!.Revision != revision,
            RefusalCode.ReceivableRevisionStale,
            ("receivable", id), ("revision", revision), ("current", ReceivableOf(id).Revision));

    /// <summary>Neither pledged nor at its end nor frozen.</summary>
    private LedgerRefusal? RequireFree(ReceivableId id, ushort revision) => RequireCurrent(id, revision)
        ?? RequireStatus(id, ReceivableOf(id).Status == ReceivableStatus.Active)
        ?? RequireUnlocked(id);

    /// <summary>Active or pledged.</summary>
    private LedgerRefusal? RequireOwed(ReceivableId id) =>
        RequireStatus(id, ReceivableOf(id).Status is ReceivableStatus.Active or ReceivableStatus.Pledged);

    private LedgerRefusal? RequireStatus(ReceivableId id, bool fits) => When(
        !fits,
        RefusalCode.ReceivableStatusWrong,
        ("receivable", id), ("expected", ReceivableStatus.Active), ("actual", ReceivableOf(id).Status));

    private LedgerRefusal? RequireUnlocked(ReceivableId id) =>
        When(ReceivableOf(id).Frozen, RefusalCode.ReceivableLocked, ("receivable", id));

    private LedgerRefusal? RequireCase(ReceivableId id, Hash256 caseHash) => When(caseHash.IsZero, RefusalCode.CaseMissing)
        ?? When(_cases.Contains((id, caseHash)), RefusalCode.CaseUsed, ("receivable", id), ("caseHash", caseHash));
}
