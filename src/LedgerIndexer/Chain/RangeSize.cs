namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>
/// How many blocks are asked for at once: doubled while answers are small, halved when one is large or the node refuses it. Thread-safe: several
/// ranges are read at a time.
/// </summary>
internal sealed class RangeSize(int maxBlocks)
{
    private const int StartBlocks = 64;

    // Above this, a transaction that holds a range grows past what is good for memory and for readers that wait for it.
    private const int LargeLogCount = 20_000;
    private const int SmallLogCount = LargeLogCount / 2;

    private readonly Lock _sync = new();
    private int _blocks = Math.Min(StartBlocks, maxBlocks);

    public int Blocks => Volatile.Read(ref _blocks);

    public void Answered(int logs)
    {
        lock (_sync)
        {
            if (logs > LargeLogCount)
            {
                _blocks = Math.Max(1, _blocks / 2);
            }
            else if (logs < SmallLogCount)
            {
                _blocks = (int)Math.Min(maxBlocks, _blocks * 2L);
            }
        }
    }

    /// <summary>A node refused more than <paramref name="next"/> blocks, which are asked for instead.</summary>
    public void Refused(int next)
    {
        lock (_sync)
        {
            _blocks = Math.Max(1, Math.Min(_blocks, next));
        }
    }
}
