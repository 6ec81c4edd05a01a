namespace FinanceChain.LedgerIndexer;

/// <summary>How far the indexer is. Written by the indexing loop, read by the health endpoint.</summary>
/// <param name="clock">Tells how long ago the chain was seen.</param>
public sealed class IndexerProgress(TimeProvider clock)
{
    /// <summary>A chain that was not seen for this long makes the process unready.</summary>
    private static readonly TimeSpan SightValid = TimeSpan.FromSeconds(15);

    private long _head = -1;
    private long _block = -1;
    private long _seenAt;
    private long _final = long.MaxValue;
    private int _caughtUp;

    /// <summary>The node's head at the last look, -1 before the first one.</summary>
    public long Head => Interlocked.Read(ref _head);

    /// <summary>The last block that is committed to the database, -1 before the first one.</summary>
    public long Block => Interlocked.Read(ref _block);

    /// <summary>The last block that was final at the last look; above every block before the first one.</summary>
    public long Final => Interlocked.Read(ref _final);

    public long Lag => Math.Max(0, Head - Block);

    /// <summary>Since the chain was seen.</summary>
    public TimeSpan SightAge => Head < 0 ? TimeSpan.Zero : clock.GetElapsedTime(Interlocked.Read(ref _seenAt));

    /// <summary>The index reached the final head at least once in this process, and the chain was seen a moment ago.</summary>
    public bool Ready =>
        Volatile.Read(ref _caughtUp) == 1 && clock.GetElapsedTime(Interlocked.Read(ref _seenAt)) < SightValid;

    /// <summary>How the process ended; <see cref="IndexerExit.Faulted"/> until another end is known.</summary>
    public IndexerExit Exit { get; private set; } = IndexerExit.Faulted;

    /// <summary>The sentence of a stop; null while it runs and after an end that was asked for.</summary>
    public string? StopReason { get; private set; }

    internal void Saw(long head, long final)
    {
        Interlocked.Exchange(ref _head, head);
        Interlocked.Exchange(ref _final, final);
        Interlocked.Exchange(ref _seenAt, clock.GetTimestamp());
        Compare();
    }

    internal void Committed(long block)
    {
        Interlocked.Exchange(ref _block, block);
        Compare();
    }

    internal void Ended() => (Exit, StopReason) = (IndexerExit.Stopped, null);

    internal void StoppedBy(IndexerExit exit, string reason)
    {
        Exit = exit;
        StopReason = reason;
    }

    private void Compare()
    {
        if (Block >= Final)
        {
            Volatile.Write(ref _caughtUp, 1);
        }
    }
}
