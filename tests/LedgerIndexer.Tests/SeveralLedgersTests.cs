using FinanceChain.EmbeddedEngines;
using FinanceChain.LedgerIndexer.Tests.Support;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>Three cities, three chains, one report.</summary>
internal sealed class SeveralLedgersTests
{
    [Test]
    public async Task ThreeLedgers_OneOfThemAwayForAWhile_AreRightThroughout()
    {
        var database = await Engines.NewDatabase();
        var chains = new List<EmbeddedChain>();
        var ledgers = new List<TestLedger>();
        var stories = new List<Story>();
        var indexers = new List<RunningIndexer>();
        try
        {
            for (var city = 1; city <= 3; city++)
            {
                chains.Add(await EmbeddedChain.StartTemporary(new ChainOptions { ChainId = 7_000 + (ulong)city }, CancellationToken.None));
                ledgers.Add(await TestLedger.Deploy(chains[^1]));
                stories.Add(new Story(ledgers[^1], seed: 50 + city));
                await stories[^1].Open(enterprises: 2 + city, banks: 1);
                await stories[^1].Play(operations: 20);
                indexers.Add(await RunningIndexer.Start(
                    ledgers[^1], database, ("LedgerId", $"{city}"), ("Name", $"City {city}"), ("TransientRetries", "1000")));
                await indexers[^1].WaitFor(await ledgers[^1].Head());
            }

            await RequireTotals(database, ledgers, [0, 1, 2]);

            // The second city's indexer dies. The others go on, and the report says how far each is.
            await indexers[1].DisposeAsync();
            await stories[1].Play(operations: 20);
            var behind = await LedgerTables.Scalar<long>(database, "select block_number from report.ledgers where ledger_id = 2");
            await indexers[0].WaitFor(await stories[0].Play(operations: 20));
            await indexers[2].WaitFor(await stories[2].Play(operations: 20));
            await RequireTotals(database, ledgers, [0, 2]);
            Assert.That(behind, Is.LessThan(await ledgers[1].Head()));

            indexers[1] = await RunningIndexer.Start(ledgers[1], database, ("LedgerId", "2"), ("Name", "City 2"));
            await indexers[1].WaitFor(await ledgers[1].Head());
            await RequireTotals(database, ledgers, [0, 1, 2]);
        }
        finally
        {
            foreach (var indexer in indexers)
            {
                await indexer.DisposeAsync();
            }

            ledgers.ForEach(ledger => ledger.Dispose());
            foreach (var chain in chains)
            {
                await chain.DisposeAsync();
            }
        }
    }

    private static async Task RequireTotals(string database, List<TestLedger> ledgers, int[] level)
    {
        foreach (var city in level)
        {
            var said = await ledgers[city].Contract.Totals(Ethereum.BlockTag.Latest, CancellationToken.None);
            Assert.That(
                await LedgerTables.Scalar<long>(database, $"select lent_fen from report.summary({city + 1}::smallint)"), Is.EqualTo((long)said.LentFen.Value));
        }

        Assert.That(
            await LedgerTables.Scalar<decimal>(database, "select coalesce(sum(lent_fen), 0) from report.provinces()"),
            Is.EqualTo(await LedgerTables.Scalar<decimal>(database, "select sum(lent_fen) from ledger.running_totals")), "the provinces add up to the ledgers");
        Assert.That(await LedgerTables.Scalar<long>(database, "select max(ledgers) from report.provinces()"), Is.EqualTo(3));
    }
}
