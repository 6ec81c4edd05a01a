using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Upper bounds of gas, so that a batch is cut to size without asking the chain. Too low a bound is safe: the ledger then reverts the whole
/// batch (`BatchGasTooLow`) and the engine tries again with fewer operations.
/// </summary>
internal static class OperationGas
{
    /// <summary>What any transaction costs (EIP-2718), with the empty batch around the operations.</summary>
    public const long Transaction = 21_000 + 10_000;

    /// <summary>What the ledger wants to see left before each operation: OPERATION_GAS * 64 / 63 + REFUSAL_GAS, see FinanceLedger.submit.</summary>
    public const long Reserve = 800_000L * 64 / 63 + 60_000 + 5_000;

    /// <summary>One non-zero byte of calldata (EIP-2028). Memory and copies of the batch are in the ceilings.</summary>
    private const long CalldataByte = 16;

    private const int SlotBytes = 32;

    public static long Ceiling(OperationKind kind, int calldataBytes) => kind switch
    {
        _ when Enum.IsDefined(kind) => 400_000,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No gas ceiling is known for this operation."),
    } + (CalldataByte * (calldataBytes + 3 * SlotBytes));

    /// <summary>How many of <paramref name="ceilings"/>, from the first, fit into <paramref name="limit"/>; at least one.</summary>
    public static int Fit(IReadOnlyList<long> ceilings, long limit)
    {
        var left = limit - Transaction - Reserve;
        var count = 0;
        while (count < ceilings.Count && left >= ceilings[count])
        {
            left -= ceilings[count++];
        }

        return Math.Max(count, Math.Min(1, ceilings.Count));
    }
}
