using System.Numerics;
using System.Runtime.InteropServices;

namespace FinanceChain.LedgerIndexer.Projection;

/// <summary>What a range has changed in each of many sums, up to and with each block in which it did: a series a sum.</summary>
internal sealed class RunningChanges<TKey, TChange>
    where TKey : struct, IComparable<TKey>
    where TChange : struct, IAdditionOperators<TChange, TChange, TChange>
{
    private readonly Dictionary<TKey, List<(long Block, TChange Change)>> _series = [];

    /// <param name="block">Not before that of an earlier change of the same sum.</param>
    public void Add(TKey key, long block, TChange change)
    {
        if (EqualityComparer<TChange>.Default.Equals(change, default))
        {
            return;
        }

        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(_series, key, out _);
        series ??= [];
        if (series is [.., var last])
        {
            change += last.Change;
            if (last.Block == block)
            {
                series[^1] = (block, change);
                return;
            }
        }

        series.Add((block, change));
    }

    /// <summary>In the order of keys and blocks, as the index has them, so that neighbours are written one after the other. Changes since the range began.</summary>
    public IReadOnlyList<(TKey Key, long Block, TChange Change)> InOrder() =>
        [.. _series.OrderBy(sum => sum.Key).SelectMany(sum => sum.Value.Select(change => (sum.Key, change.Block, change.Change)))];
}
