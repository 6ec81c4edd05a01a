using FinanceChain.EmbeddedEngines;
using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Store;
using FinanceChain.LedgerIndexer.Tests.Support;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>A ledger is projected anew beside its rows, and nobody notices.</summary>
internal sealed class RebuildTests
{
    [Test]
    public async Task Rebuild_BesideARunningIndexer_ReplacesTheRowsAtOnceAndTheIndexerGoesOn()
    {
        var database = await Engines.NewDatabase();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(ledger, seed: 41);
        await story.Open(enterprises: 5, banks: 2);
        for (var batch = 0; batch < 10; batch++)
        {
            await story.Play(operations: 15);
        }

        await using var indexer = await RunningIndexer.Start(ledger, database);
        await indexer.WaitFor(await ledger.Head());
        // A column that no total shows.
        await LedgerTables.Execute(database, "update ledger.receivable set maturity_date = maturity_date + 1");
        using var watching = new CancellationTokenSource();
        var emptySightings = Watch(database, watching.Token);

        await using (var rebuild = await RunningIndexer.Start(ledger, database, ("Rebuild", "true"), ("EndAfterRebuild", "true")))
        {
            await rebuild.WaitForEnd();
        }

        await watching.CancelAsync();
        Assert.That(await emptySightings, Is.Zero, "readers saw the old rows or the new ones, never none");
        await indexer.WaitFor(await story.Play(operations: 20));
        var straight = await Engines.NewDatabase();
        await RunningIndexer.CatchUp(ledger, straight);
        Assert.That(await LedgerTables.Rows(database), Is.EqualTo(await LedgerTables.Rows(straight)));
        Assert.That(indexer.Progress.StopReason, Is.Null);
    }

    [Test]
    public async Task TakeOver_OfRowsThatAreNotLevelWithTheirWriter_ChangesNothing()
    {
        var database = await Engines.NewDatabase();
        using var ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(ledger, seed: 42);
        await story.Open(enterprises: 3, banks: 1);
        await using var indexer = await RunningIndexer.Start(ledger, database);
        await indexer.WaitFor(await ledger.Head());
        await using var source = NpgsqlDataSource.Create(database);
        var options = new LedgerIndexerOptions { LedgerAddress = ledger.Address.ToString() };
        await using var store = await LedgerStore.TryOpen(source, options, ledgerId: -1, CancellationToken.None);
        var standing = new LedgerIdentity(
            await ledger.Client.ChainId(CancellationToken.None), ledger.Address, ledger.DeployBlock, default, new BlockMark(ledger.DeployBlock - 1, default, DateTime.UnixEpoch));
        await store!.Adopt(standing, "beside", CancellationToken.None);
        var before = await LedgerTables.Dump(database);
        Assert.That(await store.TakeOver(1, CancellationToken.None), Is.False);
        Assert.That(await LedgerTables.Dump(database), Is.EqualTo(before));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Rebuild_BesideAnIndexerThatIsBehind_TakesOverWhenThatIsGoneWithoutANewBlock(CancellationToken cancellationToken)
    {
        var database = await Engines.NewDatabase();
        await using var chain = await EmbeddedChain.StartTemporary(new ChainOptions { Heartbeat = TimeSpan.FromHours(1) }, cancellationToken);
        using var ledger = await TestLedger.Deploy(chain);
        var story = new Story(ledger, seed: 43);
        await story.Open(enterprises: 3, banks: 1);
        await RunningIndexer.CatchUp(ledger, database);
        var behind = await Checkpoint(database, 1);
        await story.Play(operations: 10);
        var source = Sql.Source(database);
        var options = new LedgerIndexerOptions { LedgerAddress = ledger.Address.ToString() };
        await using var holder = await LedgerStore.TryOpen(source, options, ledgerId: 1, cancellationToken);

        await using var rebuild = await RunningIndexer.Start(ledger, database, ("Rebuild", "true"), ("EndAfterRebuild", "true"));
        var head = await ledger.Head();
        while (await Checkpoint(database, -1) < head)
        {
            await Task.Delay(20, cancellationToken);
        }

        await Task.Delay(500, cancellationToken);
        Assert.That(await Checkpoint(database, 1), Is.EqualTo(behind), "the other one holds the rows and is behind");
        await holder!.DisposeAsync();
        await source.DisposeAsync();
        await rebuild.WaitForEnd();
        Assert.That(await Checkpoint(database, 1), Is.EqualTo(head));
    }

    private static async Task<long> Checkpoint(string database, int ledgerId) => await LedgerTables.Scalar<long>(
        database, $"select coalesce((select block_number from ledger.checkpoint where ledger_id = {ledgerId}), -1)");

    private static async Task<int> Watch(string database, CancellationToken cancellationToken)
    {
        var empty = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            empty += await LedgerTables.Scalar<bool>(
                database, "select receivables > 0 and (select count(*) from ledger.receivable where ledger_id = 1) = receivables from report.summary(1::smallint)") ? 0 : 1;
        }

        return empty;
    }
}
