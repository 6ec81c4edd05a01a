using System.Diagnostics;
using Npgsql;

namespace FinanceChain.IndexerBenchmark;

/// <summary>The general indexers, each in a folder of its own with its version pinned; <c>run.sh</c> installs them there.</summary>
internal static class Peers
{
    private const string PonderFolder = "benchmarks/indexer/ponder";

    public static IEnumerable<Contender> All() => [Ponder];

    private static Contender Ponder { get; } = new("Ponder", false, true, "select count(*) from bench.transfer", assignment =>
    {
        var start = new ProcessStartInfo("node", ["node_modules/ponder/dist/esm/bin/ponder.js", "start", "--schema", "bench", "--port", "0"])
        {
            WorkingDirectory = PonderFolder,
        };
        start.Environment["BENCH_POSTGRES_URL"] = UrlOf(assignment.Postgres);
        return start;
    });

    private static string UrlOf(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return $"postgresql://{parts.Username}:{Uri.EscapeDataString(parts.Password ?? "")}@{parts.Host}:{parts.Port}/{parts.Database}";
    }
}
