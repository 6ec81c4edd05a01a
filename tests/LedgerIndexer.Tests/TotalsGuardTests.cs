using FinanceChain.LedgerIndexer.Tests.Support;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>Rows that something else changed stop the indexer: at the next range while it runs, and before the first one when it starts.</summary>
internal sealed class TotalsGuardTests
{
    private const string AroundTriggers = "alter table ledger.loan disable trigger user;";

    private string _database = null!;
    private TestLedger _ledger = null!;
    private Story _story = null!;

    [SetUp]
    public async Task Play()
    {
        _database = await Engines.NewDatabase();
        _ledger = await TestLedger.Deploy(Engines.Chain);
        _story = new Story(_ledger, seed: 7);
        await _story.Open(enterprises: 5, banks: 2);
        for (var batch = 0; batch < 4; batch++)
        {
            await _story.Play(operations: 40);
        }
    }

    [TearDown]
    public void Close() => _ledger?.Dispose();

    [TestCase("update ledger.loan set interest_fen = interest_fen + 1 where loan_id = 1", "interest_fen")]
    [TestCase("update ledger.loan set principal_fen = principal_fen + 1 where loan_id = (select min(loan_id) from ledger.loan where status = 2)", "lent_fen")]
    [TestCase("delete from ledger.loan where loan_id = (select max(loan_id) from ledger.loan)", "loans")]
    [TestCase("delete from ledger.party where party_id = 6", "enterprises")]
    [TestCase("update ledger.receivable set amount_fen = amount_fen - 1 where receivable_id = (select max(receivable_id) from ledger.receivable where amount_fen > 1)", "owed_fen")]
    [TestCase("update ledger.disbursement set amount_fen = amount_fen + 1", "disbursements_fen")]
    [TestCase("delete from ledger.repayment", "repayments_principal_fen")]
    [TestCase("update ledger.redemption set amount_fen = amount_fen + 1", "redemptions_fen")]
    [TestCase("update ledger.running_totals set banks = banks + 1", "banks")]
    public async Task Range_OverTamperedRows_IsNotCommittedAndStopsTheIndexer(string tampering, string figure)
    {
        await using var indexer = await RunningIndexer.Start(_ledger, _database);
        await indexer.WaitFor(await _ledger.Head());
        await LedgerTables.Execute(_database, tampering);
        var before = await LedgerTables.Dump(_database);

        // A registration, which touches none of the rows above.
        await _story.Register();
        var (exit, reason) = await indexer.WaitForStop();

        Assert.That(exit, Is.EqualTo(IndexerExit.ProjectionWrong));
        Assert.That(reason, Does.Contain(figure));
        Assert.That(await LedgerTables.Dump(_database), Is.EqualTo(before), "nothing of the range was committed");
    }

    [TestCase("update ledger.loan set interest_fen = interest_fen + 1 where loan_id = 1", "interest_fen")]
    [TestCase(AroundTriggers + "update ledger.loan set interest_fen = interest_fen + 1 where loan_id = 1", "not the sums of its rows")]
    [TestCase(AroundTriggers + "delete from ledger.loan", "not the sums of its rows")]
    public async Task Start_OverTamperedRows_IsRefused(string tampering, string sentence)
    {
        await RunningIndexer.CatchUp(_ledger, _database);
        await LedgerTables.Execute(_database, tampering);

        await using var indexer = await RunningIndexer.Start(_ledger, _database);
        var (exit, reason) = await indexer.WaitForStop();

        Assert.That(exit, Is.EqualTo(IndexerExit.ProjectionWrong));
        Assert.That(reason, Does.Contain(sentence));
    }

    [Test]
    public async Task Event_ThatDoesNotFitItsRow_StopsTheIndexer()
    {
        await using var indexer = await RunningIndexer.Start(_ledger, _database);
        await indexer.WaitFor(await _ledger.Head());
        // Sums stay the same, but the holders do not.
        await LedgerTables.Execute(_database, "update ledger.receivable set holder = 1");

        for (var batch = 0; batch < 3; batch++)
        {
            await _story.Play(operations: 30);
        }

        var (exit, reason) = await indexer.WaitForStop();
        Assert.That(exit, Is.EqualTo(IndexerExit.ProjectionWrong));
        Assert.That(reason, Does.Contain("does not fit the projected row"));
    }

    [Test]
    public async Task Rows_OfCountedTables_CannotBeTruncated()
    {
        await RunningIndexer.CatchUp(_ledger, _database);
        Assert.That(
            async () => await LedgerTables.Execute(_database, "truncate ledger.loan"),
            Throws.InstanceOf<Npgsql.PostgresException>().With.Message.Contains("running_totals"));
    }

    [Test]
    public async Task Rebuild_OverTamperedRows_GivesTheStraightReplay()
    {
        await RunningIndexer.CatchUp(_ledger, _database);
        var straight = await LedgerTables.Dump(_database);
        await LedgerTables.Execute(_database, "update ledger.loan set interest_fen = 5; delete from ledger.party; delete from ledger.event");

        await RunningIndexer.CatchUp(_ledger, _database, ("Rebuild", "true"));

        Assert.That(await LedgerTables.Dump(_database), Is.EqualTo(straight));
    }
}
