using System.Text.Json;
using FinanceChain.LedgerIndexer.Tests.Support;
using FinanceChain.Tests;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>A database that is replicated: reports from the replica, and the day on which the primary dies.</summary>
internal sealed class ReplicaTests
{
    [Test]
    public async Task Primary_KilledAndReplicaPromoted_IndexingGoesOnWithNothingLostAndNothingTwice()
    {
        await using var servers = await ReplicatedPostgres.Start();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(ledger, seed: 31);
        await story.Open(enterprises: 8, banks: 2);
        await using (var indexer = await RunningIndexer.Start(
            ledger, servers.Writable, ("MaxBlocksPerRange", "1"), ("TransientRetries", "100")))
        {
            for (var batch = 0; batch < 6; batch++)
            {
                await story.Play(operations: 15);
            }

            await indexer.WaitFor(await ledger.Head());
            var playing = Task.Run(async () =>
            {
                for (var batch = 0; batch < 20; batch++)
                {
                    await story.Play(operations: 15);
                }
            });
            await Task.Delay(TimeSpan.FromMilliseconds(300));
            await servers.KillPrimary();
            await playing;
            await servers.Promote();
            await indexer.WaitFor(await ledger.Head());
        }

        var straight = await Engines.NewDatabase();
        await RunningIndexer.CatchUp(ledger, straight);
        Assert.That(await LedgerTables.Rows(servers.Replica), Is.EqualTo(await LedgerTables.Rows(straight)));
    }

    [Test]
    public async Task Reports_OfAReplica_SayHowFarItIsBehind()
    {
        await using var servers = await ReplicatedPostgres.Start();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(ledger, seed: 32);
        await story.Open(enterprises: 5, banks: 1);
        await RunningIndexer.CatchUp(ledger, servers.Primary);
        await using var primary = await ReportServer.Start(servers.Primary);
        await using var replica = await ReportServer.Start(servers.Primary, servers.Replica);
        var before = await Summary(primary);
        Assert.That(before.GetProperty("replicaLagMilliseconds").ValueKind, Is.EqualTo(JsonValueKind.Null), "the database itself answered");
        await Eventually(async () => Block(await Summary(replica)) == Block(before) && Lag(await Summary(replica)) == 0);

        await LedgerTables.Execute(servers.Replica, "select pg_wal_replay_pause()");
        var head = await story.Play(operations: 10);
        await RunningIndexer.CatchUp(ledger, servers.Primary);
        await Eventually(async () => Lag(await Summary(replica)) > 0);
        Assert.That(Block(await Summary(replica)), Is.LessThan(head), "what has not arrived is not shown");
        Assert.That(Block(await Summary(primary)), Is.GreaterThanOrEqualTo(head));

        await LedgerTables.Execute(servers.Replica, "select pg_wal_replay_resume()");
        await Eventually(async () => Block(await Summary(replica)) >= head && Lag(await Summary(replica)) == 0);
        foreach (var report in new[] { "lending?by=month", "events" })
        {
            var answer = JsonDocument.Parse(await replica.Http.GetStringAsync($"/api/v1/reports/{report}")).RootElement;
            Assert.That(answer.GetProperty("replicaLagMilliseconds").ValueKind, Is.EqualTo(JsonValueKind.Number), report);
        }
    }

    [Test]
    public async Task Reports_OfAReplicaWithoutItsPrimary_AreSaidToAge()
    {
        await using var servers = await ReplicatedPostgres.Start();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        await new Story(ledger, seed: 33).Open(enterprises: 3, banks: 1);
        await RunningIndexer.CatchUp(ledger, servers.Primary);
        await using var replica = await ReportServer.Start(servers.Primary, servers.Replica);
        await Eventually(async () => Lag(await Summary(replica)) == 0);
        await servers.KillPrimary();
        await Eventually(async () => Lag(await Summary(replica)) > 0);
        var first = Lag(await Summary(replica));
        await Task.Delay(20);
        Assert.That(Lag(await Summary(replica)), Is.GreaterThan(first), "nobody knows what is missing, so the age of the last change is said");
    }

    private static async Task<JsonElement> Summary(ReportServer server) =>
        JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/reports/summary")).RootElement;

    private static long Block(JsonElement summary) => summary.GetProperty("block").GetInt64();

    private static long Lag(JsonElement summary) => summary.GetProperty("replicaLagMilliseconds").GetInt64();

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        for (var until = DateTime.UtcNow.AddSeconds(30); !await holds();)
        {
            Assert.That(DateTime.UtcNow, Is.LessThan(until), "in time");
            await Task.Delay(50);
        }
    }
}
