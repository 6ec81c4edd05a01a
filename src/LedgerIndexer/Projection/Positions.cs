namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>What the changes of a range add to the positions of parties and banks, block by block.</summary>
internal sealed class Positions
{
    private readonly SortedDictionary<(int Party, long Block), Holding> _holdings = [];
    private readonly SortedDictionary<(int Bank, short Side, int Party, long Block), Exposure> _exposures = [];

    /// <summary>What the range has changed up to and with each block, party by party.</summary>
    public IReadOnlyList<HoldingMove> Holdings()
    {
        var moves = new List<HoldingMove>(_holdings.Count);
        foreach (var ((party, block), change) in _holdings)
        {
            var before = moves is [.., var last] && last.PartyId == party ? last.Change : default;
            moves.Add(new HoldingMove(party, block, before + change));
        }

        return moves;
    }

    /// <inheritdoc cref="Holdings"/>
    public IReadOnlyList<ExposureMove> Exposures()
    {
        var moves = new List<ExposureMove>(_exposures.Count);
        foreach (var ((bank, side, party, block), change) in _exposures)
        {
            var before = moves is [.., var last] && (last.Bank, last.Side, last.PartyId) == (bank, side, party) ? last.Change : default;
            moves.Add(new ExposureMove(bank, side, party, block, before + change));
        }

        return moves;
    }

    public void Move(ReceivableRow? before, ReceivableRow after, long block)
    {
        if (before is not null)
        {
            Add(before, block, -1);
        }

        Add(after, block, 1);
    }

    public void Move(LoanRow? before, LoanRow after, long block)
    {
        if (before is not null)
        {
            Add(before, block, -1);
        }

        Add(after, block, 1);
    }

    private void Add(ReceivableRow row, long block, int sign)
    {
        var one = row.AmountFen > 0 ? sign : 0;
        var pledgedFen = row.Status == LedgerContract.ReceivableStatus.Pledged ? row.AmountFen : 0;
        Add((row.Holder, block), new Holding(one, sign * row.AmountFen, sign * pledgedFen, sign * row.DisputedFen, 0, 0));
        Add((row.Obligor, block), new Holding(0, 0, 0, 0, one, sign * row.AmountFen));
    }

    private void Add(LoanRow row, long block, int sign)
    {
        var lives = row.EndedAt is null;
        var change = new Exposure(
            lives ? sign : 0,
            sign * row.OutstandingFen,
            lives ? sign * (row.PrincipalFen - row.DisbursedFen) : 0,
            row.Status == LedgerContract.LoanStatus.Defaulted ? sign * row.OutstandingFen : 0);
        Add((row.Bank, 0, row.Bank, block), change);
        Add((row.Bank, 1, row.Obligor, block), change);
        Add((row.Bank, 2, row.Borrower, block), change);
    }

    private void Add((int Party, long Block) key, Holding change) => _holdings[key] = _holdings.GetValueOrDefault(key) + change;

    private void Add((int Bank, short Side, int Party, long Block) key, Exposure change) =>
        _exposures[key] = _exposures.GetValueOrDefault(key) + change;
}

/// <summary>A change of what a party holds and owes: numbers of receivables, and fen.</summary>
internal readonly record struct Holding(int Held, long HeldFen, long PledgedFen, long DisputedFen, int Owed, long OwedFen)
{
    public static Holding operator +(Holding one, Holding other) => new(
        one.Held + other.Held, one.HeldFen + other.HeldFen, one.PledgedFen + other.PledgedFen, one.DisputedFen + other.DisputedFen,
        one.Owed + other.Owed, one.OwedFen + other.OwedFen);
}

/// <summary>A change of what a bank has out.</summary>
internal readonly record struct Exposure(int Loans, long OutstandingFen, long UndisbursedFen, long DefaultedFen)
{
    public static Exposure operator +(Exposure one, Exposure other) => new(
        one.Loans + other.Loans, one.OutstandingFen + other.OutstandingFen, one.UndisbursedFen + other.UndisbursedFen,
        one.DefaultedFen + other.DefaultedFen);
}

/// <param name="Change">Since the range began.</param>
internal sealed record HoldingMove(int PartyId, long BlockNumber, Holding Change);

/// <param name="Change">Since the range began.</param>
internal sealed record ExposureMove(int Bank, short Side, int PartyId, long BlockNumber, Exposure Change);
