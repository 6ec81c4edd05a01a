namespace FinanceChain.CreditTraining.Additive;

/// <summary>SplitMix64: the same numbers for the same seed on every machine and every version of .NET, which <see cref="Random"/> does not promise.</summary>
public sealed class StableRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A stream of its own for one part of the work, so that parts can run in any order.</summary>
    public static StableRandom For(ulong seed, int part) => new((seed * 0x9E3779B97F4A7C15UL) ^ ((ulong)(part + 1) * 0xD1B54A32D192ED03UL));

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15UL;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>0 ≤ result &lt; <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(((UInt128)NextBits() * (ulong)bound) >> 64);

    /// <summary>0 ≤ result &lt; 1.</summary>
    public double Fraction() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public void Shuffle(int[] items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
