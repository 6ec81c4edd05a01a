using System.Diagnostics.CodeAnalysis;

namespace FinanceChain.LedgerContract.Tests.Model;

/// <summary>Records by key that remember which of them were written since they were last asked.</summary>
internal sealed class Records<TKey, TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly Dictionary<TKey, TRecord> _all = [];
    private readonly HashSet<TKey> _written = [];

    public int Count => _all.Count;

    public IReadOnlyDictionary<TKey, TRecord> All => _all;

    /// <summary>Null where there is none.</summary>
    [DisallowNull]
    public TRecord? this[TKey key]
    {
        get => _all.GetValueOrDefault(key);
        set
        {
            _all[key] = value;
            _written.Add(key);
        }
    }

    /// <summary>As if all were written again.</summary>
    public void MarkAll() => _written.UnionWith(_all.Keys);

    public void Remove(TKey key)
    {
        _all.Remove(key);
        _written.Add(key);
    }

    /// <summary>What was written since the last call, as it is now; null where it was removed.</summary>
    public IReadOnlyList<(TKey Key, TRecord? Record)> TakeWritten()
    {
        List<(TKey, TRecord?)> written = [.. _written.Select(key => (key, this[key]))];
        _written.Clear();
        return written;
    }
}
