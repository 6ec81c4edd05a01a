namespace FinanceChain.LedgerContract;

/// <summary>Simple interest, actual days over 360: the day count of Chinese bank lending. Equal to <c>contracts/Interest.sol</c>.</summary>
public static class Interest
{
    private const ulong BpsPerUnit = 10_000;
    private const ulong DaysPerYear = 360;

    /// <summary>Interest on the principal over the days, rounded down to a fen.</summary>
    /// <exception cref="OverflowException">Above the limit of one amount (2^53 - 1 fen).</exception>
    public static Fen Down(Fen principal, Bps annualRate, ushort tenorDays)
    {
        var interest = (UInt128)principal.Value * annualRate.Value * tenorDays / (BpsPerUnit * DaysPerYear);
        return interest <= Fen.MaxValue
            ? new Fen((ulong)interest)
            : throw new OverflowException($"Interest of {interest} fen is above the limit of one amount.");
    }
}
