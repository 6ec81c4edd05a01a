using System.Globalization;
using FinanceChain.LedgerIndexer.Tests.Support;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>What the functions of the schema report answer.</summary>
internal sealed class ReportFunctionTests
{
    private readonly Dictionary<long, string> _answers = [];
    private string _database = null!;
    private TestLedger _ledger = null!;

    [OneTimeSetUp]
    public async Task PlayAndAsk()
    {
        _database = await Engines.NewDatabase();
        _ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(_ledger, seed: 11);
        await story.Open(enterprises: 9, banks: 2);
        await using var indexer = await RunningIndexer.Start(_ledger, _database);
        for (var batch = 0; batch < 12; batch++)
        {
            if (batch == 6)
            {
                // So that the story has more than one month whatever day it is.
                await _ledger.Chain.IncreaseTime(TimeSpan.FromDays(31), CancellationToken.None);
            }

            // Another block may be indexed before we ask: the answer says which one it is of.
            await indexer.WaitFor(await story.Play(operations: 25));
            var (block, summary) = await LatestSummary();
            _answers[block] = await AnswersAsOf(block, summary);
        }
    }

    [OneTimeTearDown]
    public void Close() => _ledger?.Dispose();

    [Test]
    public async Task Reports_AsOfABlock_EqualTheAnswersWhenItWasTheHead()
    {
        Assert.That(_answers, Has.Count.EqualTo(12));
        foreach (var (block, answer) in _answers)
        {
            var summary = await LedgerTables.Scalar<string>(_database, $"select s::text from report.summary(1::smallint, {block}) s");
            Assert.That(await AnswersAsOf(block, summary), Is.EqualTo(answer), $"block {block}");
        }
    }

    [TestCase("month")]
    [TestCase("region")]
    [TestCase("bank")]
    public async Task Lending_ByAnything_SumsToTheSummary(string by)
    {
        var sums = await LedgerTables.Scalar<string>(
            _database,
            $"""
            select concat_ws(' ', sum(lent_fen), sum(repaid_fen), sum(written_off_fen), sum(overdue_fen), sum(recovered_fen), sum(interest_fen), sum(fee_fen), sum(loans))
              from report.lending_by_{by}(1::smallint, 1000000000)
            """);
        Assert.That(sums, Is.EqualTo(await LedgerTables.Scalar<string>(
            _database,
            """
            select concat_ws(' ', lent_fen, repaid_fen, written_off_fen, overdue_fen, recovered_fen, interest_fen, fee_fen,
                             (select count(distinct loan_id) from ledger.disbursement))
              from report.summary(1::smallint)
            """)));
    }

    [TestCase("summary(1::smallint)")]
    [TestCase("summary(1::smallint, null, 330000)")]
    [TestCase("lending_by_region(1::smallint, 1000000000)")]
    [TestCase("lending_by_bank(1::smallint, 1000000000)")]
    public async Task Outstanding_IsLentLessRepaidLessWrittenOff(string report)
    {
        Assert.That(
            await LedgerTables.Scalar<bool>(_database, $"select bool_and(outstanding_fen = lent_fen - repaid_fen - written_off_fen) from report.{report}"));
        Assert.That(await LedgerTables.Scalar<bool>(_database, $"select sum(written_off_fen) > 0 from report.{report}"), "something was written off");
    }

    [Test]
    public async Task Lending_ByMonth_EndsWithWhatIsOutstanding()
    {
        var months = await LedgerTables.Column<long>(_database, "select outstanding_fen from report.lending_by_month(1::smallint, 1000000000) order by position");
        Assert.That(months, Has.Count.GreaterThan(1));
        Assert.That(months[^1], Is.EqualTo(await LedgerTables.Scalar<long>(_database, "select outstanding_fen from report.summary(1::smallint)")));
    }

    [Test]
    public async Task Regions_OfAPrefectureOrProvince_ContainTheirCounties()
    {
        // The story's enterprises are in 330784 and 330723 (Jinhua) and 331122 (Lishui), three each; the banks in 330702 (Jinhua).
        Assert.That(
            await LedgerTables.Column<string>(
                _database,
                "select concat_ws(' ', r.code, s.enterprises, s.banks) from unnest(array[330784, 330700, 331100, 330000, 110000]) r (code), report.summary(1::smallint, null, r.code) s"),
            Is.EqualTo(new[] { "330784 3 0", "330700 6 2", "331100 3 0", "330000 9 2", "110000 0 0" }));
        Assert.That(
            await LedgerTables.Scalar<bool>(
                _database,
                "select (select sum(lent_fen) from unnest(array[330700, 331100]) r (code), report.summary(1::smallint, null, r.code)) = (select lent_fen from report.summary(1::smallint, null, 330000))"));
        Assert.That(await LedgerTables.Column<bool?>(_database, "select ledger_totals_match from report.summary(1::smallint, null, 330000)"), Is.EqualTo(new bool?[] { null }));
    }

    [Test]
    public async Task Months_AreThoseOfChina() => Assert.That(
        await LedgerTables.Column<string>(
            _database,
            "select report.business_month(t) from unnest(array[timestamptz '2025-06-30 15:59:59Z', timestamptz '2025-06-30 16:00:00Z']) t"),
        Is.EqualTo(new[] { "2025-06", "2025-07" }));

    private async Task<(long Block, string Summary)> LatestSummary()
    {
        var parts = (await LedgerTables.Scalar<string>(_database, "select s.block_number || ' ' || s::text from report.summary(1::smallint) s")).Split(' ', 2);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    // block_time and the match are of the block; the rest is compared as a whole.
    private async Task<string> AnswersAsOf(long block, string summary)
    {
        var parts = new List<string> { summary };
        foreach (var by in new[] { "month", "region", "bank" })
        {
            parts.AddRange(await LedgerTables.Column<string>(_database, $"select l::text from report.lending_by_{by}(1::smallint, {block}) l"));
        }

        return string.Join('\n', parts);
    }
}
