using FinanceChain.FinanceGateway.Tests.Support;
using Npgsql;

namespace FinanceChain.Portal.Tests;

/// <summary>What the page says when there is nothing to show, or nothing to trust.</summary>
[TestFixture]
internal sealed class AbsenceTests : PortalFixture
{
    [Test]
    [CancelAfter(60_000)]
    public async Task Page_OfAnEmptyLedger_SaysSo()
    {
        await using var visitor = await Visit();
        var answer = await visitor.Open();

        Assert.Multiple(async () =>
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(await visitor.Text("#enterprises"), Is.EqualTo("0"));
            Assert.That(await visitor.Text("#lending"), Is.EqualTo("0.00"));
            Assert.That(await visitor.Text("#headline .notice"), Does.Contain("尚无企业或银行"));
            Assert.That(await visitor.Text("#months .empty"), Is.EqualTo("尚无放款。"));
            Assert.That(await visitor.Text("#banks .empty"), Is.EqualTo("尚无放款。"));
            Assert.That(visitor.Complaints, Is.Empty);
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Page_OfALedgerWithoutIndex_Waits()
    {
        await using var other = await RunningGateway.Start(Town, Stop, submits: false, "--FinanceGateway:LedgerId=2");
        await using var visitor = await Chromium.Visit(other.Address);
        var answer = await visitor.Open("/?lang=en");

        Assert.That(answer.Status, Is.EqualTo(503));
        Assert.That(await visitor.Text("h1"), Is.EqualTo("The ledger is being indexed"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task TotalsCheck_WithAlteredRows_SaysWhatIsWrong()
    {
        await Town.StopIndexer(Stop);
        await using var visitor = await Visit();

        await Alter("update ledger.control_totals set enterprises = enterprises + 1");
        await visitor.Open();
        Assert.That(await visitor.Page.Locator("#totals-check").GetAttributeAsync("data-match"), Is.EqualTo("differ"));
        Assert.That(await visitor.Text(".check-words"), Is.EqualTo("与账本控制总数不一致"));

        await Alter("delete from ledger.control_totals");
        await visitor.Open();
        Assert.That(await visitor.Page.Locator("#totals-check").GetAttributeAsync("data-match"), Is.EqualTo("open"));
        Assert.That(await visitor.Text(".check-words"), Is.EqualTo("此区块尚未核对"));
    }

    private async Task Alter(string sql)
    {
        await using var database = NpgsqlDataSource.Create(Town.Database);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);

        // The gateway reads once a second.
        await Task.Delay(TimeSpan.FromSeconds(1.2), Stop);
    }
}
