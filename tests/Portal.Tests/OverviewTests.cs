using FinanceChain.FinanceGateway.Portal;
using FinanceChain.LedgerContract;

namespace FinanceChain.Portal.Tests;

/// <summary>The first page of a ledger on which things have happened, as a browser shows it.</summary>
[TestFixture]
internal sealed class OverviewTests : PortalFixture
{
    private MarketStory _story = null!;

    [Test]
    [CancelAfter(60_000)]
    public async Task Headline_AfterAStory_ShowsTheFiguresOfThePublicReport()
    {
        await using var visitor = await Visit();
        await visitor.Open();
        var summary = await _story.Summary(Stop);

        var shown = new Dictionary<string, string>();
        foreach (var id in new[] { "enterprises", "lending", "outstanding", "repaid", "banks-online", "receivables", "loans", "block" })
        {
            shown[id] = await visitor.Text($"#{id}");
        }

        Assert.That(shown, Is.EqualTo(new Dictionary<string, string>
        {
            ["enterprises"] = PortalFormat.Count(summary.Enterprises),
            ["lending"] = summary.CumulativeLendingFen.ToYuanString(),
            ["outstanding"] = summary.OutstandingFen.ToYuanString(),
            ["repaid"] = summary.RepaidFen.ToYuanString(),
            ["banks-online"] = PortalFormat.Count(summary.Banks),
            ["receivables"] = PortalFormat.Count(summary.Receivables),
            ["loans"] = PortalFormat.Count(summary.Loans),
            ["block"] = PortalFormat.Count(summary.Block),
        }));
        Assert.That(summary.CumulativeLendingFen, Is.GreaterThan(FenSum.Zero), "the story lent something");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task TotalsCheck_AfterAStory_SaysThatTheyMatch()
    {
        await using var visitor = await Visit();
        await visitor.Open();

        Assert.That(await visitor.Page.Locator("#totals-check").GetAttributeAsync("data-match"), Is.EqualTo("match"));
        Assert.That(await visitor.Text(".check-words"), Is.EqualTo("与账本控制总数一致"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Chart_AfterThreeMonths_HasBarsTitlesAndATable()
    {
        await using var visitor = await Visit();
        await visitor.Open();

        Assert.That(await visitor.Count(".chart-month"), Is.EqualTo(3));
        Assert.That(await visitor.Page.Locator(".chart-month title").First.TextContentAsync(), Does.Match(@"^\d{4}年\d{1,2}月：放款 1,000,000.00 元（1 笔）"));
        Assert.That(await visitor.Page.Locator(".chart").GetAttributeAsync("aria-labelledby"), Is.EqualTo("chart-title chart-description"));
        await visitor.Page.Locator("#months-table summary").ClickAsync();
        Assert.That(await visitor.Page.Locator("#months-table tbody tr").Last.InnerTextAsync(), Does.Contain("1,000,000.00"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Tables_OfBankAndRegion_NameThemAndAddUp()
    {
        await using var visitor = await Visit();
        await visitor.Open();
        var lent = await visitor.Text("#lending");

        Assert.Multiple(async () =>
        {
            Assert.That(await visitor.Text("#banks tbody th"), Does.StartWith("永康五金"));
            Assert.That(await visitor.Text("#regions tbody th"), Does.Match("^永康市\\s*330784$"));
            Assert.That(await visitor.Text("#banks tfoot"), Does.Contain(lent));
            Assert.That(await visitor.Text("#regions tfoot"), Does.Contain(lent));
            Assert.That(await visitor.Page.Locator("#banks tbody td").Nth(1).EvaluateAsync<string>("cell => getComputedStyle(cell).textAlign"), Is.EqualTo("end"));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Event_OfARedemption_SaysWhoPaidWhomHowMuch()
    {
        await using var visitor = await Visit();
        await visitor.Open();
        var row = visitor.Page.Locator("#events tbody tr", new() { HasText = "到期兑付" }).First;
        var hash = await row.Locator("code").GetAttributeAsync("title");

        Assert.Multiple(async () =>
        {
            Assert.That(await row.Locator(".parties").InnerTextAsync(), Does.Match("永康五金 \\d+ →\\s+致\\s+永康五金 \\d+"));
            Assert.That(await row.Locator("td").Nth(1).InnerTextAsync(), Is.EqualTo("1,234,567.89"));
            Assert.That(await row.Locator("time").InnerTextAsync(), Does.Match(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"));
            Assert.That(await row.Locator("time").GetAttributeAsync("datetime"), Does.EndWith("+08:00"));
            Assert.That(hash, Does.Match("^0x[0-9a-f]{64}$"));
            Assert.That(await row.Locator("code").InnerTextAsync(), Does.StartWith(hash![..8]));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Language_ChineseUnlessChosen_IsRemembered()
    {
        await using var visitor = await Visit();
        await visitor.Open();
        Assert.That(await visitor.Page.Locator("html").GetAttributeAsync("lang"), Is.EqualTo("zh-CN"));
        Assert.That(await visitor.Text("h1"), Is.EqualTo("供应链金融账本总览"));

        await visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "English" }).ClickAsync();
        Assert.That(await visitor.Text("h1"), Is.EqualTo("Supply-chain finance ledger"));

        await visitor.Open("/");
        Assert.That(await visitor.Page.Locator("html").GetAttributeAsync("lang"), Is.EqualTo("en"));
        Assert.That(await visitor.Text("#regions tbody th"), Does.StartWith("Yongkang"));
        Assert.That(await visitor.Text("main"), Does.Not.Match(@"放款|还款|银行|地区"), "no text was left untranslated");

        await visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "中文" }).ClickAsync();
        await visitor.Open("/?lang=xx");
        Assert.That(await visitor.Page.Locator("html").GetAttributeAsync("lang"), Is.EqualTo("zh-CN"), "an unknown language changes nothing");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Page_LeftOpen_FollowsTheLedgerByItself()
    {
        await using var visitor = await Visit();
        await visitor.Open();
        await visitor.Page.Locator("#months-table summary").ClickAsync();
        await visitor.Page.EvaluateAsync("window.sameDocument = true");
        var before = await visitor.Text("#lending");

        await _story.Lend(1_000_000, 0, Stop);

        await Microsoft.Playwright.Assertions.Expect(visitor.Page.Locator("#lending")).Not.ToHaveTextAsync(before, new() { Timeout = 15_000 });
        Assert.That(await visitor.Page.EvaluateAsync<bool>("window.sameDocument === true"), "the page was not loaded anew");
        Assert.That(await visitor.Page.Locator("#months-table").GetAttributeAsync("open"), Is.Not.Null, "what was open stays open");
        Assert.That(await visitor.Count("#events tr.fresh"), Is.GreaterThan(0));
        Assert.That(visitor.Complaints, Is.Empty);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Page_Paused_StandsStillUntilResumed()
    {
        await using var visitor = await Visit();
        await visitor.Open();
        var button = visitor.Page.Locator("#refresh");
        await button.ClickAsync();
        var before = await visitor.Text("#lending");

        await _story.Lend(2_000_000, 0, Stop);
        await Task.Delay(TimeSpan.FromSeconds(7), Stop);
        Assert.That(await visitor.Text("#lending"), Is.EqualTo(before));
        Assert.That(await button.InnerTextAsync(), Is.EqualTo("恢复自动更新"));

        await button.ClickAsync();
        await Microsoft.Playwright.Assertions.Expect(visitor.Page.Locator("#lending")).Not.ToHaveTextAsync(before, new() { Timeout = 15_000 });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Page_WithoutScript_IsWhole()
    {
        await using var visitor = await Chromium.Visit(Gateway.Address, options => options.JavaScriptEnabled = false);
        await visitor.Open();

        Assert.That(await visitor.Text("#lending"), Does.Match(@"^[\d,]+\.\d\d$"));
        Assert.That(await visitor.Page.Locator("#refresh").IsVisibleAsync(), Is.False, "what needs a script is not offered");
        Assert.That(await visitor.Count("#events tbody tr"), Is.EqualTo(15));
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        await base.Settle(cancellationToken);
        _story = await MarketStory.Play(Town, Gateway, cancellationToken);
    }

    protected override Task Leave()
    {
        _story?.Dispose();
        return base.Leave();
    }
}
