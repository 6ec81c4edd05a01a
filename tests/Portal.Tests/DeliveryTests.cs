using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using FinanceChain.FinanceGateway.Tests.Support;

namespace FinanceChain.Portal.Tests;

/// <summary>The page and its assets as HTTP: headers, revalidation, and where the files come from.</summary>
[TestFixture]
internal sealed partial class DeliveryTests : TownFixture
{
    [Test]
    [CancelAfter(60_000)]
    public async Task Page_Always_ForbidsWhatItDoesNotNeed()
    {
        using var answer = await Gateway.Http.GetAsync(new Uri("/", UriKind.Relative), Stop);
        var page = await answer.Content.ReadAsStringAsync(Stop);

        Assert.Multiple(() =>
        {
            Assert.That(Header(answer, "Content-Security-Policy"), Does.StartWith("default-src 'none'").And.Not.Contain("unsafe"));
            Assert.That(Header(answer, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
            Assert.That(Header(answer, "X-Frame-Options"), Is.EqualTo("DENY"));
            Assert.That(Header(answer, "Referrer-Policy"), Is.EqualTo("no-referrer"));
            Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False, "a visitor who chose nothing gets no cookie");
            Assert.That(answer.Headers.Vary, Does.Contain("Cookie"));
            Assert.That(page, Does.Not.Match("style=\"|<style|<script(?![^>]*src=)|\\son[a-z]+=\""), "nothing inline");
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Page_Unchanged_IsNotSentAgain()
    {
        using var first = await Gateway.Http.GetAsync(new Uri("/?lang=zh", UriKind.Relative), Stop);
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri("/?lang=zh", UriKind.Relative));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await Gateway.Http.SendAsync(again, Stop);
        using var english = new HttpRequestMessage(HttpMethod.Get, new Uri("/?lang=en", UriKind.Relative));
        english.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var third = await Gateway.Http.SendAsync(english, Stop);

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.OK), "another language is another page");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Language_Chosen_IsKeptInACookieThatNoScriptReads()
    {
        using var answer = await Gateway.Http.GetAsync(new Uri("/?lang=en", UriKind.Relative), Stop);

        Assert.That(Header(answer, "Set-Cookie"), Does.StartWith("financechain-lang=en;").And.Contain("httponly").And.Contain("samesite=lax"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Asset_Unknown_IsNotFound()
    {
        using var answer = await Gateway.Http.GetAsync(new Uri("/portal/..%2fappsettings.json", UriKind.Relative), Stop);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Gateway_StartedFromAnotherFolder_FindsItsAssets()
    {
        var port = FreePort();
        string[] arguments = [typeof(FinanceGateway.Program).Assembly.Location, .. Town.GatewayArguments($"--urls=http://127.0.0.1:{port}")];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Path.GetTempPath() })!;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            var page = await FirstAnswer(http, Stop);
            foreach (var asset in Assets().Matches(page).Select(match => match.Groups[1].Value))
            {
                using var answer = await http.GetAsync(new Uri(asset, UriKind.Relative), Stop);
                Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), asset);
                Assert.That(answer.Headers.CacheControl?.ToString(), Does.Contain("immutable"), asset);
            }

            Assert.That(Assets().Count(page), Is.EqualTo(3));
            Assert.That(page, Does.Contain("供应链金融账本总览"));
            Assert.That(await http.GetStringAsync(new Uri("/?lang=en", UriKind.Relative), Stop), Does.Contain("Supply-chain finance ledger"));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static string Header(HttpResponseMessage answer, string name) => string.Join(',', answer.Headers.GetValues(name));

    private static async Task<string> FirstAnswer(HttpClient http, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await http.GetStringAsync(new Uri("/", UriKind.Relative), cancellationToken);
            }
            catch (HttpRequestException starting) when (starting.HttpRequestError == HttpRequestError.ConnectionError)
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("(?:href|src)=\"(/portal/[^\"]+)\"")]
    private static partial Regex Assets();
}
