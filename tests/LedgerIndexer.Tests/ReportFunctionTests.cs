using System.Globalization;
using System.Text.RegularExpressions;
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

    [TestCase("day")]
    [TestCase("month")]
    [TestCase("region")]
    [TestCase("bank")]
    [TestCase("industry")]
    [TestCase("size")]
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
    public async Task Exposures_OfPartiesThatMoveAndOfThoseThatSleep_AreTheLastRowsBeforeTheBlock()
    {
        // Party 11 moves in every block, 12 in every third, and 13 slept for 880 blocks with 2,000 rows; the bank itself moves with them.
        await LedgerTables.Execute(
            _database,
            """
            insert into ledger.credit_line (ledger_id, bank, party_id, side) select 7, 2, unnest(array[11, 12, 13, 14]), 1;
            insert into ledger.exposure (ledger_id, bank, side, party_id, block_number, loans, outstanding_fen, undisbursed_fen, defaulted_fen)
            select 7, 2, m.side, m.party_id, b, 1, b * 100 + m.party_id, 0, 0
              from generate_series(1, 900) b
             cross join (values (0, 2, 1), (1, 11, 1), (1, 12, 3), (1, 13, 5)) m (side, party_id, pace)
             where b % m.pace = 0 and (m.party_id <> 13 or b <= 20)
            """);
        foreach (var block in new[] { 0, 1, 3, 19, 20, 21, 300, 450, 899, 900, 1_000_000_000 })
        {
            var asked = await LedgerTables.Column<string>(_database, $"select e::text from report.exposures(7::smallint, {block}, 1::smallint) e");
            Assert.That(
                asked,
                Is.EqualTo(await LedgerTables.Column<string>(
                    _database,
                    $"""
                    select row(bank, party_id, loans, outstanding_fen, undisbursed_fen, defaulted_fen, block_number)::text
                      from (select distinct on (party_id) * from ledger.exposure where ledger_id = 7 and side = 1 and block_number <= {block}
                             order by party_id, block_number desc) last
                     order by party_id
                    """)),
                $"as of block {block}");
            Assert.That(asked, Has.Count.EqualTo(block switch { 0 => 0, 1 => 1, 3 => 2, _ => 3 }), $"as of block {block}");
        }
    }

    [Test]
    public async Task Months_AreThoseOfChina() => Assert.That(
        await LedgerTables.Column<string>(
            _database,
            "select report.business_month(t) from unnest(array[timestamptz '2025-06-30 15:59:59Z', timestamptz '2025-06-30 16:00:00Z']) t"),
        Is.EqualTo(new[] { "2025-06", "2025-07" }));

    [Test]
    public async Task Lending_FromRunningSums_IsTheSumOfTheRows()
    {
        var blocks = await LedgerTables.Column<long>(_database, "select distinct block_number from ledger.event order by 1");
        Assert.That(await LedgerTables.Scalar<long>(_database, "select count(*) from ledger.mark"), Is.GreaterThan(10));
        Assert.That(
            await LedgerTables.Scalar<long>(_database, "select count(distinct block_number) from ledger.lending_sum"), Is.GreaterThan(10));
        var asked = $"select b, answer from unnest(array[{string.Join(',', blocks)}]) b cross join lateral ({LendingAsOf("b")}) a order by 1, 2";
        var summed = await LedgerTables.Column<string>(_database, $"select a.b || ' ' || answer from ({asked}) a");
        await LedgerTables.Execute(_database, "create table kept_marks as select * from ledger.mark; delete from ledger.mark");
        try
        {
            // Without a mark everything is added up from the rows.
            Assert.That(await LedgerTables.Column<string>(_database, $"select a.b || ' ' || answer from ({asked}) a"), Is.EqualTo(summed));
        }
        finally
        {
            await LedgerTables.Execute(_database, "insert into ledger.mark select * from kept_marks; drop table kept_marks");
        }

        Assert.That(summed, Has.Count.GreaterThan(blocks.Count));
    }

    [Test]
    public async Task Sums_OfADatabaseFromBeforeThem_AreFilledByTheMigration()
    {
        const string All = """
            select 'mark ' || m::text from ledger.mark m union all select 'key ' || k::text from ledger.lending_key k
            union all select 'lending ' || s::text from ledger.lending_sum s union all select 'receivables ' || s::text from ledger.receivable_sum s
            union all select 'events ' || events from ledger.checkpoint order by 1
            """;
        var indexed = await LedgerTables.Column<string>(_database, All);
        var fill = (await FillOfSums()).Replace("integer := 2048", $"integer := {RunningIndexer.EventsPerMark}", StringComparison.Ordinal);
        await LedgerTables.Execute(_database, "delete from ledger.mark; delete from ledger.lending_key; delete from ledger.lending_sum; delete from ledger.receivable_sum; update ledger.checkpoint set events = 0");
        Assert.That(await LedgerTables.Column<string>(_database, All), Has.Count.EqualTo(1));
        await LedgerTables.Execute(_database, await ProceduresOfSums() + fill + "drop procedure ledger.add_lending; drop procedure ledger.add_receivables");
        Assert.That(await LedgerTables.Column<string>(_database, All), Is.EqualTo(indexed));
        Assert.That(indexed, Has.Count.GreaterThan(100));
    }

    /// <summary>The statement of the migration that makes the sums of a ledger that was indexed before there were any.</summary>
    internal static async Task<string> FillOfSums() =>
        Regex.Match(await Migration("0007-sums.sql"), @"do \$fill\$.*?\$fill\$;", RegexOptions.Singleline).Value;

    // What the fill called in its time; a later migration drops them.
    private static async Task<string> ProceduresOfSums() => string.Concat(
        Regex.Matches(
            await Migration("0008-arrays-side-by-side.sql"), @"create or replace procedure ledger\.add_(lending|receivables)\(.*?end \$\$;",
            RegexOptions.Singleline).Select(procedure => procedure.Value));

    private static async Task<string> Migration(string file)
    {
        var assembly = typeof(LedgerIndexerOptions).Assembly;
        await using var script = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith(file, StringComparison.Ordinal)))!;
        using var reader = new StreamReader(script);
        return await reader.ReadToEndAsync();
    }

    // Every report of lending and the totals, whole and of a province, a prefecture and a county: rows of answer, a text.
    private static string LendingAsOf(string block) => string.Join(" union all ",
        from region in new[] { "null", "330000", "330700", "330784" }
        from report in new[] { "totals_as_of", "lending_by_day", "lending_by_month", "lending_by_region", "lending_by_bank", "lending_by_industry", "lending_by_size" }
        select $"select '{report} {region} ' || l::text as answer from report.{report}(1::smallint, {block}, {region}) l");

    private async Task<(long Block, string Summary)> LatestSummary()
    {
        var parts = (await LedgerTables.Scalar<string>(_database, "select s.block_number || ' ' || s::text from report.summary(1::smallint) s")).Split(' ', 2);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    // block_time and the match are of the block; the rest is compared as a whole.
    private async Task<string> AnswersAsOf(long block, string summary)
    {
        var parts = new List<string> { summary };
        parts.AddRange(await LedgerTables.Column<string>(_database, $"select answer from ({LendingAsOf($"{block}")}) a order by answer"));
        return string.Join('\n', parts);
    }
}
