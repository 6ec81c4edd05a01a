using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Store;

namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>
/// Folds the events of one range over the rows that they touch. Events carry every new figure, so the fold checks what it can against the rows
/// that it was given: a row that does not fit the event stops the indexer.
/// </summary>
internal sealed partial class RangeProjection
{
    private readonly Carried _carried;
    private readonly Dictionary<int, PartyRow> _parties;
    private readonly Dictionary<int, SignerRecoveryRow> _pendingRecoveries;
    private readonly Dictionary<long, ReceivableRow> _receivables;
    private readonly Dictionary<long, LoanRow> _loans;
    private readonly HashSet<int> _changedParties = [];
    private readonly HashSet<long> _newReceivables = [];
    private readonly HashSet<long> _changedReceivables = [];
    private readonly HashSet<long> _newLoans = [];
    private readonly HashSet<long> _changedLoans = [];
    private EventPlace _place;

    /// <param name="touched">The stored rows that the range's events name; those born in the range are absent.</param>
    /// <param name="before">The range before, where it is not stored yet: its rows count and not the stored ones.</param>
    public RangeProjection(TouchedRows touched, Carried carried, Marks marks, RangeProjection? before = null)
    {
        Sums = new Sums(marks, carried.SinceMark);
        _carried = carried;
        _parties = touched.Parties.ToDictionary(row => row.PartyId);
        _pendingRecoveries = touched.PendingRecoveries.ToDictionary(row => row.PartyId);
        _receivables = touched.Receivables.ToDictionary(row => row.ReceivableId);
        _loans = touched.Loans.ToDictionary(row => row.LoanId);
        if (before is not null)
        {
            Continue(before);
        }
    }

    public IReadOnlyList<PartyRow> ChangedParties => [.. _changedParties.Select(id => _parties[id])];

    public IReadOnlyList<ReceivableRow> NewReceivables => [.. _newReceivables.Select(id => _receivables[id])];

    /// <summary>Of those that were stored before.</summary>
    public IReadOnlyList<ReceivableRow> ChangedReceivables => [.. _changedReceivables.Except(_newReceivables).Select(id => _receivables[id])];

    public IReadOnlyList<LoanRow> NewLoans => [.. _newLoans.Select(id => _loans[id])];

    /// <inheritdoc cref="ChangedReceivables"/>
    public IReadOnlyList<LoanRow> ChangedLoans => [.. _changedLoans.Except(_newLoans).Select(id => _loans[id])];

    public Positions Positions { get; } = new();

    public Sums Sums { get; }

    /// <exception cref="IndexerStoppedException">The event does not fit the rows.</exception>
    public void Apply(LedgerEvent content, EventPlace place)
    {
        _place = place;
        switch (content)
        {
            case PartyRegistered registered: Apply(registered, place); break;
            case StandingSet set: Apply(set, place); break;
            case SignerAdded added: AddSigner(added.Party, added.Signer, added.Rights, place); break;
            case SignerRemoved removed: Apply(removed, place); break;
            case RecoveryProposed proposed: Apply(proposed, place); break;
            case RecoveryVetoed vetoed: EndRecovery(vetoed.Party, vetoed.SignerId, RecoveryStatus.Vetoed, place); break;
            case RecoveryCompleted completed: Apply(completed, place); break;
            case ParametersProposed proposed: Apply(proposed, place); break;
            case ParametersAdopted adopted: Parameters.Add(new ParametersRow(adopted.Parameters, Adopted: true, place)); break;
            case LendingPolicySet set: Apply(set, place); break;
            case CreditLimitSet set: Apply(set); break;
            case ModelActivated activated: Apply(activated, place); break;
            case ReceivableIssued issued: Apply(issued, place); break;
            case ReceivableAssigned assigned: Apply(assigned, place); break;
            case ReceivableSplit split: Apply(split, place); break;
            case ReceivableRedeemed redeemed: Apply(redeemed, place); break;
            case ReceivableCancelled cancelled: Apply(cancelled, place); break;
            case ReceivableDisputed disputed: Apply(disputed, place); break;
            case DisputeResolved resolved: Apply(resolved, place); break;
            case ReceivableFrozen frozen: Apply(frozen, place); break;
            case ReceivableUnfrozen unfrozen: Apply(unfrozen, place); break;
            case LoanOpened opened: Apply(opened, place); break;
            case LoanCancelled cancelled: Apply(cancelled, place); break;
            case LoanDisbursed disbursed: Apply(disbursed, place); break;
            case LoanRepaid repaid: Apply(repaid, place); break;
            case LoanExtended extended: Apply(extended, place); break;
            case LoanDefaulted defaulted: Apply(defaulted, place); break;
            case RecourseClaimed claimed: Apply(claimed, place); break;
            case LoanWrittenOff writtenOff: Apply(writtenOff, place); break;
            case LoanRecovered recovered: Apply(recovered, place); break;
            case OperationRefused: break;
            default: throw Unfit(place, $"{content.EventKind} is not projected");
        }
    }

    /// <summary>What the range after this one builds on, once this one is applied.</summary>
    /// <param name="block">The last of the range.</param>
    public Carried Left(long block) => _carried.After(ChangedParties, Sums.Left(), block);

    private void Continue(RangeProjection before)
    {
        foreach (var row in before.ChangedParties)
        {
            _parties[row.PartyId] = row;
        }

        foreach (var row in before.ChangedRecoveries)
        {
            _pendingRecoveries.Remove(row.PartyId);
        }

        foreach (var row in before._pendingRecoveries.Values)
        {
            _pendingRecoveries[row.PartyId] = row;
        }

        foreach (var row in before.NewReceivables.Concat(before.ChangedReceivables))
        {
            _receivables[row.ReceivableId] = row;
        }

        foreach (var row in before.NewLoans.Concat(before.ChangedLoans))
        {
            _loans[row.LoanId] = row;
        }
    }

    private void Move(LoanRow? before, LoanRow after)
    {
        Positions.Move(before, after, _place.BlockNumber);
        Sums.Move(before, after, _place, Home(after.Borrower));
    }

    private void Move(ReceivableRow? before, ReceivableRow after)
    {
        Positions.Move(before, after, _place.BlockNumber);
        Sums.Move(before, after, _place, Home(after.Obligor));
    }

    private PartyHome Home(int party)
    {
        if (_carried.Homes.TryGetValue(party, out var home))
        {
            return home;
        }

        return _parties.TryGetValue(party, out var born) ? PartyHome.Of(born) : throw Unfit(_place, $"party {party} is not projected");
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

    /// <summary>A hash that the contract leaves zero where there is none.</summary>
    private static byte[]? Optional(Hash256 hash) => hash == default ? null : hash.ToArray();
}
