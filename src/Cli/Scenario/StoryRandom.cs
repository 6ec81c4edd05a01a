namespace FinanceChain.Cli.Scenario;

/// <summary>SplitMix64: the same seed tells the same story on every machine and every version of .NET.</summary>
internal sealed class StoryRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="exclusive"/> − 1. The bias of the modulo is far below anything that a story shows.</summary>
    public int Below(int exclusive) => (int)(Next() % (ulong)exclusive);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>True in <paramref name="percent"/> of 100 cases.</summary>
    public bool Chance(int percent) => Below(100) < percent;

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
