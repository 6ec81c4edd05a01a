namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>How many blocks are asked for at once: doubled while answers are small, halved when one is large or the node refuses it.</summary>
internal sealed class RangeSize(int maxBlocks)
{
    private const int StartBlocks = 128;

    // Above this, a transaction that holds a range grows past what is good for memory and for readers that wait for it.
    private const int LargeLogCount = 20_000;
    private const int SmallLogCount = LargeLogCount / 4;

    public int Blocks { get; private set; } = Math.Min(StartBlocks, maxBlocks);

    public void Answered(int logs)
    {
        if (logs > LargeLogCount)
        {
            Blocks = Math.Max(1, Blocks / 2);
        }
        else if (logs < SmallLogCount)
        {
            Blocks = (int)Math.Min(maxBlocks, Blocks * 2L);
        }
    }

    /// <summary>Halves the range; false when it is a single block already, so that no smaller question exists.</summary>
    public bool TryShrink()
    {
        if (Blocks == 1)
        {
            return false;
        }

        Blocks /= 2;
        return true;
    }
}
