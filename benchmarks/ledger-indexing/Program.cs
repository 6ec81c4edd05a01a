using System.Globalization;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.IndexingBenchmark;

/// <summary>
/// Plays a ledger once and lets every entrant index it, round after round in turn, so that a machine that grows slower does so for all of them.
/// </summary>
internal static class Program
{
    private const string Help = """
        benchmarks/ledger-indexing/run [--events 200000] [--rounds 3] [--entrants financechain,limit,ponder,envio]

        Indexes one ledger with each of the entrants and prints a table: medians of the rounds, and ratios within the run.
        """;

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["limit"])
        {
            await Limit.Run();
            return 0;
        }

        if (arguments.Contains("--help"))
        {
            Console.WriteLine(Help);
            return 0;
        }

        var events = long.Parse(Option("--events", "200000"), CultureInfo.InvariantCulture);
        var rounds = int.Parse(Option("--rounds", "3"), CultureInfo.InvariantCulture);
        var names = Option("--entrants", string.Join(',', Entrants.All.Select(entrant => entrant.Name))).Split(',');
        List<Entrant> entrants = [.. names.Select(name => Entrants.All.Single(entrant => entrant.Name == name))];
        await Compare(events, rounds, entrants, CancellationToken.None);
        return 0;

        string Option(string name, string otherwise) =>
            Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : otherwise;
    }

    private static async Task Compare(long events, int rounds, List<Entrant> entrants, CancellationToken cancellation)
    {
        // The whole history stays in memory; writing it to disk at intervals would disturb whoever is being measured.
        await using var chain = await EmbeddedChain.StartTemporary(new ChainOptions { StateInterval = TimeSpan.FromDays(1) }, cancellation);
        var folder = Directory.CreateTempSubdirectory("financechain-benchmark-");
        var postgres = await EmbeddedPostgres.Start(folder.FullName, 0, cancellation);
        try
        {
            Console.WriteLine($"Playing {events} events ...");
            var ledger = await BusyLedger.Play(chain, events, cancellation);
            var field = new Field(chain.Endpoint, new ChainOptions().ChainId, ledger, postgres);
            var results = entrants.ToDictionary(entrant => entrant.Name, _ => new List<Measurement>());
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var entrant in entrants)
                {
                    var measured = await entrant.Run(field, round, cancellation);
                    results[entrant.Name].Add(measured);
                    Console.WriteLine($"  round {round}: {entrant.Name} {measured.Seconds:F1} s");
                }
            }

            Report(ledger.Events, results);
        }
        finally
        {
            await postgres.Stop(CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    private static void Report(long events, Dictionary<string, List<Measurement>> results)
    {
        double Median(string name, Func<Measurement, double> of) => results[name].Select(of).Order().ElementAt(results[name].Count / 2);
        Console.WriteLine($"\n{events} events; medians of {results.Values.First().Count} rounds\n");
        Console.WriteLine("| entrant | seconds | events/s | own CPU s | peak MB | ratio |\n|---|---|---|---|---|---|");
        var first = events / Median(results.Keys.First(), m => m.Seconds);
        foreach (var name in results.Keys)
        {
            var rate = events / Median(name, m => m.Seconds);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Median(name, m => m.Seconds):F1} | {rate:F0} | {Median(name, m => m.ProcessorSeconds):F1} | {Median(name, m => m.PeakMegabytes):F0} | {rate / first:F2} |"));
        }
    }
}
