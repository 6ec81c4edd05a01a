using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>
/// Folds the events of one range over the rows that they touch. Events carry every new figure, so the fold checks what it can against the rows
/// that it was given: a row that does not fit the event stops the indexer.
/// </summary>
internal sealed class RangeProjection
{
    private readonly Dictionary<long, ReceivableRow> _receivables;
    private readonly Dictionary<long, LoanRow> _loans;
    private readonly HashSet<long> _changedReceivables = [];
    private readonly HashSet<long> _changedLoans = [];

    /// <param name="receivables">The stored rows of all receivables that the range's events and loans name; those born in the range are absent.</param>
    /// <param name="loans">The stored rows of all loans that the range's events name.</param>
    public RangeProjection(IEnumerable<ReceivableRow> receivables, IEnumerable<LoanRow> loans)
    {
        _receivables = receivables.ToDictionary(row => row.ReceivableId);
        _loans = loans.ToDictionary(row => row.LoanId);
    }

    public List<PartyRow> Parties { get; } = [];

    public List<SignerRow> Signers { get; } = [];

    public List<SignerRemovalRow> SignerRemovals { get; } = [];

    public List<DisbursementRow> Disbursements { get; } = [];

    public List<RepaymentRow> Repayments { get; } = [];

    public List<RedemptionRow> Redemptions { get; } = [];

    public IReadOnlyList<ReceivableRow> ChangedReceivables => [.. _changedReceivables.Select(id => _receivables[id])];

    public IReadOnlyList<LoanRow> ChangedLoans => [.. _changedLoans.Select(id => _loans[id])];

    /// <exception cref="IndexerStoppedException">The event does not fit the rows.</exception>
    public void Apply(LedgerEvent content, EventPlace place)
    {
        switch (content)
        {
            case PartyRegistered registered: Apply(registered, place); break;
            case SignerAdded added: AddSigner(added.Party, added.Signer, added.Rights, place); break;
            case SignerRemoved removed:
                SignerRemovals.Add(new SignerRemovalRow(removed.SignerId.ToArray(), Number(removed.Party), place.BlockNumber));
                break;
            case ReceivableIssued issued: Apply(issued, place); break;
            case ReceivableAssigned assigned: Apply(assigned, place); break;
            case ReceivableSplit split: Apply(split, place); break;
            case ReceivableRedeemed redeemed: Apply(redeemed, place); break;
            case LoanOpened opened: Apply(opened, place); break;
            case LoanDisbursed disbursed: Apply(disbursed, place); break;
            case LoanRepaid repaid: Apply(repaid, place); break;
            case OperationRefused: break;
            default: throw Unfit(place, $"{content.EventKind} is not projected");
        }
    }

    private void Apply(PartyRegistered registered, EventPlace place)
    {
        Parties.Add(new PartyRow(
            Number(registered.Party),
            registered.Kind,
            checked((int)registered.RegionCode.Value),
            registered.Industry.ToString(),
            registered.ProfileHash.ToArray(),
            place));
        foreach (var grant in registered.Signers)
        {
            AddSigner(registered.Party, grant.Signer, grant.Rights, place);
        }
    }

    private void AddSigner(PartyId party, ByteString signer, Rights rights, EventPlace place) =>
        Signers.Add(new SignerRow(Number(party), signer.Keccak().ToArray(), signer.ToArray(), rights, place.BlockNumber));

    private void Apply(ReceivableIssued issued, EventPlace place) => Add(
        new ReceivableRow(
            Number(issued.Receivable),
            ParentId: null,
            Depth: 0,
            Number(issued.Obligor),
            Number(issued.Holder),
            Fen(issued.AmountFen),
            Fen(issued.AmountFen),
            RedeemedFen: 0,
            issued.MaturityDate,
            ReceivableStatus.Active,
            Revision: 1,
            issued.InvoiceFingerprint.ToArray(),
            place.BlockNumber,
            place.BlockTime),
        place);

    private void Apply(ReceivableAssigned assigned, EventPlace place)
    {
        var row = Receivable(assigned.Receivable, place);
        Require(row.Holder == Number(assigned.Assignor) && row.AmountFen == Fen(assigned.AmountFen), place, row);
        Change(row with { Holder = Number(assigned.Assignee) });
    }

    private void Apply(ReceivableSplit split, EventPlace place)
    {
        var parent = Receivable(split.Parent, place);
        var amountFen = Fen(split.AmountFen);
        Require(parent.Holder == Number(split.Assignor) && parent.AmountFen - amountFen == Fen(split.RemainderFen), place, parent);
        Change(parent with { AmountFen = parent.AmountFen - amountFen });
        Add(
            parent with
            {
                ReceivableId = Number(split.Child),
                ParentId = parent.ReceivableId,
                Depth = checked((short)(parent.Depth + 1)),
                Holder = Number(split.Assignee),
                IssuedAmountFen = amountFen,
                AmountFen = amountFen,
                RedeemedFen = 0,
                Revision = 1,
                Fingerprint = null,
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
        Require(row.Holder == Number(redeemed.Holder) && remainderFen == Fen(redeemed.RemainderFen), place, row);
        Change(row with
        {
            AmountFen = remainderFen,
            RedeemedFen = row.RedeemedFen + amountFen,
            Status = remainderFen == 0 ? ReceivableStatus.Redeemed : row.Status,
        });
        Redemptions.Add(new RedemptionRow(
            row.ReceivableId, row.Holder, Number(redeemed.Obligor), amountFen, place, redeemed.PaymentReference.ToArray()));
    }

    private void Apply(LoanOpened opened, EventPlace place)
    {
        var pledged = Receivable(opened.Receivable, place);
        Require(pledged.Status == ReceivableStatus.Active && pledged.Holder == Number(opened.Borrower), place, pledged);
        Change(pledged with { Status = ReceivableStatus.Pledged });
        var row = new LoanRow(
            Number(opened.Loan),
            pledged.ReceivableId,
            Number(opened.Bank),
            Number(opened.Borrower),
            Fen(opened.PrincipalFen),
            RepaidFen: 0,
            InterestFen: 0,
            opened.AnnualRateBps.Value,
            opened.DueDate,
            opened.WithRecourse,
            LoanStatus.Opened,
            Revision: 1,
            place.BlockNumber,
            place.BlockTime,
            DisbursedAt: null,
            RepaidAt: null);
        RequireNew(_loans.TryAdd(row.LoanId, row), place, row);
        _changedLoans.Add(row.LoanId);
    }

    private void Apply(LoanDisbursed disbursed, EventPlace place)
    {
        var row = Loan(disbursed.Loan, place);
        var amountFen = Fen(disbursed.AmountFen);
        Require(row.Status == LoanStatus.Opened && row.PrincipalFen == amountFen && row.Bank == Number(disbursed.Bank), place, row);
        Change(row with { Status = LoanStatus.Disbursed, DisbursedAt = place.BlockTime });
        Disbursements.Add(new DisbursementRow(
            row.LoanId, row.Bank, Number(disbursed.Borrower), amountFen, place, disbursed.RegistrationHash.ToArray(), disbursed.PaymentReference.ToArray()));
    }

    private void Apply(LoanRepaid repaid, EventPlace place)
    {
        var row = Loan(repaid.Loan, place);
        var principalFen = Fen(repaid.PrincipalFen);
        var interestFen = Fen(repaid.InterestFen);
        var outstandingFen = row.PrincipalFen - row.RepaidFen - principalFen;
        Require(row.Status == LoanStatus.Disbursed && outstandingFen == Fen(repaid.OutstandingFen), place, row);
        var closed = outstandingFen == 0;
        Change(row with
        {
            RepaidFen = row.RepaidFen + principalFen,
            InterestFen = row.InterestFen + interestFen,
            Status = closed ? LoanStatus.Repaid : row.Status,
            RepaidAt = closed ? place.BlockTime : row.RepaidAt,
        });
        Repayments.Add(new RepaymentRow(
            row.LoanId, row.Bank, Number(repaid.Borrower), principalFen, interestFen, place, repaid.PaymentReference.ToArray()));
        if (closed)
        {
            var released = Receivable(new ReceivableId(checked((ulong)row.ReceivableId)), place);
            Require(released.Status == ReceivableStatus.Pledged, place, released);
            Change(released with { Status = ReceivableStatus.Active });
        }
    }

    private ReceivableRow Receivable(ReceivableId id, EventPlace place) =>
        _receivables.TryGetValue(Number(id), out var row) ? row : throw Unfit(place, $"receivable {id} is not projected");

    private LoanRow Loan(LoanId id, EventPlace place) =>
        _loans.TryGetValue(checked((long)id.Value), out var row) ? row : throw Unfit(place, $"loan {id} is not projected");

    private void Add(ReceivableRow row, EventPlace place)
    {
        RequireNew(_receivables.TryAdd(row.ReceivableId, row), place, row);
        _changedReceivables.Add(row.ReceivableId);
    }

    // The contract moves the revision on with every change; the projection does the same so that agreements can be made from its rows.
    private void Change(ReceivableRow row)
    {
        _receivables[row.ReceivableId] = row with { Revision = row.Revision + 1 };
        _changedReceivables.Add(row.ReceivableId);
    }

    private void Change(LoanRow row)
    {
        _loans[row.LoanId] = row with { Revision = row.Revision + 1 };
        _changedLoans.Add(row.LoanId);
    }

    private static void Require(bool fits, EventPlace place, object row)
    {
        if (!fits)
        {
            throw Unfit(place, $"it does not fit the projected row {row}");
        }
    }

    private static void RequireNew(bool added, EventPlace place, object row)
    {
        if (!added)
        {
            throw Unfit(place, $"its number is projected already: {row}");
        }
    }

    private static IndexerStoppedException Unfit(EventPlace place, string reason) => new(
        IndexerExit.ProjectionWrong,
        $"The event at block {place.BlockNumber}, log {place.LogIndex} cannot be projected: {reason}. "
        + "Rows of the schema ledger were changed by something else; start once with LedgerIndexer:Rebuild=true to project it anew from the chain.");

    private static int Number(PartyId id) => checked((int)id.Value);

    private static long Number(ReceivableId id) => checked((long)id.Value);

    private static long Number(LoanId id) => checked((long)id.Value);

    private static long Fen(Fen amount) => checked((long)amount.Value);
}
