using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Differential;

/// <summary>All chance of a run: the same seed throws the same.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    public bool Chance(double percent) => _random.NextDouble() * 100 < percent;

    public int Below(int end) => _random.Next(end);

    /// <summary>Both ends included.</summary>
    public ulong Between(ulong first, ulong last) => first + (ulong)_random.NextInt64((long)(last - first) + 1);

    public T Pick<T>(params IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    /// <summary>One of them, each as often as its weight says.</summary>
    public T Weighted<T>(IReadOnlyList<(T Item, int Weight)> items)
    {
        var left = _random.Next(items.Sum(item => item.Weight));
        return items.First(item => (left -= item.Weight) < 0).Item;
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    public Hash256 Hash() => Hash256.FromBytes(Bytes(Hash256.Length));
}
