using Microsoft.Playwright;

namespace FinanceChain.Portal.Tests;

/// <summary>
/// Debian's chromium, driven by Playwright. A laptop without it skips the tests and says so; CI must not. Another one is named by
/// <c>FINANCECHAIN_CHROMIUM</c>.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Usual = "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    public static async Task<Chromium> Start()
    {
        var path = Environment.GetEnvironmentVariable("FINANCECHAIN_CHROMIUM") is { Length: > 0 } named ? named : Usual;
        if (!File.Exists(path))
        {
            var sentence = $"There is no browser at {path}: install the packages chromium and fonts-noto-cjk, or name one in FINANCECHAIN_CHROMIUM.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(sentence);
            }

            Assert.Ignore(sentence);
        }

        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments });
        return new Chromium(playwright, browser);
    }

    /// <summary>A person at a browser that remembers nothing yet.</summary>
    public async Task<Visitor> Visit(Uri site, Action<BrowserNewContextOptions>? configure = null)
    {
        var options = new BrowserNewContextOptions { BaseURL = site.ToString(), Locale = "zh-CN", ViewportSize = new() { Width = 1280, Height = 900 } };
        configure?.Invoke(options);
        var context = await _browser.NewContextAsync(options);
        return new Visitor(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
