using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using FinanceChain.LedgerIndexer.Tests.Support;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>The running process: what it tells others, and how it ends.</summary>
internal sealed class FollowingTests
{
    [Test]
    public async Task Commit_OfRange_NotifiesWithLedgerAndBlock()
    {
        var database = await Engines.NewDatabase();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        await using var indexer = await RunningIndexer.Start(ledger, database);
        await indexer.WaitFor(await ledger.Head());
        await using var listener = new NpgsqlConnection(database);
        await listener.OpenAsync();
        var heard = new List<string>();
        listener.Notification += (_, notice) => heard.Add(notice.Payload);
        await using (var listen = new NpgsqlCommand("listen ledger_indexed", listener))
        {
            await listen.ExecuteNonQueryAsync();
        }

        var story = new Story(ledger, seed: 1);
        await story.Open(enterprises: 3, banks: 1);
        var block = await story.Play(operations: 10);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!heard.Contains($"1:{block}"))
        {
            await listener.WaitAsync(patience.Token);
        }

        Assert.That(
            await LedgerTables.Scalar<long>(database, "select block_number from ledger.checkpoint"), Is.GreaterThanOrEqualTo(block), "the notice came with the rows");
    }

    [Test]
    public async Task SecondIndexer_OfOneLedger_WaitsForTheFirst()
    {
        var database = await Engines.NewDatabase();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        var first = await RunningIndexer.Start(ledger, database);
        await first.WaitFor(await ledger.Head());
        await using var second = await RunningIndexer.Start(ledger, database);
        await Task.Delay(1500);
        Assert.That(second.Progress.Block, Is.EqualTo(-1), "the second does not write");
        await first.DisposeAsync();
        var story = new Story(ledger, seed: 2);
        await story.Open(enterprises: 3, banks: 1);
        await second.WaitFor(await ledger.Head());
        Assert.That(await LedgerTables.Scalar<bool>(database, "select ledger_totals_match from report.summary(1::smallint)"));
    }

    [Test]
    public async Task Statistics_OfTablesThatHaveGrown_AreMadeWithoutWaitingForTheServer()
    {
        var database = await Engines.NewDatabase();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(ledger, seed: 4);
        await story.Open(enterprises: 6, banks: 2);
        await using var indexer = await RunningIndexer.Start(ledger, database);
        do
        {
            await indexer.WaitFor(await story.Play(operations: 60));
        }
        while (await LedgerTables.Scalar<long>(database, "select events from ledger.checkpoint") < 1_024);

        // The server counts what was analysed a moment later. Its own rounds would show in another column.
        const string Analysed = "select count(*) from pg_stat_user_tables where schemaname = 'ledger' and relname in ('party', 'receivable', 'loan') and analyze_count > 0";
        Assert.That(async () => await LedgerTables.Scalar<long>(database, Analysed), Is.EqualTo(3).After(10).Seconds.PollEvery(100).MilliSeconds);
    }

    [Test]
    public async Task Checkpoint_ThatSomethingElseMoved_StopsTheIndexer()
    {
        var database = await Engines.NewDatabase();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(ledger, seed: 3);
        await story.Open(enterprises: 2, banks: 1);
        await using var indexer = await RunningIndexer.Start(ledger, database);
        await indexer.WaitFor(await ledger.Head());
        await LedgerTables.Execute(database, "update ledger.checkpoint set block_number = block_number - 1");
        await story.Register();
        var (exit, reason) = await indexer.WaitForStop();
        Assert.That(exit, Is.EqualTo(IndexerExit.ProjectionWrong));
        Assert.That(reason, Does.Contain("something else wrote it"));
    }

    [Test]
    public async Task Health_OfRunningIndexer_AnswersReadyAndPosition()
    {
        var database = await Engines.NewDatabase();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        var port = FreePort();
        await using var indexer = await RunningIndexer.Start(ledger, database, ("HealthPort", $"{port}"));
        await indexer.WaitFor(await ledger.Head());
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        for (var attempt = 0; !indexer.Progress.Ready && attempt < 100; attempt++)
        {
            await Task.Delay(20);
        }

        using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(body.GetProperty("ready").GetBoolean());
        Assert.That(body.GetProperty("block").GetInt64(), Is.EqualTo(indexer.Progress.Block));
        Assert.That(body.GetProperty("lag").GetInt64(), Is.EqualTo(body.GetProperty("head").GetInt64() - body.GetProperty("block").GetInt64()));
    }

    [Test]
    public async Task Node_ThatStaysAway_EndsTheProcess()
    {
        var database = await Engines.NewDatabase();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        await using var indexer = await RunningIndexer.Start(
            ledger, database, ("ChainUrl", $"http://127.0.0.1:{FreePort()}"), ("TransientRetries", "1"));
        Assert.That((await indexer.WaitForStop()).Exit, Is.EqualTo(IndexerExit.DependencyFailed));
    }

    [TestCase("LedgerAddress", "0x12")]
    [TestCase("LedgerAddress", "")]
    [TestCase("Postgres", "")]
    [TestCase("FinalityDepth", "-1")]
    [TestCase("LedgerId", "0")]
    [TestCase("MaxBlocksPerRange", "0")]
    public async Task Options_OutOfRange_AreRefusedAtTheStart(string name, string value)
    {
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        Assert.That(
            async () => await RunningIndexer.Start(ledger, "Host=127.0.0.1", (name, value)),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(name));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
