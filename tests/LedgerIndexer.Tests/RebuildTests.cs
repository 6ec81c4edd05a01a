using FinanceChain.LedgerIndexer.Tests.Support;

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
