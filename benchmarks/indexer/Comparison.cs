using System.Globalization;
using System.Text;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.IndexerBenchmark;

/// <summary>
/// Fills a chain once and lets every entrant index it, round after round in turn, so that a machine that grows slower does so for all of them.
/// </summary>
internal sealed class Comparison(Workload workload, IReadOnlyList<Entrant> entrants, long events, int rounds)
{
    public async Task<string> Run(CancellationToken cancellation)
    {
        var folder = Machine.NewFolder();
        var postgres = await EmbeddedPostgres.Start(Path.Combine(folder.FullName, "postgres"), new PostgresOptions(), cancellation);
        try
        {
            Console.WriteLine($"{workload.Name}: filling a chain with {events} events ...");
            await using var played = await workload.Play(events, cancellation);
            var field = played.Field;
            var results = entrants.ToDictionary(entrant => entrant.Name, _ => new List<Measurement>());
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var entrant in entrants)
                {
                    var measured = await entrant.Run(field, postgres, round, cancellation);
                    results[entrant.Name].Add(measured);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  round {round}: {entrant.Name} {measured.Seconds:F2} s"));
                }
            }

            return Table(field, results);
        }
        finally
        {
            await postgres.Stop(CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    private string Table(Field field, Dictionary<string, List<Measurement>> results)
    {
        double Median(string name, Func<Measurement, double> of) => results[name].Select(of).Order().ElementAt(results[name].Count / 2);
        var limit = results.ContainsKey("limit") ? Median("limit", item => item.Seconds) : double.NaN;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            ## {workload.Name}

            {workload.About} {field.Events} events in {field.Last - field.First + 1} blocks; medians of {rounds} interleaved rounds. {Machine.Describe()}

            | entrant | seconds | events/s | of the limit | own processor s | peak memory |
            |---|---|---|---|---|---|
            """);
        foreach (var name in results.Keys)
        {
            var seconds = Median(name, item => item.Seconds);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {name} | {seconds:F2} | {field.Events / seconds:F0} | {limit / seconds:P0} | {Median(name, item => item.ProcessorSeconds):F1} | {Median(name, item => item.PeakMegabytes):F0} MB |");
        }

        return text.ToString();
    }
}
