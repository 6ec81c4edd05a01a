using System.Numerics;
using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>What the changes of a range add to the positions of parties and banks, block by block.</summary>
internal sealed class Positions
{
    public RunningChanges<HoldingKey, Holding> Holdings { get; } = new();

    public RunningChanges<ExposureKey, Exposure> Exposures { get; } = new();

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
                Holdings.Add(new HoldingKey(before.Holder), block, default(Holding) - Holding.Held(before));
            }
        }

        // The obligor never changes.
        Holdings.Add(new HoldingKey(after.Holder), block, held);
        Holdings.Add(new HoldingKey(after.Obligor), block, owed);
    }

    /// <inheritdoc cref="Move(ReceivableRow?, ReceivableRow, long)"/>
    public void Move(LoanRow? before, LoanRow after, long block)
    {
        // Neither bank nor obligor nor borrower ever changes.
        var change = before is null ? Exposure.Of(after) : Exposure.Of(after) - Exposure.Of(before);
        Exposures.Add(new ExposureKey(after.Bank, Side: 0, after.Bank), block, change);
        Exposures.Add(new ExposureKey(after.Bank, Side: 1, after.Obligor), block, change);
        Exposures.Add(new ExposureKey(after.Bank, Side: 2, after.Borrower), block, change);
    }
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
