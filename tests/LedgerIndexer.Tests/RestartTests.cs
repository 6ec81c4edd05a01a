using System.Diagnostics;
using FinanceChain.LedgerIndexer.Store;
using FinanceChain.LedgerIndexer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>However the process ends and however the ranges are cut, the tables are those of a straight replay.</summary>
internal sealed class RestartTests
{
    /// <summary>So slow that a look at the checkpoint comes before the end of the ledger, on a busy machine too.</summary>
    private const string SlowRanges =
        """
        create function public.wait_a_little() returns trigger language plpgsql as
            $$ begin perform pg_sleep(0.1); return null; end $$;
        create trigger slow after insert or update on ledger.checkpoint
            for each row execute function public.wait_a_little();
        """;

    private string _straight = null!;
    private TestLedger _ledger = null!;

    [OneTimeSetUp]
    public async Task PlayAndReplay()
    {
        var database = await Engines.NewDatabase();
        _ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(_ledger, seed: 99);
        await story.Open(enterprises: 8, banks: 2);
        for (var batch = 0; batch < 20; batch++)
        {
            await story.Play(operations: 15);
        }

        await RunningIndexer.CatchUp(_ledger, database);
        _straight = await LedgerTables.Rows(database);
    }

    [OneTimeTearDown]
    public void Close() => _ledger?.Dispose();

    [TestCase("1")]
    [TestCase("2")]
    [TestCase("7")]
    public async Task Ranges_OfAnyLength_GiveTheSameTables(string blocks)
    {
        var database = await Engines.NewDatabase();
        await RunningIndexer.CatchUp(_ledger, database, ("MaxBlocksPerRange", blocks));
        Assert.That(await LedgerTables.Rows(database), Is.EqualTo(_straight));
    }

    [Test]
    public async Task Indexer_CancelledAtAnyMoment_GoesOnToTheSameTables()
    {
        var database = await Engines.NewDatabase();
        var random = new Random(3);
        var head = await _ledger.Head();
        var starts = 0;
        for (long block = -1; block < head; starts++)
        {
            await using var indexer = await RunningIndexer.Start(_ledger, database, ("MaxBlocksPerRange", "1"));
            await indexer.WaitFor(Math.Min(block + random.Next(1, 9), head));

            // Wherever the next range is now: being read, half written, or committed.
            await Task.Delay(random.Next(0, 4));
            await indexer.DisposeAsync();
            block = indexer.Progress.Block;
        }

        Assert.That(starts, Is.GreaterThan(4));
        Assert.That(await LedgerTables.Rows(database), Is.EqualTo(_straight));
    }

    [Test]
    public async Task Process_KilledAgainAndAgain_GoesOnToTheSameTables()
    {
        var database = await Engines.NewDatabase();
        await Migrations.Apply(database, NullLogger.Instance, CancellationToken.None);
        await LedgerTables.Execute(database, SlowRanges);
        var head = await _ledger.Head();
        var kills = 0;
        for (long block = _ledger.DeployBlock; block < head; kills++)
        {
            using var process = StartProcess(database);
            var goal = Math.Min(block + 6, head);
            while (block < goal)
            {
                Assert.That(process.HasExited, Is.False, "the indexer runs");
                await Task.Delay(5);
                block = await Checkpoint(database);
            }

            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            block = await Checkpoint(database);
        }

        Assert.That(kills, Is.GreaterThan(2));
        Assert.That(await LedgerTables.Rows(database), Is.EqualTo(_straight));
    }

    [Test]
    public async Task Process_AskedToEnd_EndsWithZero()
    {
        var database = await Engines.NewDatabase();
        using var process = StartProcess(database);
        while (await Checkpoint(database) < _ledger.DeployBlock)
        {
            await Task.Delay(20);
        }

        using var terminate = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
        Assert.That(process.ExitCode, Is.EqualTo((int)IndexerExit.Stopped));
    }

    private static async Task<long> Checkpoint(string database)
    {
        const string Exists = "select to_regclass('ledger.checkpoint') is not null";
        return await LedgerTables.Scalar<bool>(database, Exists)
            && await LedgerTables.Column<long>(database, "select block_number from ledger.checkpoint") is [var block]
            ? block
            : -1;
    }

    private Process StartProcess(string database)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(IndexerHost).Assembly.Location])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = false,
        };
        foreach (var (name, value) in RunningIndexer.Settings(_ledger, database))
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment["LedgerIndexer__MaxBlocksPerRange"] = "1";
        return Process.Start(start)!;
    }
}
