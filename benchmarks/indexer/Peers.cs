namespace FinanceChain.IndexerBenchmark;

/// <summary>The general indexers.</summary>
internal static class Peers
{
    public static IEnumerable<Contender> All() => [];
}
