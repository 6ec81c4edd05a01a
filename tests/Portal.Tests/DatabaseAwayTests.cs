using Microsoft.Playwright;

namespace FinanceChain.Portal.Tests;

/// <summary>In a town of its own: its database is gone afterwards.</summary>
[TestFixture]
internal sealed class DatabaseAwayTests : PortalFixture
{
    [Test]
    [CancelAfter(90_000)]
    public async Task Page_WhenTheDatabaseGoesAway_SaysSoAndNothingElse()
    {
        await using var visitor = await Visit();
        await visitor.Open();

        await Town.Postgres.Stop(Stop);

        await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("暂时无法读取数据", new() { Timeout = 20_000 });
        using var answer = await Gateway.Http.GetAsync(new Uri("/?lang=en", UriKind.Relative), Stop);
        var page = await answer.Content.ReadAsStringAsync(Stop);
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(503));
            Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/html"));
            Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(5)));
            Assert.That(page, Does.Contain("The figures cannot be read right now"));
            Assert.That(page, Does.Not.Contain("Exception").And.Not.Contain("Npgsql").And.Not.Contain("127.0.0.1"));
        });
    }
}
