using System.Globalization;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>What happens to receivables: issue, split, redeem, and what does not go as agreed.</summary>
internal sealed class ReceivableMoves(StoryPen pen)
{
    // The invoices of one receivable are told apart by this digit.
    private const int InvoicesPerClaim = 10;

    public StoryMove Issue(PlannedClaim claim, int step) => pen.Move(
        claim.Obligor,
        $"issue-{claim.Index}",
        () => new IssueReceivable(
            pen.Party(claim.Obligor), pen.Party(claim.Holder), claim.Issued, claim.Maturity, Invoices(claim, step), StoryPen.Deadline(step)),
        [pen.Keys.Trader(claim.Obligor), pen.Keys.Trader(claim.Holder)],
        ended => Born(claim, ended.Number("receivable")));

    public StoryMove Split(PlannedClaim child, PlannedClaim parent, int step) => pen.Move(
        parent.Holder,
        $"split-{child.Index}",
        () => new AssignReceivable(
            pen.On(parent).Receivable, pen.Party(child.Holder), child.Issued, pen.On(parent).Revision, StoryPen.Deadline(step)),
        [pen.Keys.Trader(parent.Holder), pen.Keys.Trader(child.Holder)],
        ended =>
        {
            pen.On(parent).Revision++;
            Born(child, ended.Number("child"));
        });

    public StoryMove Redeem(PlannedClaim claim, int step) => pen.Move(
        claim.Holder,
        $"redeem-{claim.Index}",
        () => new RedeemReceivable(
            pen.On(claim).Receivable, claim.Owed, StoryPen.Reference("redemption", claim.Index, step), pen.On(claim).Revision, StoryPen.Deadline(step)),
        [pen.Keys.Trader(claim.Holder)],
        _ => pen.On(claim).Revision++);

    public StoryMove Cancel(PlannedClaim claim, int step) => pen.Move(
        claim.Holder,
        $"cancel-{claim.Index}",
        () => new CancelReceivable(
            pen.On(claim).Receivable, StoryPen.Reference("cancellation", claim.Index, step), pen.On(claim).Revision, StoryPen.Deadline(step)),
        [pen.Keys.Trader(claim.Holder), pen.Keys.Trader(claim.Obligor)],
        _ => pen.On(claim).Revision++);

    public StoryMove Dispute(PlannedClaim claim, Fen disputed, int step) => pen.Move(
        claim.Obligor,
        $"dispute-{claim.Index}",
        () => new DisputeReceivable(
            pen.On(claim).Receivable, disputed, StoryPen.Reference("dispute", claim.Index, step), pen.On(claim).Revision, StoryPen.Deadline(step)),
        [pen.Keys.Trader(claim.Obligor)],
        _ => pen.On(claim).Revision++);

    public StoryMove Resolve(PlannedClaim claim, Fen cancelled, int step) => pen.Move(
        claim.Holder,
        $"resolve-{claim.Index}",
        () => new ResolveDispute(pen.On(claim).Receivable, cancelled, pen.On(claim).Revision, StoryPen.Deadline(step)),
        [pen.Keys.Trader(claim.Holder), pen.Keys.Trader(claim.Obligor)],
        _ => pen.On(claim).Revision++);

    public StoryMove Freeze(PlannedClaim claim, int step) => pen.Move(
        YongkangCast.RegulatorOffice,
        $"freeze-{claim.Index}",
        () => new FreezeReceivable(pen.On(claim).Receivable, StoryPen.Reference("freeze", claim.Index, step), StoryPen.Deadline(step)),
        [pen.Keys.Regulator],
        _ => { });

    public StoryMove Unfreeze(PlannedClaim claim, int step) => pen.Move(
        YongkangCast.RegulatorOffice,
        $"unfreeze-{claim.Index}",
        () => new UnfreezeReceivable(pen.On(claim).Receivable, StoryPen.Reference("unfreeze", claim.Index, step), StoryPen.Deadline(step)),
        [pen.Keys.Regulator],
        _ => { });

    private void Born(PlannedClaim claim, ulong number)
    {
        pen.On(claim).Receivable = new ReceivableId(number);
        pen.On(claim).Revision = 1;
    }

    /// <summary>Equal parts of the face, the last with what is left.</summary>
    private static ValueList<Invoice> Invoices(PlannedClaim claim, int step)
    {
        var part = new Fen(claim.Issued.Value / (ulong)claim.Invoices);
        var last = new Fen(claim.Issued.Value - (part.Value * (ulong)(claim.Invoices - 1)));
        return ValueList.From(Enumerable.Range(0, claim.Invoices).Select(number =>
            new Invoice(Fingerprint(claim, step, number), number == claim.Invoices - 1 ? last : part)));
    }

    /// <summary>A digital invoice of the supplier: year, region 33, channel 0, running number.</summary>
    private static Hash256 Fingerprint(PlannedClaim claim, int step, int number) => InvoiceFingerprint.Of(
        YongkangCast.Members[claim.Holder].Uscc,
        null,
        string.Create(CultureInfo.InvariantCulture, $"{StoryCalendar.Steps[step]:yy}330{(claim.Index * InvoicesPerClaim) + number:D15}"));
}
