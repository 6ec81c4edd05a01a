using FinanceChain.EmbeddedEngines;
using FinanceChain.LedgerIndexer.Tests.Support;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>The chain replaces blocks, or forgets states.</summary>
internal sealed class ReorganisationTests
{
    [Test]
    public async Task Reorganisation_PastFinality_StopsTheIndexer()
    {
        var database = await Engines.NewDatabase();
        await using var chain = await EmbeddedChain.StartTemporary(CancellationToken.None);
        using var ledger = await TestLedger.Deploy(chain);
        var story = new Story(ledger, seed: 8);
        await story.Open(enterprises: 3, banks: 1);
        await story.Register();
        await chain.Mine(2, CancellationToken.None);
        await using var indexer = await RunningIndexer.Start(ledger, database);
        await indexer.WaitFor(await ledger.Head());
        var before = await LedgerTables.Dump(database);

        await Replace(ledger, blocks: 3);
        await chain.Mine(1, CancellationToken.None);

        var (exit, reason) = await indexer.WaitForStop();
        Assert.That(exit, Is.EqualTo(IndexerExit.ReorganisedPastFinality));
        Assert.That(reason, Does.Contain("indexed as final"));
        Assert.That(await LedgerTables.Dump(database), Is.EqualTo(before));
    }

    [Test]
    public async Task Reorganisation_BeforeFinality_GivesTheTablesOfTheNewChain()
    {
        var followed = await Engines.NewDatabase();
        await using var chain = await EmbeddedChain.StartTemporary(CancellationToken.None);
        using var ledger = await TestLedger.Deploy(chain);
        var story = new Story(ledger, seed: 9);
        await story.Open(enterprises: 3, banks: 1);
        await chain.Mine(4, CancellationToken.None);
        await using var indexer = await RunningIndexer.Start(ledger, followed, ("FinalityDepth", "4"));
        await indexer.WaitFor(await ledger.Head() - 4);

        for (var round = 0; round < 5; round++)
        {
            // A registration that the chain takes back while the indexer looks on.
            var registered = await story.Register();
            await chain.Mine(2, CancellationToken.None);
            var before = await ledger.Client.Block((ulong)registered, CancellationToken.None);
            await Task.Delay(60);
            await Replace(ledger, blocks: 3);
            var after = await ledger.Client.Block((ulong)registered, CancellationToken.None);
            Assert.That(after!.Hash, Is.Not.EqualTo(before!.Hash), "the block was replaced");
            await story.Play(operations: 5);
            await chain.Mine(4, CancellationToken.None);
            await indexer.WaitFor(await ledger.Head() - 4);
        }

        await chain.Mine(4, CancellationToken.None);
        var final = await ledger.Head() - 4;
        await indexer.WaitFor(final);
        var straight = await Engines.NewDatabase();
        await using var replay = await RunningIndexer.Start(ledger, straight, ("FinalityDepth", "4"));
        await replay.WaitFor(final);
        Assert.That(await LedgerTables.Dump(followed), Is.EqualTo(await LedgerTables.Dump(straight)));
    }

    [Test]
    public async Task Totals_OfBlocksWhoseStateIsGone_AreNotCalledMatched()
    {
        var database = await Engines.NewDatabase();
        await using var chain = await EmbeddedChain.StartTemporary(new ChainOptions { StatesKept = 3 }, CancellationToken.None);
        using var ledger = await TestLedger.Deploy(chain);
        var story = new Story(ledger, seed: 10);
        await story.Open(enterprises: 4, banks: 1);
        var old = await story.Play(operations: 10);
        for (var batch = 0; batch < 6; batch++)
        {
            await story.Play(operations: 10);
        }

        var head = await ledger.Head();
        await RunningIndexer.CatchUp(ledger, database, ("MaxBlocksPerRange", "1"));

        Assert.That(
            await LedgerTables.Column<bool?>(database, $"select ledger_totals_match from report.summary(1::smallint, {old})"),
            Is.EqualTo(new bool?[] { null }), "no comparison took place at this block");
        Assert.That(
            await LedgerTables.Column<bool?>(database, "select ledger_totals_match from report.summary(1::smallint)"), Is.EqualTo(new bool?[] { true }));
        Assert.That(await LedgerTables.Scalar<long>(database, "select min(block_number) from ledger.control_totals"), Is.GreaterThan(old).And.LessThanOrEqualTo(head));
    }

    [Test]
    public async Task Banks_WhoseTotalsWentByUnchecked_AreComparedAsSoonAsTheyCanBe()
    {
        var database = await Engines.NewDatabase();
        await using var chain = await EmbeddedChain.StartTemporary(new ChainOptions { StatesKept = 3 }, CancellationToken.None);
        using var ledger = await TestLedger.Deploy(chain);
        var story = new Story(ledger, seed: 13);
        await story.Open(enterprises: 4, banks: 2);
        await story.Play(operations: 40);
        await RunningIndexer.CatchUp(ledger, database);

        // Sound in themselves, but the loans of the one bank are those of the other. What follows touches no bank.
        await LedgerTables.Execute(database, "update ledger.loan set bank = 15 - bank; update ledger.disbursement set bank = 15 - bank;");
        for (var block = 0; block < 8; block++)
        {
            await story.Register();
        }

        await using var indexer = await RunningIndexer.Start(ledger, database, ("MaxBlocksPerRange", "1"));
        var (exit, reason) = await indexer.WaitForStop();

        Assert.That(exit, Is.EqualTo(IndexerExit.ProjectionWrong));
        Assert.That(reason, Does.Contain("lent_fen of bank 7").And.Contain("The range was not committed"));
    }

    // Transactions of the replaced blocks are gone: an empty block that is mined again has the same hash.
    private static async Task Replace(TestLedger ledger, int blocks) =>
        await ledger.Client.Send("anvil_reorg", [blocks, Array.Empty<object>()], CancellationToken.None);
}
