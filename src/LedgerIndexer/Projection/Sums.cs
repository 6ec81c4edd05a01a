using System.Globalization;
using System.Numerics;

namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>What the changes of a range add to the sums of days and of marks.</summary>
/// <param name="since">What was added after the last mark before the range.</param>
internal sealed class Sums(Marks marks, SinceMark since)
{
    private readonly Dictionary<(long? Mark, LendingCell Cell), LendingFigures> _lending = [];
    private readonly Dictionary<(long? Mark, ReceivableCell Cell), ReceivableFigures> _receivables = [];

    public Marks Marks => marks;

    /// <param name="home">Of the borrower.</param>
    public void Move(LoanRow? before, LoanRow after, EventPlace place, PartyHome home)
    {
        var change = before is null ? LendingFigures.Of(after) : LendingFigures.Of(after) - LendingFigures.Of(before);
        if (change != default)
        {
            var cell = new LendingCell(BusinessDay(place), after.Bank, home.Region, home.Industry, LoanSize(after.PrincipalFen));
            var key = (marks.Of(place.BlockNumber), cell);
            _lending[key] = _lending.GetValueOrDefault(key) + change;
        }
    }

    /// <param name="home">Of the obligor.</param>
    public void Move(ReceivableRow? before, ReceivableRow after, EventPlace place, PartyHome home)
    {
        var change = before is null ? ReceivableFigures.Of(after) : ReceivableFigures.Of(after) - ReceivableFigures.Of(before);
        if (change != default)
        {
            var key = (marks.Of(place.BlockNumber), new ReceivableCell(BusinessDay(place), home.Region, home.Industry));
            _receivables[key] = _receivables.GetValueOrDefault(key) + change;
        }
    }

    /// <summary>What the range adds to each row of a day.</summary>
    public IReadOnlyList<(LendingCell Cell, LendingFigures Change)> LendingDays() => AddedUp(_lending.Select(item => (item.Key.Cell, item.Value)));

    /// <inheritdoc cref="LendingDays"/>
    public IReadOnlyList<(ReceivableCell Cell, ReceivableFigures Change)> ReceivableDays() =>
        AddedUp(_receivables.Select(item => (item.Key.Cell, item.Value)));

    /// <summary>What is added to the sums at each mark of the range, with what was added before the range since the last one.</summary>
    public IReadOnlyList<(LendingSumKey Key, long Mark, LendingFigures Change)> LendingAtMarks()
    {
        var sums = new RunningChanges<LendingSumKey, LendingFigures>();
        foreach (var (mark, cell, change) in UpToMarks(since.Lending, _lending))
        {
            foreach (var key in cell.Sums())
            {
                sums.Add(key, mark, change);
            }
        }

        return sums.InOrder();
    }

    /// <inheritdoc cref="LendingAtMarks"/>
    public IReadOnlyList<(int Region, long Mark, ReceivableFigures Change)> ReceivablesAtMarks()
    {
        var sums = new RunningChanges<int, ReceivableFigures>();
        foreach (var (mark, cell, change) in UpToMarks(since.Receivables, _receivables))
        {
            foreach (var region in PartyHome.RegionsOf(cell.Region))
            {
                sums.Add(region, mark, change);
            }
        }

        return sums.InOrder();
    }

    /// <summary>What the next range has to know.</summary>
    public SinceMark Left() => new(Left(since.Lending, _lending), Left(since.Receivables, _receivables));

    /// <summary>As <c>ledger.business_day</c>: the date in China Standard Time.</summary>
    public static DateOnly BusinessDay(EventPlace place) => DateOnly.FromDateTime(place.BlockTime.AddHours(8));

    // As ledger.loan_size, in fen.
    private static short LoanSize(long principalFen) => principalFen switch { < 1_000_000_00 => 1, < 5_000_000_00 => 2, < 10_000_000_00 => 3, _ => 4 };

    private static IReadOnlyList<(TCell Cell, TFigures Change)> AddedUp<TCell, TFigures>(IEnumerable<(TCell Cell, TFigures Change)> changes)
        where TCell : struct
        where TFigures : struct, IAdditionOperators<TFigures, TFigures, TFigures>
    {
        var sums = new Dictionary<TCell, TFigures>();
        foreach (var (cell, change) in changes)
        {
            sums[cell] = sums.GetValueOrDefault(cell) + change;
        }

        return [.. sums.Select(sum => (sum.Key, sum.Value))];
    }

    private IEnumerable<(long Mark, TCell Cell, TFigures Change)> UpToMarks<TCell, TFigures>(
        IReadOnlyList<(TCell Cell, TFigures Change)> before, Dictionary<(long? Mark, TCell Cell), TFigures> changes)
        where TCell : struct =>
        marks.Blocks is [var first, ..]
            ? before.Select(item => (first, item.Cell, item.Change)).Concat(
                from item in changes where item.Key.Mark is not null orderby item.Key.Mark select (item.Key.Mark!.Value, item.Key.Cell, item.Value))
            : [];

    private IReadOnlyList<(TCell Cell, TFigures Change)> Left<TCell, TFigures>(
        IReadOnlyList<(TCell Cell, TFigures Change)> before, Dictionary<(long? Mark, TCell Cell), TFigures> changes)
        where TCell : struct
        where TFigures : struct, IAdditionOperators<TFigures, TFigures, TFigures>
    {
        var after = from item in changes where item.Key.Mark is null select (item.Key.Cell, item.Value);
        return AddedUp(marks.Blocks.Length == 0 ? before.Concat(after) : after);
    }
}

/// <summary>What was added to days since the last mark; the rows say the same, but slower.</summary>
internal sealed record SinceMark(
    IReadOnlyList<(LendingCell Cell, LendingFigures Change)> Lending, IReadOnlyList<(ReceivableCell Cell, ReceivableFigures Change)> Receivables);

/// <summary>Where a party counts. It never changes.</summary>
internal readonly record struct PartyHome(int Region, string Industry)
{
    public static PartyHome Of(PartyRow party) => new(party.RegionCode, party.Industry);

    /// <summary>As <c>ledger.regions_of</c>: all regions (0), the province, the prefecture, the region itself; each once.</summary>
    public static IEnumerable<int> RegionsOf(int region) => new[] { 0, region / 10_000 * 10_000, region / 100 * 100, region }.Distinct();
}

/// <summary>A row of <c>ledger.lending_day</c>.</summary>
/// <param name="Region">Of the borrower, as is <paramref name="Industry"/>.</param>
/// <param name="LoanSize">1 to 4, by principal.</param>
internal readonly record struct LendingCell(DateOnly Day, int Bank, int Region, string Industry, short LoanSize)
{
    /// <summary>The sums that it is part of.</summary>
    public IEnumerable<LendingSumKey> Sums()
    {
        // In the order of ledger.axis.
        string[] keys = [$"{Day:yyyy-MM-dd}", Text(Bank), Industry, Text(LoanSize), Text(Region)];
        return from region in PartyHome.RegionsOf(Region) from axis in Enumerable.Range(0, keys.Length) select new LendingSumKey(region, (short)(axis + 1), keys[axis]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A row of <c>ledger.lending_key</c>.</summary>
internal readonly record struct LendingSumKey(int Region, short Axis, string Key) : IComparable<LendingSumKey>
{
    public int CompareTo(LendingSumKey other)
    {
        var first = (Region, Axis).CompareTo((other.Region, other.Axis));
        return first != 0 ? first : string.CompareOrdinal(Key, other.Key);
    }
}

/// <summary>A row of <c>ledger.receivable_day</c>.</summary>
/// <param name="Region">Of the obligor, as is <paramref name="Industry"/>.</param>
internal readonly record struct ReceivableCell(DateOnly Day, int Region, string Industry);

/// <summary>Numbers of loans opened and disbursed for the first time, and fen.</summary>
internal readonly record struct LendingFigures(
    long Opened, long Loans, long LentFen, long RepaidFen, long WrittenOffFen, long OverdueFen, long RecoveredFen, long InterestFen, long FeeFen)
    : IAdditionOperators<LendingFigures, LendingFigures, LendingFigures>
{
    public static LendingFigures Of(LoanRow row) => new(
        1, row.DisbursedFen > 0 ? 1 : 0, row.DisbursedFen, row.RepaidFen, row.WrittenOffFen, row.OverdueFen, row.RecoveredFen, row.InterestFen, row.FeeFen);

    public static LendingFigures operator +(LendingFigures one, LendingFigures other) => new(
        one.Opened + other.Opened, one.Loans + other.Loans, one.LentFen + other.LentFen, one.RepaidFen + other.RepaidFen,
        one.WrittenOffFen + other.WrittenOffFen, one.OverdueFen + other.OverdueFen, one.RecoveredFen + other.RecoveredFen,
        one.InterestFen + other.InterestFen, one.FeeFen + other.FeeFen);

    public static LendingFigures operator -(LendingFigures one, LendingFigures other) => new(
        one.Opened - other.Opened, one.Loans - other.Loans, one.LentFen - other.LentFen, one.RepaidFen - other.RepaidFen,
        one.WrittenOffFen - other.WrittenOffFen, one.OverdueFen - other.OverdueFen, one.RecoveredFen - other.RecoveredFen,
        one.InterestFen - other.InterestFen, one.FeeFen - other.FeeFen);
}

/// <summary>Receivables that came to be, by issue or split, and fen; only an issue adds to what was issued.</summary>
internal readonly record struct ReceivableFigures(long Receivables, long IssuedFen, long RedeemedFen, long CancelledFen)
    : IAdditionOperators<ReceivableFigures, ReceivableFigures, ReceivableFigures>
{
    // A part begins with nothing redeemed or cancelled, so that both count once.
    public static ReceivableFigures Of(ReceivableRow row) =>
        new(1, row.Depth == 0 ? row.IssuedAmountFen : 0, row.RedeemedFen, row.CancelledFen);

    public static ReceivableFigures operator +(ReceivableFigures one, ReceivableFigures other) => new(
        one.Receivables + other.Receivables, one.IssuedFen + other.IssuedFen, one.RedeemedFen + other.RedeemedFen, one.CancelledFen + other.CancelledFen);

    public static ReceivableFigures operator -(ReceivableFigures one, ReceivableFigures other) => new(
        one.Receivables - other.Receivables, one.IssuedFen - other.IssuedFen, one.RedeemedFen - other.RedeemedFen, one.CancelledFen - other.CancelledFen);
}
