namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>What the changes of a range add to the sums of days and of marks.</summary>
internal sealed class Sums(Marks marks)
{
    private readonly Dictionary<LendingCell, LendingFigures> _lending = [];
    private readonly Dictionary<ReceivableCell, ReceivableFigures> _receivables = [];

    public Marks Marks => marks;

    public IReadOnlyList<(LendingCell Cell, LendingFigures Figures)> Lending => [.. _lending.Select(item => (item.Key, item.Value))];

    public IReadOnlyList<(ReceivableCell Cell, ReceivableFigures Figures)> Receivables => [.. _receivables.Select(item => (item.Key, item.Value))];

    public void Move(LoanRow? before, LoanRow after, EventPlace place)
    {
        var change = LendingFigures.Of(after) - (before is null ? default : LendingFigures.Of(before));
        if (change != default)
        {
            var cell = new LendingCell(marks.Of(place.BlockNumber), BusinessDay(place), after.Bank, after.Borrower, LoanSize(after.PrincipalFen));
            _lending[cell] = _lending.GetValueOrDefault(cell) + change;
        }
    }

    public void Move(ReceivableRow? before, ReceivableRow after, EventPlace place)
    {
        var change = ReceivableFigures.Of(after) - (before is null ? default : ReceivableFigures.Of(before));
        if (change != default)
        {
            var cell = new ReceivableCell(marks.Of(place.BlockNumber), BusinessDay(place), after.Obligor);
            _receivables[cell] = _receivables.GetValueOrDefault(cell) + change;
        }
    }

    /// <summary>As <c>ledger.business_day</c>: the date in China Standard Time.</summary>
    public static DateOnly BusinessDay(EventPlace place) => DateOnly.FromDateTime(place.BlockTime.AddHours(8));

    // As ledger.loan_size, in fen.
    private static short LoanSize(long principalFen) => principalFen switch { < 1_000_000_00 => 1, < 5_000_000_00 => 2, < 10_000_000_00 => 3, _ => 4 };
}

/// <param name="Mark">Null after the last mark of the range.</param>
/// <param name="LoanSize">1 to 4, by principal.</param>
internal readonly record struct LendingCell(long? Mark, DateOnly Day, int Bank, int Borrower, short LoanSize);

/// <param name="Mark">Null after the last mark of the range.</param>
internal readonly record struct ReceivableCell(long? Mark, DateOnly Day, int Obligor);

/// <summary>Numbers of loans opened and disbursed for the first time, and fen.</summary>
internal readonly record struct LendingFigures(
    long Opened, long Loans, long LentFen, long RepaidFen, long WrittenOffFen, long OverdueFen, long RecoveredFen, long InterestFen, long FeeFen)
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
{
    // A part begins with nothing redeemed or cancelled, so that both count once.
    public static ReceivableFigures Of(ReceivableRow row) =>
        new(1, row.Depth == 0 ? row.IssuedAmountFen : 0, row.RedeemedFen, row.CancelledFen);

    public static ReceivableFigures operator +(ReceivableFigures one, ReceivableFigures other) => new(
        one.Receivables + other.Receivables, one.IssuedFen + other.IssuedFen, one.RedeemedFen + other.RedeemedFen, one.CancelledFen + other.CancelledFen);

    public static ReceivableFigures operator -(ReceivableFigures one, ReceivableFigures other) => new(
        one.Receivables - other.Receivables, one.IssuedFen - other.IssuedFen, one.RedeemedFen - other.RedeemedFen, one.CancelledFen - other.CancelledFen);
}
