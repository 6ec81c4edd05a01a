using FinanceChain.LedgerIndexer.Store;
using FinanceChain.LedgerIndexer.Tests.Histories;
using FinanceChain.LedgerIndexer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>Several nodes of one chain, of which some are away, late, or of another opinion.</summary>
internal sealed class FailoverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Recording _recording = null!;
    private NodeServer _server = null!;
    private string _database = null!;
    private NpgsqlDataSource _connections = null!;
    private ScriptedChain _chain = null!;
    private short _ledgers;

    [OneTimeSetUp]
    public async Task Record()
    {
        _recording = await Recording.Make(transactions: 12, seed: 61);
        _server = await NodeServer.Start();
        _database = await Engines.NewDatabase();
        await Migrations.Apply(_database, NullLogger.Instance, CancellationToken.None);
        _connections = Sql.Source(_database);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await _connections.DisposeAsync();
        await _server.DisposeAsync();
    }

    [SetUp]
    public void Grow()
    {
        _chain = new ScriptedChain(_recording, steps: 12, new Random(62));
        while (!_chain.IsTold)
        {
            _chain.Change();
        }

        _chain.Settle();
    }

    private long Final => _chain.Blocks[^1].Number - ScriptedChain.FinalityDepth;

    [Test]
    public async Task Node_ThatGoesAway_IsReplacedByTheNext()
    {
        var (first, second) = (Honest(_chain), Honest(_chain));
        await using var session = Start(first, second);
        await session.Reach(Final, Patience);
        _server.Remove(first);
        More();
        await session.Reach(Final, Patience);
        await RequireStraight();
    }

    [Test]
    public async Task Node_ThatStandsStill_IsSetAside()
    {
        var past = _chain.Blocks.Take(ScriptedChain.DeployBlock + 1 + ScriptedChain.FinalityDepth).ToList();
        var still = _server.Add(new ScriptedNode(_chain, Faults.None, new Random(0), () => past));
        await using var session = Start(still, Honest(_chain));
        await session.Reach(Final, Patience);
        await RequireStraight();
    }

    [Test]
    public async Task Node_WithOtherBlocks_IsSetAsideWhileAnotherAgrees()
    {
        var forked = Forked();
        var lies = false;
        var liar = _server.Add(new ScriptedNode(_chain, Faults.None, new Random(0), () => lies ? forked : _chain.Blocks));
        await using var session = Start(liar, Honest(_chain));
        await session.Reach(Final, Patience);
        lies = true;
        More();
        await session.Reach(Final, Patience);
        Assert.That(session.Running.IsCompleted, Is.False);
        await RequireStraight();
    }

    [Test]
    public async Task Node_WithOtherBlocks_ProvesNothingWhileTheOtherIsAway()
    {
        var forked = Forked();
        var lies = false;
        var liar = _server.Add(new ScriptedNode(_chain, Faults.None, new Random(0), () => lies ? forked : _chain.Blocks));
        var (node, honest) = (new ScriptedNode(_chain, Faults.None, new Random(0)), Honest(_chain));
        await using var session = Start(liar, honest);
        await session.Reach(Final, Patience);
        _server.Remove(honest);
        lies = true;
        More();
        await Task.Delay(500);
        Assert.That(session.Running.IsCompleted, Is.False, "the node that is away may agree with what is indexed");
        _server.Return(honest, node);
        await session.Reach(Final, Patience);
        await RequireStraight();
    }

    [Test]
    public async Task Chain_ThatEveryNodeSaysWasReplaced_StopsTheIndexer()
    {
        await using var session = Start(Honest(_chain), Honest(_chain));
        await session.Reach(Final, Patience);
        _chain.ReplacePastFinality();
        Assert.That(
            async () => await session.Running.WaitAsync(Patience),
            Throws.InstanceOf<IndexerStoppedException>().With.Property("Exit").EqualTo(IndexerExit.ReorganisedPastFinality));
    }

    // Every block is the same, as on a chain that was split off and took another id: only the id tells them apart.
    [Test]
    public async Task Node_OfAnotherChain_IsNeverRead()
    {
        var first = Honest(_chain);
        var foreign = _server.Add(new ScriptedNode(_chain, Faults.None, new Random(0), chainId: 61));
        await using var session = Start(first, foreign);
        await session.Reach(Final, Patience);
        var before = session.Progress.Block;
        _server.Remove(first);
        More();
        await Task.Delay(500);
        Assert.That(session.Progress.Block, Is.EqualTo(before), "it waits for the node that it knows");
        Assert.That(session.Running.IsCompleted, Is.False);
    }

    [Test]
    public async Task Heads_ToldOverASocket_AreIndexedBeforeTheNextLookAtAnInterval()
    {
        var database = await Engines.NewDatabase();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        await using var indexer = await RunningIndexer.Start(ledger, database, ("PollIntervalMilliseconds", "60000"));
        var story = new Story(ledger, seed: 65);
        await story.Open(enterprises: 2, banks: 1);

        // The first may be seen as the indexer starts, the second as it looks once more; the third comes when it waits.
        for (var block = 1; block <= 3; block++)
        {
            await indexer.WaitFor(await story.Register()).WaitAsync(TimeSpan.FromSeconds(30));
            await Task.Delay(100);
        }
    }

    /// <summary>Blocks of the same genesis and deployment that go their own way from there on.</summary>
    private List<ScriptedBlock> Forked()
    {
        var other = new ScriptedChain(_recording, steps: 12, new Random(63));
        while (other.Blocks[^1].Number < _chain.Blocks[^1].Number)
        {
            other.Change();
        }

        return [.. _chain.Blocks.Take(ScriptedChain.DeployBlock + 1), .. other.Blocks.Skip(ScriptedChain.DeployBlock + 1)];
    }

    private void More()
    {
        for (var i = 0; i < 10; i++)
        {
            _chain.Settle(more: 1);
        }
    }

    private Uri Honest(ScriptedChain chain) => _server.Add(new ScriptedNode(chain, Faults.None, new Random(0)));

    private Session Start(params Uri[] nodes) => new(nodes, ++_ledgers, _connections, _recording);

    private async Task RequireStraight()
    {
        var followed = _ledgers;
        await using (var replay = Start(Honest(_chain)))
        {
            await replay.Reach(Final, Patience);
        }

        Assert.That(await TableDigests.Difference(_database, followed, _ledgers), Is.Null.Or.EqualTo("checkpoint"));
    }
}
