using System.Collections.Concurrent;
using System.Globalization;
using FinanceChain.LedgerIndexer.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <summary>
/// Random chains with reorganisations up to finality, bad nodes and torn connections: whatever happens on the way, the tables are those of a
/// straight replay. FINANCECHAIN_HISTORIES says how many (2,000), or which ("2001-10000"); FINANCECHAIN_HISTORY replays one seed.
/// </summary>
internal sealed class HistoryTests
{
    private const int AtOnce = 6;

    /// <summary>Ledgers are numbered by a smallint, and each history takes two.</summary>
    private const int HistoriesPerDatabase = 5_000;

    [Test]
    public async Task RandomHistory_Followed_GivesTheTablesOfAStraightReplay()
    {
        var recording = await Recording.Make(transactions: 30, seed: 21);
        await using var server = await NodeServer.Start();
        var failures = new ConcurrentBag<string>();
        var (reorganisations, starts, cuts) = (0, 0, 0);
        foreach (var seeds in Seeds().Chunk(HistoriesPerDatabase))
        {
            var database = await Engines.NewDatabase();
            await Migrations.Apply(database, NullLogger.Instance, CancellationToken.None);
            await using var replays = Sql.Source(database);
            var first = seeds[0];
            await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (seed, _) =>
            {
                var history = new History(seed, recording, server, database, replays, Engines.Postgres.Port);
                var ledger = (short)(2 * (seed - first));
                try
                {
                    if (await history.Play((short)(ledger + 1), (short)(ledger + 2)) is { } difference)
                    {
                        failures.Add($"seed {seed}: {difference}");
                    }
                }
                catch (Exception fault)
                {
                    failures.Add($"seed {seed}: {fault.GetType().Name} {fault.Message}");
                }

                Interlocked.Add(ref reorganisations, history.Reorganisations);
                Interlocked.Add(ref starts, history.Starts);
                Interlocked.Add(ref cuts, history.Cuts);
            });
        }

        await TestContext.Progress.WriteLineAsync(
            $"{Seeds().Count()} histories: {reorganisations} reorganisations, {starts} starts, {cuts} torn connections.");
        Assert.That(failures.Take(5), Is.Empty, $"{failures.Count} histories fail; replay one with FINANCECHAIN_HISTORY=seed");
    }

    private static IEnumerable<int> Seeds()
    {
        if (Setting("FINANCECHAIN_HISTORY") is { } one)
        {
            return [Number(one)];
        }

        int[] asked = [.. (Setting("FINANCECHAIN_HISTORIES") ?? "2000").Split('-').Select(Number)];
        return asked is [var from, var to] ? Enumerable.Range(from, to - from + 1) : Enumerable.Range(1, asked[0]);
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
