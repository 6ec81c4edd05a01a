using System.Globalization;
using FinanceChain.Ethereum;

namespace FinanceChain.IndexerBenchmark;

/// <summary>What a contender is to index: the events of one contract in blocks first to last, into one empty database.</summary>
internal sealed record Assignment(Uri Chain, Address Contract, long First, long Last, string Postgres)
{
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["BENCH_CHAIN"] = Chain.ToString(),
        ["BENCH_CONTRACT"] = Contract.ToString(),
        ["BENCH_FIRST"] = First.ToString(CultureInfo.InvariantCulture),
        ["BENCH_LAST"] = Last.ToString(CultureInfo.InvariantCulture),
        ["BENCH_POSTGRES"] = Postgres,
    };

    public static Assignment FromEnvironment() => new(
        new Uri(Get("BENCH_CHAIN")), Address.Parse(Get("BENCH_CONTRACT")), Number("BENCH_FIRST"), Number("BENCH_LAST"), Get("BENCH_POSTGRES"));

    private static long Number(string name) => long.Parse(Get(name), CultureInfo.InvariantCulture);

    private static string Get(string name) => System.Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
}
