using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Tests.Support;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>GET /api/v1/reports/... over a ledger that was played and indexed.</summary>
internal sealed class ReportApiTests
{
    private string _database = null!;
    private TestLedger _ledger = null!;
    private ReportServer _server = null!;
    private long _head;
    private long _middle;

    [OneTimeSetUp]
    public async Task PlayAndServe()
    {
        _database = await Engines.NewDatabase();
        _ledger = await TestLedger.Deploy(Engines.Chain);
        var story = new Story(_ledger, seed: 12);
        await story.Open(enterprises: 9, banks: 3);
        for (var batch = 0; batch < 8; batch++)
        {
            if (batch == 4)
            {
                _middle = _head;
                await _ledger.Chain.IncreaseTime(TimeSpan.FromDays(31), CancellationToken.None);
            }

            _head = await story.Play(operations: 30);
        }

        await RunningIndexer.CatchUp(_ledger, _database);
        _server = await ReportServer.Start(_database);
        _head = await LedgerTables.Scalar<long>(_database, "select block_number from ledger.checkpoint");
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        _ledger?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Test]
    public async Task Summary_OfTheLatestBlock_IsWhatTheContractSays()
    {
        var totals = await _ledger.Contract.Totals(BlockTag.Latest, CancellationToken.None);
        var summary = await Get("summary");
        Assert.Multiple(() =>
        {
            Assert.That(summary.GetProperty("ledgerId").GetInt32(), Is.EqualTo(1));
            Assert.That(summary.GetProperty("enterprises").GetInt64(), Is.EqualTo((long)totals.Enterprises));
            Assert.That(summary.GetProperty("banks").GetInt64(), Is.EqualTo((long)totals.Banks));
            Assert.That(summary.GetProperty("receivables").GetInt64(), Is.EqualTo((long)totals.Receivables));
            Assert.That(summary.GetProperty("loans").GetInt64(), Is.EqualTo((long)totals.Loans));
            Assert.That(summary.GetProperty("cumulativeLendingFen").GetString(), Is.EqualTo($"{totals.LentFen}"));
            Assert.That(summary.GetProperty("repaidFen").GetString(), Is.EqualTo($"{totals.RepaidFen}"));
            Assert.That(summary.GetProperty("outstandingFen").GetString(), Is.EqualTo($"{totals.LentFen - totals.RepaidFen - totals.WrittenOffFen}"));
            Assert.That(summary.GetProperty("issuedFen").GetString(), Is.EqualTo($"{totals.IssuedFen}"));
            Assert.That(summary.GetProperty("redeemedFen").GetString(), Is.EqualTo($"{totals.RedeemedFen}"));
            Assert.That(summary.GetProperty("cancelledFen").GetString(), Is.EqualTo($"{totals.CancelledFen}"));
            Assert.That(summary.GetProperty("writtenOffFen").GetString(), Is.EqualTo($"{totals.WrittenOffFen}"));
            Assert.That(summary.GetProperty("overdueFen").GetString(), Is.EqualTo($"{totals.OverdueFen}"));
            Assert.That(summary.GetProperty("recoveredFen").GetString(), Is.EqualTo($"{totals.RecoveredFen}"));
            Assert.That(summary.GetProperty("interestFen").GetString(), Is.EqualTo($"{totals.InterestFen}"));
            Assert.That(summary.GetProperty("feeFen").GetString(), Is.EqualTo($"{totals.FeeFen}"));
            Assert.That(summary.GetProperty("block").GetInt64(), Is.EqualTo(_head));
            Assert.That(summary.GetProperty("blockTime").GetString(), Does.EndWith("Z"));
            Assert.That(summary.GetProperty("ledgerTotalsMatch").GetBoolean());
            Assert.That(summary.GetProperty("region").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(summary.GetProperty("asOfBlock").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    [Test]
    public async Task Summary_AsOfABlock_IsWhatTheContractSaidThen()
    {
        var totals = await _ledger.Contract.Totals(BlockTag.At((ulong)_middle), CancellationToken.None);
        var summary = await Get($"summary?asOfBlock={_middle}");
        Assert.That(summary.GetProperty("cumulativeLendingFen").GetString(), Is.EqualTo($"{totals.LentFen}"));
        Assert.That(summary.GetProperty("interestFen").GetString(), Is.EqualTo($"{totals.InterestFen}"));
        Assert.That(summary.GetProperty("writtenOffFen").GetString(), Is.EqualTo($"{totals.WrittenOffFen}"));
        Assert.That(summary.GetProperty("block").GetInt64(), Is.EqualTo(_middle));
        Assert.That(summary.GetProperty("asOfBlock").GetInt64(), Is.EqualTo(_middle));
    }

    /// <summary>The story was left alone for a month after its middle, so that the middle is the end of a day.</summary>
    [Test]
    public async Task Summary_AsOfADate_StandsAtTheEndOfThatDay()
    {
        var day = await Day(_middle);
        var summary = await Get($"summary?asOfDate={day:yyyy-MM-dd}");
        var totals = await _ledger.Contract.Totals(BlockTag.At((ulong)_middle), CancellationToken.None);
        Assert.That(summary.GetProperty("asOfBlock").GetInt64(), Is.EqualTo(_middle));
        Assert.That(summary.GetProperty("asOfDate").GetString(), Is.EqualTo($"{day:yyyy-MM-dd}"));
        Assert.That(summary.GetProperty("cumulativeLendingFen").GetString(), Is.EqualTo($"{totals.LentFen}"));

        // Nothing happened in the month after it.
        var later = await Get($"summary?asOfDate={day.AddDays(9):yyyy-MM-dd}");
        Assert.That(later.GetProperty("block").GetInt64(), Is.EqualTo(_middle));
    }

    [Test]
    public async Task Summary_AsOfADateBeforeTheLedger_IsEmpty()
    {
        var summary = await Get("summary?asOfDate=2019-12-31");
        Assert.That(summary.GetProperty("cumulativeLendingFen").GetString(), Is.EqualTo("0"));
        Assert.That(summary.GetProperty("enterprises").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task Summary_AsOfTheLastDay_StandsAtTheLastBlock() =>
        Assert.That((await Get($"summary?asOfDate={await Day(_head):yyyy-MM-dd}")).GetProperty("block").GetInt64(), Is.EqualTo(_head));

    [Test]
    public async Task Holdings_InPages_AddUpToWhatIsOwed()
    {
        foreach (var (asOf, block) in new[] { ("", _head), ($"&asOfDate={await Day(_middle):yyyy-MM-dd}", _middle) })
        {
            var rows = await Pages("holdings?limit=2" + asOf);
            var totals = await _ledger.Contract.Totals(BlockTag.At((ulong)block), CancellationToken.None);
            var owed = $"{totals.IssuedFen - totals.RedeemedFen - totals.CancelledFen}";
            Assert.That($"{Sum(rows, "heldFen")}", Is.EqualTo(owed));
            Assert.That($"{Sum(rows, "owedFen")}", Is.EqualTo(owed));
            Assert.That(rows.Select(row => row.GetProperty("party").GetInt32()), Is.Ordered.And.Unique);
            Assert.That(rows.Select(row => row.GetProperty("kind").GetString()), Is.All.EqualTo("enterprise"));
        }
    }

    [TestCase("bank")]
    [TestCase("obligor")]
    [TestCase("borrower")]
    public async Task Exposures_InPages_AddUpToWhatIsOutstanding(string by)
    {
        foreach (var (asOf, block) in new[] { ("", _head), ($"&asOfDate={await Day(_middle):yyyy-MM-dd}", _middle) })
        {
            var rows = await Pages($"exposures?by={by}&limit=2{asOf}");
            var totals = await _ledger.Contract.Totals(BlockTag.At((ulong)block), CancellationToken.None);
            Assert.That($"{Sum(rows, "outstandingFen")}", Is.EqualTo($"{totals.LentFen - totals.RepaidFen - totals.WrittenOffFen}"));
        }
    }

    [Test]
    public async Task Exposures_OfABank_AreWhatTheContractSaysOfIt()
    {
        var bank = (await Pages("exposures?by=bank"))[0].GetProperty("bank").GetInt32();
        var rows = await Pages($"exposures?by=obligor&bank={bank}&limit=1");
        var totals = await _ledger.Contract.BankTotals(new PartyId((uint)bank), BlockTag.Latest, CancellationToken.None);
        Assert.That(rows.Select(row => row.GetProperty("bank").GetInt32()), Is.All.EqualTo(bank));
        Assert.That($"{Sum(rows, "outstandingFen")}", Is.EqualTo($"{totals.LentFen - totals.RepaidFen - totals.WrittenOffFen}"));
    }

    [Test]
    public async Task Summary_OfARegion_NamesItAndComparesNothing()
    {
        var summary = await Get("summary?region=330784");
        Assert.That(summary.GetProperty("region").GetString(), Is.EqualTo("330784"));
        Assert.That(summary.GetProperty("enterprises").GetInt64(), Is.EqualTo(3));
        Assert.That(summary.GetProperty("ledgerTotalsMatch").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Summary_OverTamperedRows_DoesNotClaimAMatch()
    {
        const string Repaid = "update ledger.loan set interest_fen = interest_fen {0} 1 where loan_id = 1";
        await LedgerTables.Execute(_database, Repaid.Replace("{0}", "+", StringComparison.Ordinal));
        var summary = await Get("summary");
        await LedgerTables.Execute(_database, Repaid.Replace("{0}", "-", StringComparison.Ordinal));
        Assert.That(summary.GetProperty("ledgerTotalsMatch").GetBoolean(), Is.False);
    }

    [TestCase("day")]
    [TestCase("month")]
    [TestCase("region")]
    [TestCase("bank")]
    [TestCase("industry")]
    [TestCase("size")]
    public async Task Lending_InPages_IsTheWholeList(string by)
    {
        var whole = await Get($"lending?by={by}");
        var rows = whole.GetProperty("rows").EnumerateArray().Select(row => row.GetRawText()).ToList();
        Assert.That(rows, Is.Not.Empty);
        Assert.That(whole.GetProperty("by").GetString(), Is.EqualTo(by));
        Assert.That(whole.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var sum = whole.GetProperty("rows").EnumerateArray().Sum(row => decimal.Parse(row.GetProperty("lentFen").GetString()!, null));
        Assert.That(whole.GetProperty("totalFen").GetString(), Is.EqualTo($"{sum}"));

        var paged = new List<string>();
        for (string? cursor = "0"; cursor is not null;)
        {
            var page = await Get($"lending?by={by}&limit=1&cursor={cursor}");
            paged.AddRange(page.GetProperty("rows").EnumerateArray().Select(row => row.GetRawText()));
            Assert.That(page.GetProperty("totalFen").GetString(), Is.EqualTo($"{sum}"), "the total is of all pages");
            cursor = page.GetProperty("next").GetString();
        }

        Assert.That(paged, Is.EqualTo(rows));
    }

    [Test]
    public async Task Lending_ByBank_IsWhatTheContractSaysOfEachBank()
    {
        foreach (var row in (await Get("lending?by=bank")).GetProperty("rows").EnumerateArray())
        {
            var bank = new PartyId(uint.Parse(row.GetProperty("key").GetString()!, CultureInfo.InvariantCulture));
            var totals = await _ledger.Contract.BankTotals(bank, BlockTag.Latest, CancellationToken.None);
            Assert.That(row.GetProperty("lentFen").GetString(), Is.EqualTo($"{totals.LentFen}"));
            Assert.That(row.GetProperty("repaidFen").GetString(), Is.EqualTo($"{totals.RepaidFen}"));
            Assert.That(row.GetProperty("writtenOffFen").GetString(), Is.EqualTo($"{totals.WrittenOffFen}"));
            Assert.That(row.GetProperty("overdueFen").GetString(), Is.EqualTo($"{totals.OverdueFen}"));
            Assert.That(row.GetProperty("outstandingFen").GetString(), Is.EqualTo($"{totals.LentFen - totals.RepaidFen - totals.WrittenOffFen}"));
        }
    }

    [Test]
    public async Task Lending_ByBank_TakesNamesFromTheGatewayWhereItHasThem()
    {
        Assert.That((await Get("lending?by=bank")).GetProperty("rows")[0].GetProperty("name").ValueKind, Is.EqualTo(JsonValueKind.Null));
        await LedgerTables.Execute(
            _database,
            """
            insert into gateway.client (client_id, name, scopes, secret_hash) values ('c', 'c', '{}', sha256('c'));
            with o as (
                insert into gateway.operation (operation_id, client_id, idempotency_key, kind, calldata, operation_hash)
                values (gen_random_uuid(), 'c', 'k', 1, '', sha256('o')) returning operation_id)
            insert into gateway.party (operation_id, party_id, kind, name, uscc, region_code, industry, profile_salt, profile_hash)
            select o.operation_id, p.party_id, p.kind, '永康银行', '91350100M000100Y43', p.region_code, p.industry, sha256('s'), p.profile_hash
              from o, ledger.party p where p.party_id = 12;
            """);
        var rows = (await Get("lending?by=bank")).GetProperty("rows").EnumerateArray();
        Assert.That(rows.Single(row => row.GetProperty("key").GetString() == "12").GetProperty("name").GetString(), Is.EqualTo("永康银行"));
    }

    [Test]
    public async Task Lending_ByRegion_NamesTheRegions() => Assert.That(
        (await Get("lending?by=region")).GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()),
        Is.SubsetOf(new[] { "永康市", "武义县", "缙云县" }));

    [Test]
    public async Task Events_PageByPage_AreAllEventsNewestFirst()
    {
        var seen = new List<(long Block, int LogIndex)>();
        var next = "";
        do
        {
            var page = await Get($"events?limit=50{next}");
            seen.AddRange(page.GetProperty("events").EnumerateArray().Select(item => (item.GetProperty("block").GetInt64(), item.GetProperty("logIndex").GetInt32())));
            next = page.GetProperty("next").GetString() is { } cursor ? $"&before={cursor}" : "";
        }
        while (next.Length > 0);

        Assert.That(seen, Is.Ordered.Descending.And.Unique);
        Assert.That(seen, Has.Count.EqualTo(await LedgerTables.Scalar<long>(_database, "select count(*) from ledger.event")));
    }

    [Test]
    public async Task Events_AreDecoded()
    {
        var events = new List<JsonElement>();
        for (var next = ""; next is not null;)
        {
            var page = await Get($"events?limit=100{next}");
            events.AddRange(page.GetProperty("events").EnumerateArray());
            next = page.GetProperty("next").GetString() is { } cursor ? $"&before={cursor}" : null;
        }

        var disbursed = events.First(item => item.GetProperty("kind").GetString() == "loan_disbursed");
        Assert.That(disbursed.GetProperty("fields").GetProperty("amountFen").GetInt64(), Is.GreaterThan(0));
        Assert.That(disbursed.GetProperty("fields").TryGetProperty("eventKind", out _), Is.False);
        Assert.That(disbursed.GetProperty("transaction").GetString(), Does.Match("^0x[0-9a-f]{64}$"));
        var refused = events.First(item => item.GetProperty("kind").GetString() == "operation_refused");
        Assert.That(refused.GetProperty("fields").GetProperty("code").GetString(), Is.EqualTo("deadline_expired"));
    }

    [TestCase("summary?asOfBlock=-1", 400, "block_number_invalid", "asOfBlock")]
    [TestCase("summary?asOfBlock=1.5", 400, "block_number_invalid", "asOfBlock")]
    [TestCase("summary?asOfBlock=", 400, "block_number_invalid", "asOfBlock")]
    [TestCase("summary?asOfBlock=99999999999999999999", 400, "block_number_invalid", "asOfBlock")]
    [TestCase("summary?asOfBlock=999999999", 422, "block_not_indexed", "asOfBlock")]
    [TestCase("summary?asOfDate=2024-02-30", 400, "date_invalid", "asOfDate")]
    [TestCase("summary?asOfDate=30.6.2024", 400, "date_invalid", "asOfDate")]
    [TestCase("summary?asOfDate=2149-01-01", 422, "date_in_future", "asOfDate")]
    [TestCase("lending?by=day&asOfBlock=1&asOfDate=2024-01-01", 400, "moment_ambiguous", "asOfDate")]
    [TestCase("holdings?limit=x", 400, "limit_out_of_range", "limit")]
    [TestCase("holdings?asOfBlock=x", 400, "block_number_invalid", "asOfBlock")]
    [TestCase("exposures", 400, "side_unknown", "by")]
    [TestCase("exposures?by=1", 400, "side_unknown", "by")]
    [TestCase("exposures?by=bank&bank=0", 400, "bank_number_invalid", "bank")]
    [TestCase("exposures?by=bank&cursor=-1", 400, "cursor_invalid", "cursor")]
    [TestCase("summary?region=33078", 422, "region_invalid", "region")]
    [TestCase("summary?region=' or 1=1", 422, "region_invalid", "region")]
    [TestCase("summary?region=110101", 422, "region_unknown", "region")]
    [TestCase("lending", 400, "grouping_unknown", "by")]
    [TestCase("lending?by=colour", 400, "grouping_unknown", "by")]
    [TestCase("lending?by=Month", 400, "grouping_unknown", "by")]
    [TestCase("lending?by=1", 400, "grouping_unknown", "by")]
    [TestCase("lending?by=month&limit=0", 400, "limit_out_of_range", "limit")]
    [TestCase("lending?by=month&limit=1001", 400, "limit_out_of_range", "limit")]
    [TestCase("lending?by=month&cursor=x", 400, "cursor_invalid", "cursor")]
    [TestCase("lending?by=month&asOfBlock=999999999", 422, "block_not_indexed", "asOfBlock")]
    [TestCase("events?limit=101", 400, "limit_out_of_range", "limit")]
    [TestCase("events?before=1", 400, "cursor_invalid", "before")]
    [TestCase("events?before=1-2-3", 400, "cursor_invalid", "before")]
    public async Task BadParameter_IsRefusedWithCodeAndField(string path, int status, string code, string field)
    {
        using var answer = await _server.Http.GetAsync(new Uri($"/api/v1/reports/{path}", UriKind.Relative));
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo(code));
        Assert.That(problem.GetProperty("field").GetString(), Is.EqualTo(field));
    }

    [Test]
    public async Task Report_BeforeTheIndexer_SaysSo()
    {
        await using var server = await ReportServer.Start(await Engines.NewDatabase());
        using var answer = await server.Http.GetAsync(new Uri("/api/v1/reports/summary", UriKind.Relative));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString(), Is.EqualTo("ledger_not_indexed"));
    }

    private async Task<DateOnly> Day(long block) =>
        BusinessDate.At((await _ledger.Client.Block((ulong)block, CancellationToken.None))!.Timestamp);

    private async Task<IReadOnlyList<JsonElement>> Pages(string path)
    {
        var rows = new List<JsonElement>();
        for (var next = ""; next is not null;)
        {
            var page = await Get(path + next);
            rows.AddRange(page.GetProperty("rows").EnumerateArray());
            next = page.GetProperty("next").GetString() is { } cursor ? $"&cursor={cursor}" : null;
        }

        return rows;
    }

    private static decimal Sum(IEnumerable<JsonElement> rows, string name) =>
        rows.Sum(row => decimal.Parse(row.GetProperty(name).GetString()!, CultureInfo.InvariantCulture));

    private async Task<JsonElement> Get(string path)
    {
        using var answer = await _server.Http.GetAsync(new Uri($"/api/v1/reports/{path}", UriKind.Relative));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
