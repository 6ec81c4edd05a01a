namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>What the follower tells: a block was seen, a range became final, or blocks that were not final were replaced. Nothing else.</summary>
internal abstract record ChainSignal
{
    /// <summary>The node shows this head; blocks up to <paramref name="Final"/> are final. Told at every look, also when nothing changed.</summary>
    public sealed record Block(long Head, long Final) : ChainSignal;

    /// <summary>In order and without gaps: each begins where the one before ended.</summary>
    public sealed record Finalize(LogRange Range) : ChainSignal;

    /// <summary>The chain went back to <paramref name="Ancestor"/> and on from there. Nothing of what it left was indexed.</summary>
    public sealed record Reorg(long Ancestor, int Blocks) : ChainSignal;
}
