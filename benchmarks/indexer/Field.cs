using System.Globalization;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.IndexerBenchmark;

/// <summary>What every entrant is given: the events of one contract, on one chain.</summary>
/// <param name="First">The first block with events of the contract.</param>
/// <param name="Figures">What a whole and right index says: the number of events, then the workload's own sums.</param>
internal sealed record Field(Uri Chain, ulong ChainId, Address Contract, long First, long Last, IReadOnlyList<long> Figures)
{
    public long Events => Figures[0];
}

/// <summary>One entrant's turn: the field, and an empty database of its own. Handed to its process as environment variables.</summary>
internal sealed record Turn(Uri Chain, Address Contract, long First, long Last, string Postgres)
{
    public void WriteTo(IDictionary<string, string?> environment)
    {
        environment["BENCH_CHAIN"] = Chain.ToString();
        environment["BENCH_CONTRACT"] = Contract.ToString();
        environment["BENCH_FIRST"] = First.ToString(CultureInfo.InvariantCulture);
        environment["BENCH_LAST"] = Last.ToString(CultureInfo.InvariantCulture);
        environment["BENCH_POSTGRES"] = Postgres;
    }

    public static Turn FromEnvironment() => new(
        new Uri(Get("BENCH_CHAIN")), Address.Parse(Get("BENCH_CONTRACT")), Number("BENCH_FIRST"), Number("BENCH_LAST"), Get("BENCH_POSTGRES"));

    private static long Number(string name) => long.Parse(Get(name), CultureInfo.InvariantCulture);

    private static string Get(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
}

/// <summary>Events of one kind, how they come onto a chain, and who indexes them.</summary>
/// <param name="Play">Starts a chain with at least so many events.</param>
internal sealed record Workload(string Name, string About, Func<long, CancellationToken, Task<PlayedChain>> Play, IReadOnlyList<Entrant> Entrants);

/// <summary>A chain that answers until it is disposed of.</summary>
internal sealed record PlayedChain(Field Field, IAsyncDisposable Chain) : IAsyncDisposable
{
    /// <summary>Fills an embedded chain.</summary>
    public static async Task<PlayedChain> Fill(Func<EmbeddedChain, Task<Field>> play, CancellationToken cancellation)
    {
        // The whole history stays in memory; writing it to disk at intervals would disturb whoever is being measured.
        var chain = await EmbeddedChain.StartTemporary(new ChainOptions { StateInterval = TimeSpan.FromDays(1) }, cancellation);
        return new PlayedChain(await play(chain), chain);
    }

    public ValueTask DisposeAsync() => Chain.DisposeAsync();
}
