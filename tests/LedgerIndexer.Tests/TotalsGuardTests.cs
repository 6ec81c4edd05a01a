using FinanceChain.LedgerIndexer.Tests.Support;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>Rows that something else changed stop the indexer: at the next range while it runs, and before the first one when it starts.</summary>
internal sealed class TotalsGuardTests
{
    private const string AroundTriggers = "alter table ledger.loan disable trigger user;";

    // The whole adds up as before; only the banks do not.
    private const string LentByTheOther = "update ledger.loan set bank = 17 - bank; update ledger.disbursement set bank = 17 - bank;";

    private string _database = null!;
    private TestLedger _ledger = null!;
    private Story _story = null!;

    // One story for all of them. What a test adds to it, the next one's new database indexes too.
    [OneTimeSetUp]
    public async Task Play()
    {
        _ledger = await TestLedger.Deploy(Engines.Chain);
        _story = new Story(_ledger, seed: 7);
        await _story.Open(enterprises: 5, banks: 2);
        while (!_story.HasRecovered)
        {
            await _story.Play(operations: 40);
        }
    }

    [OneTimeTearDown]
    public void Close() => _ledger?.Dispose();

    [SetUp]
    public async Task GiveADatabase() => _database = await Engines.NewDatabase();

    [TestCase("update ledger.loan set interest_fen = interest_fen + 1 where loan_id = 1", "interest_fen")]
    [TestCase("update ledger.loan set fee_fen = fee_fen + 1 where loan_id = 1", "fee_fen")]
    [TestCase("update ledger.loan set principal_fen = principal_fen + 1, disbursed_fen = disbursed_fen + 1 where loan_id = (select min(loan_id) from ledger.loan where status = 2)", "lent_fen")]
    [TestCase("update ledger.loan set written_off_fen = written_off_fen - recovered_fen, recovered_fen = 0, status = 2, ended_at = null where recovered_fen > 0", "recovered_fen")]
    [TestCase("update ledger.loan set overdue_fen = overdue_fen - 1 where overdue_fen > 1", "overdue_fen")]
    [TestCase("delete from ledger.loan where loan_id = (select max(loan_id) from ledger.loan)", "loans")]
    [TestCase("delete from ledger.party where party_id = 7", "enterprises")]
    [TestCase("update ledger.receivable set amount_fen = amount_fen - 1 where receivable_id = (select max(receivable_id) from ledger.receivable where amount_fen > 1 and disputed_fen = 0)", "owed_fen")]
    [TestCase("update ledger.receivable set cancelled_fen = cancelled_fen - 1 where cancelled_fen > 0", "cancelled_fen")]
    [TestCase("update ledger.disbursement set amount_fen = amount_fen + 1", "disbursements_fen")]
    [TestCase("delete from ledger.repayment", "repayments_principal_fen")]
    [TestCase("update ledger.repayment set fee_fen = fee_fen + 1", "repayments_fee_fen")]
    [TestCase("update ledger.redemption set amount_fen = amount_fen + 1", "redemptions_fen")]
    [TestCase("delete from ledger.cancellation", "cancellations_fen")]
    [TestCase("delete from ledger.loan_default", "defaults_fen")]
    [TestCase("delete from ledger.write_off", "write_offs_fen")]
    [TestCase("delete from ledger.loan_recovery", "recoveries_fen")]
    [TestCase("update ledger.running_totals set banks = banks + 1", "banks")]
    public async Task Range_OverTamperedRows_IsNotCommittedAndStopsTheIndexer(string tampering, string figure)
    {
        await using var indexer = await RunningIndexer.Start(_ledger, _database);
        await indexer.WaitFor(await _ledger.Head());
        await LedgerTables.Execute(_database, tampering);
        var before = await LedgerTables.Rows(_database);

        // A registration, which touches none of the rows above.
        await _story.Register();
        var (exit, reason) = await indexer.WaitForStop();

        Assert.That(exit, Is.EqualTo(IndexerExit.ProjectionWrong));
        Assert.That(reason, Does.Contain(figure));
        Assert.That(await LedgerTables.Rows(_database), Is.EqualTo(before), "nothing of the range was committed");
    }

    [Test]
    public async Task Range_ThatMovesABankWithWrongTotals_IsNotCommittedAndStopsTheIndexer()
    {
        await using var indexer = await RunningIndexer.Start(_ledger, _database);
        await indexer.WaitFor(await _ledger.Head());
        await LedgerTables.Execute(_database, "update ledger.bank_totals set overdue_fen = overdue_fen + case bank when 8 then 1 else -1 end");
        var before = await LedgerTables.Rows(_database);

        // It touches no bank, and the whole agrees.
        await indexer.WaitFor(await _story.Register());
        Assert.That(await LedgerTables.Rows(_database), Is.Not.EqualTo(before));
        before = await LedgerTables.Rows(_database);
        await _story.Play(operations: 40);

        var (exit, reason) = await indexer.WaitForStop();
        Assert.That(exit, Is.EqualTo(IndexerExit.ProjectionWrong));
        Assert.That(reason, Does.Contain("overdue_fen of bank 8").And.Contain("overdue_fen of bank 9"));
        Assert.That(await LedgerTables.Rows(_database), Is.EqualTo(before), "nothing of the range was committed");
    }

    [TestCase("update ledger.loan set interest_fen = interest_fen + 1 where loan_id = 1", "interest_fen")]
    [TestCase(AroundTriggers + "update ledger.loan set interest_fen = interest_fen + 1 where loan_id = 1", "not the sums of its rows")]
    [TestCase(AroundTriggers + "delete from ledger.loan", "not the sums of its rows")]
    [TestCase("update ledger.bank_totals set lent_fen = lent_fen + 1", "not the sums of its rows")]
    [TestCase("update ledger.credit_line set used_fen = used_fen + 1", "not the sums of its rows")]
    [TestCase(LentByTheOther, "lent_fen of bank")]
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
        var straight = await LedgerTables.Rows(_database);
        await LedgerTables.Execute(_database, "update ledger.loan set interest_fen = 5; delete from ledger.party; delete from ledger.event; delete from ledger.bank_totals");

        await RunningIndexer.CatchUp(_ledger, _database, ("Rebuild", "true"));

        Assert.That(await LedgerTables.Rows(_database), Is.EqualTo(straight));
    }
}
