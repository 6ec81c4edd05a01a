using FinanceChain.LedgerIndexer.Chain;

namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>
/// The blocks of a range in which the number of the ledger's events passes a multiple of a spacing. They do not depend on how the ranges are cut.
/// </summary>
internal sealed class Marks
{
    private Marks(long[] blocks, long[] events) => (Blocks, Events) = (blocks, events);

    public long[] Blocks { get; }

    /// <summary>How many events of the ledger there are up to each.</summary>
    public long[] Events { get; }

    /// <param name="eventsBefore">The ledger's events before the range.</param>
    public static Marks In(IReadOnlyList<ChainEvent> events, long eventsBefore, int spacing)
    {
        var (blocks, counts, before) = (new List<long>(), new List<long>(), eventsBefore);
        for (var i = 0; i < events.Count; i++)
        {
            if (i + 1 < events.Count && events[i + 1].Place.BlockNumber == events[i].Place.BlockNumber)
            {
                continue;
            }

            var count = eventsBefore + i + 1;
            if (count / spacing > before / spacing)
            {
                blocks.Add(events[i].Place.BlockNumber);
                counts.Add(count);
            }

            before = count;
        }

        return new Marks([.. blocks], [.. counts]);
    }

    /// <summary>The mark that a block's changes are part of; null after the last one.</summary>
    public long? Of(long block)
    {
        var found = Array.BinarySearch(Blocks, block);
        var next = found < 0 ? ~found : found;
        return next < Blocks.Length ? Blocks[next] : null;
    }
}
