using FinanceChain.LedgerIndexer.Tests.Support;
using FinanceChain.LedgerVerification;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>The second account of the chain finds whatever is not as the chain says, in every table.</summary>
internal sealed class VerificationTests
{
    private string _database = null!;
    private TestLedger _ledger = null!;
    private VerificationReport _untouched = null!;

    [OneTimeSetUp]
    public async Task Play()
    {
        _database = await Engines.NewDatabase();
        _ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(_ledger, seed: 31);
        await story.Open(enterprises: 6, banks: 2);
        while (!story.HasRecovered)
        {
            await story.Play(operations: 30);
        }

        await RunningIndexer.CatchUp(_ledger, _database);
        _untouched = await Verify();
    }

    [OneTimeTearDown]
    public void Close() => _ledger?.Dispose();

    [Test]
    public void Rows_OfTheIndexer_AreWhatTheChainSays()
    {
        Assert.That(_untouched.Difference, Is.Null);
        Assert.That(_untouched.ContractAgrees, Is.True);
        Assert.That(_untouched.Rows.Where(table => table.Value == 0).Select(table => table.Key), Is.Empty, "every table was compared on rows");
    }

    [TestCase("event", "data = '\\x00'")]
    [TestCase("transaction", "last_log_index = last_log_index + 1")]
    [TestCase("party", "region_code = 330785")]
    [TestCase("signer", "rights = 63")]
    [TestCase("signer_recovery", "ready_date = ready_date + 1")]
    [TestCase("parameters", "max_splits = 9")]
    [TestCase("lending_policy", "obligor_limit_fen = 1")]
    [TestCase("credit_line", "used_fen = used_fen + 1")]
    [TestCase("credit_model", "until_date = until_date + 1")]
    [TestCase("receivable", "maturity_date = maturity_date + 1")]
    [TestCase("invoice", "amount_fen = amount_fen + 1")]
    [TestCase("redemption", "holder = 1")]
    [TestCase("cancellation", "obligor = 1")]
    [TestCase("loan", "annual_rate_bps = 1")]
    [TestCase("disbursement", "borrower = 1")]
    [TestCase("repayment", "bank = 1")]
    [TestCase("loan_default", "borrower = 1")]
    [TestCase("write_off", "borrower = 1")]
    [TestCase("loan_recovery", "source = 4 - source, borrower = 1")]
    [TestCase("running_totals", "lent_fen = lent_fen + 1")]
    [TestCase("bank_totals", "repaid_fen = repaid_fen + 1")]
    [TestCase("holding", "owed_fen = owed_fen + 1")]
    [TestCase("exposure", "undisbursed_fen = undisbursed_fen + 1")]
    [TestCase("day", "last_block = last_block + 1")]
    [TestCase("lending_day", "lent_fen = lent_fen + 1")]
    [TestCase("receivable_day", "issued_fen = issued_fen + 1")]
    [TestCase("mark", "events = events + 1")]
    [TestCase("lending_key", "key = key || 'x'")]
    [TestCase("lending_sum", "lent_fen = lent_fen + 1")]
    [TestCase("receivable_sum", "redeemed_fen = redeemed_fen + 1")]
    public async Task ChangedRow_IsFound(string table, string change)
    {
        // One row, around the triggers; everything is put back afterwards.
        await LedgerTables.Execute(_database, $"create table kept as select * from ledger.{table}; alter table ledger.{table} disable trigger user; update ledger.{table} set {change} where ctid = (select ctid from ledger.{table} limit 1)");
        try
        {
            var report = await Verify();
            Assert.That(report.Difference, Does.StartWith($"ledger.{table} "));
            Assert.That(report.Digest, Is.EqualTo(_untouched.Digest), "the digest is the chain's, whatever is stored");
        }
        finally
        {
            await LedgerTables.Execute(_database, $"delete from ledger.{table}; insert into ledger.{table} select * from kept; alter table ledger.{table} enable trigger user; drop table kept");
        }
    }

    [Test]
    public async Task MissingRow_IsFound()
    {
        await LedgerTables.Execute(_database, "create table gone as select * from ledger.invoice limit 1; delete from ledger.invoice where fingerprint = (select fingerprint from gone)");
        var report = await Verify();
        await LedgerTables.Execute(_database, "insert into ledger.invoice select * from gone; drop table gone");
        Assert.That(report.Difference, Does.Contain("ledger.invoice").And.Contain("stored"));
    }

    // Tests set marks closer together, so that nothing else would notice.
    [Test]
    public async Task EventsPerMark_OfIndexerVerifierAndMigration_AreTheSame()
    {
        var options = new LedgerIndexerOptions { LedgerAddress = _ledger.Address.ToString() };
        var task = new VerificationTask(_ledger.Chain.Endpoint, _ledger.Address, _ledger.DeployBlock, _database, LedgerId: 1);
        Assert.That(task.EventsPerMark, Is.EqualTo(options.EventsPerMark));
        Assert.That(await ReportFunctionTests.FillOfSums(), Does.Contain($"constant integer := {options.EventsPerMark};"));
    }

    private Task<VerificationReport> Verify() =>
        new LedgerVerifier(new VerificationTask(_ledger.Chain.Endpoint, _ledger.Address, _ledger.DeployBlock, _database, LedgerId: 1) { EventsPerMark = RunningIndexer.EventsPerMark })
            .Verify(CancellationToken.None);
}
