using System.Numerics;
using System.Runtime.InteropServices;
using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>What the changes of a range add to the positions of parties and banks, block by block.</summary>
internal sealed class Positions
{
    private readonly Dictionary<HoldingKey, List<Moved<Holding>>> _holdings = [];
    private readonly Dictionary<ExposureKey, List<Moved<Exposure>>> _exposures = [];

    /// <summary>What the range has changed up to and with each block, party by party.</summary>
    public IReadOnlyList<(HoldingKey Position, long Block, Holding Change)> Holdings() => InOrder(_holdings);

    /// <inheritdoc cref="Holdings"/>
    public IReadOnlyList<(ExposureKey Position, long Block, Exposure Change)> Exposures() => InOrder(_exposures);

    /// <param name="block">Not before that of an earlier move.</param>
    public void Move(ReceivableRow? before, ReceivableRow after, long block)
    {
        var (held, owed) = (Holding.Held(after), Holding.Owed(after));
        if (before is not null)
        {
            owed -= Holding.Owed(before);
            if (before.Holder == after.Holder)
            {
                held -= Holding.Held(before);
            }
            else
            {
                Add(_holdings, new HoldingKey(before.Holder), block, default(Holding) - Holding.Held(before));
            }
        }

        // The obligor never changes.
        Add(_holdings, new HoldingKey(after.Holder), block, held);
        Add(_holdings, new HoldingKey(after.Obligor), block, owed);
    }

    /// <inheritdoc cref="Move(ReceivableRow?, ReceivableRow, long)"/>
    public void Move(LoanRow? before, LoanRow after, long block)
    {
        // Neither bank nor obligor nor borrower ever changes.
        var change = before is null ? Exposure.Of(after) : Exposure.Of(after) - Exposure.Of(before);
        Add(_exposures, new ExposureKey(after.Bank, Side: 0, after.Bank), block, change);
        Add(_exposures, new ExposureKey(after.Bank, Side: 1, after.Obligor), block, change);
        Add(_exposures, new ExposureKey(after.Bank, Side: 2, after.Borrower), block, change);
    }

    private static void Add<TKey, TChange>(Dictionary<TKey, List<Moved<TChange>>> positions, TKey key, long block, TChange change)
        where TKey : struct
        where TChange : struct, IAdditionOperators<TChange, TChange, TChange>
    {
        if (EqualityComparer<TChange>.Default.Equals(change, default))
        {
            return;
        }

        ref var moves = ref CollectionsMarshal.GetValueRefOrAddDefault(positions, key, out _);
        moves ??= [];
        if (moves is [.., var last])
        {
            change += last.Change;
            if (last.Block == block)
            {
                moves[^1] = new Moved<TChange>(block, change);
                return;
            }
        }

        moves.Add(new Moved<TChange>(block, change));
    }

    // In the order of the index, so that neighbours are written one after the other.
    private static List<(TKey Position, long Block, TChange Change)> InOrder<TKey, TChange>(Dictionary<TKey, List<Moved<TChange>>> positions)
        where TKey : struct, IComparable<TKey> =>
        [.. positions.OrderBy(position => position.Key).SelectMany(position => position.Value.Select(move => (position.Key, move.Block, move.Change)))];

    /// <param name="Change">Since the range began.</param>
    private readonly record struct Moved<TChange>(long Block, TChange Change);
}

internal readonly record struct HoldingKey(int Party) : IComparable<HoldingKey>
{
    public int CompareTo(HoldingKey other) => Party.CompareTo(other.Party);
}

/// <param name="Side">0 the bank as a whole, 1 with the party as obligor, 2 with it as borrower.</param>
internal readonly record struct ExposureKey(int Bank, short Side, int Party) : IComparable<ExposureKey>
{
    public int CompareTo(ExposureKey other) => (Bank, Side, Party).CompareTo((other.Bank, other.Side, other.Party));
}

/// <summary>What a party holds and owes: numbers of receivables, and fen.</summary>
internal readonly record struct Holding(int Receivables, long HeldFen, long PledgedFen, long DisputedFen, int Debts, long OwedFen)
    : IAdditionOperators<Holding, Holding, Holding>
{
    /// <summary>By the holder of a receivable.</summary>
    public static Holding Held(ReceivableRow row) => new(
        row.AmountFen > 0 ? 1 : 0, row.AmountFen, row.Status == ReceivableStatus.Pledged ? row.AmountFen : 0, row.DisputedFen, 0, 0);

    /// <summary>By its obligor.</summary>
    public static Holding Owed(ReceivableRow row) => new(0, 0, 0, 0, row.AmountFen > 0 ? 1 : 0, row.AmountFen);

    public static Holding operator +(Holding one, Holding other) => new(
        one.Receivables + other.Receivables, one.HeldFen + other.HeldFen, one.PledgedFen + other.PledgedFen, one.DisputedFen + other.DisputedFen,
        one.Debts + other.Debts, one.OwedFen + other.OwedFen);

    public static Holding operator -(Holding one, Holding other) => new(
        one.Receivables - other.Receivables, one.HeldFen - other.HeldFen, one.PledgedFen - other.PledgedFen, one.DisputedFen - other.DisputedFen,
        one.Debts - other.Debts, one.OwedFen - other.OwedFen);
}

/// <summary>What a bank has out: loans that have not ended, and fen.</summary>
internal readonly record struct Exposure(int Loans, long OutstandingFen, long UndisbursedFen, long DefaultedFen)
    : IAdditionOperators<Exposure, Exposure, Exposure>
{
    public static Exposure Of(LoanRow row) => new(
        row.EndedAt is null ? 1 : 0,
        row.OutstandingFen,
        row.EndedAt is null ? row.PrincipalFen - row.DisbursedFen : 0,
        row.Status == LoanStatus.Defaulted ? row.OutstandingFen : 0);

    public static Exposure operator +(Exposure one, Exposure other) => new(
        one.Loans + other.Loans, one.OutstandingFen + other.OutstandingFen, one.UndisbursedFen + other.UndisbursedFen,
        one.DefaultedFen + other.DefaultedFen);

    public static Exposure operator -(Exposure one, Exposure other) => new(
        one.Loans - other.Loans, one.OutstandingFen - other.OutstandingFen, one.UndisbursedFen - other.UndisbursedFen,
        one.DefaultedFen - other.DefaultedFen);
}
