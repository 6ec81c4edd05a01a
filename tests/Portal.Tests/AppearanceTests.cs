using Microsoft.Playwright;

namespace FinanceChain.Portal.Tests;

/// <summary>
/// How the page looks, and pictures of it. Pictures of another portal: name it in <c>FINANCECHAIN_PORTAL_URL</c>, and in
/// <c>FINANCECHAIN_PICTURES</c> the folder that takes them.
/// </summary>
[TestFixture]
internal sealed class AppearanceTests : PortalFixture
{
    private const int MaxPictureBytes = 300_000;

    // The ratio of WCAG 2.2, 1.4.3, of every text against the nearest opaque ground behind it.
    private const string PoorContrasts = """
        () => {
          const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (element) => {
            for (let at = element; at; at = at.parentElement) {
              const color = channels(getComputedStyle(at).backgroundColor);
              if (color.length === 3 || color[3] === 1) { return color; }
            }
            return [255, 255, 255];
          };
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const poor = [];
          let seen = 0;
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || ["title", "desc"].includes(element.localName)) { continue; }
            const style = getComputedStyle(element);
            const ink = light(channels(element.closest("svg") ? style.fill : style.color));
            const behind = light(ground(element));
            const ratio = (Math.max(ink, behind) + 0.05) / (Math.min(ink, behind) + 0.05);
            const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && parseInt(style.fontWeight) >= 700);
            seen += 1;
            if (ratio < (large ? 3 : 4.5)) { poor.push(`${ratio.toFixed(2)} ${walker.currentNode.textContent.trim()}`); }
          }
          return [`${seen}`, ...poor];
        }
        """;

    private MarketStory _story = null!;

    [TestCase(ColorScheme.Light, "zh")]
    [TestCase(ColorScheme.Light, "en")]
    [TestCase(ColorScheme.Dark, "zh")]
    [CancelAfter(60_000)]
    public async Task Text_InEveryColour_HasTheContrastOfLevelAa(ColorScheme scheme, string language)
    {
        await using var visitor = await Chromium.Visit(Gateway.Address, options => options.ColorScheme = scheme);
        await visitor.Open($"/?lang={language}");

        var found = await visitor.Page.EvaluateAsync<string[]>(PoorContrasts);

        Assert.That(int.Parse(found[0], System.Globalization.CultureInfo.InvariantCulture), Is.GreaterThan(100), "texts were looked at");
        Assert.That(found[1..], Is.Empty);
    }

    [TestCase(360, "zh")]
    [TestCase(360, "en")]
    [TestCase(800, "en")]
    [TestCase(930, "en")]
    [TestCase(1280, "zh")]
    [CancelAfter(60_000)]
    public async Task Page_AtAnyWidth_DoesNotScrollSideways(int width, string language)
    {
        await using var visitor = await Chromium.Visit(Gateway.Address, options => options.ViewportSize = new() { Width = width, Height = 800 });
        await visitor.Open($"/?lang={language}");

        Assert.That(await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Page_Printed_ShowsTheMonthsTableAndNoButtons()
    {
        await using var visitor = await Visit();
        await visitor.Open();
        await visitor.Page.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.That(await visitor.Page.Locator(".tools").IsVisibleAsync(), Is.False);
        Assert.That((await visitor.Page.Locator("#months-table table").BoundingBoxAsync())?.Height, Is.GreaterThan(50));
    }

    [TestCase("portal-zh", "zh", 1280, 1150, ColorScheme.Light)]
    [TestCase("portal-en", "en", 1280, 1150, ColorScheme.Light)]
    [TestCase("portal-dark-zh", "zh", 1280, 1150, ColorScheme.Dark)]
    [TestCase("portal-mobile-zh", "zh", 360, 780, ColorScheme.Light)]
    [TestCase("portal-mobile-en", "en", 360, 780, ColorScheme.Light)]
    [CancelAfter(60_000)]
    public async Task Picture_OfThePage_IsSmallEnoughForTheRepository(string name, string language, int width, int height, ColorScheme scheme)
    {
        var site = Environment.GetEnvironmentVariable("FINANCECHAIN_PORTAL_URL") is { Length: > 0 } named ? new Uri(named) : Gateway.Address;
        var folder = Environment.GetEnvironmentVariable("FINANCECHAIN_PICTURES") is { Length: > 0 } kept ? kept : TestContext.CurrentContext.WorkDirectory;
        await using var visitor = await Chromium.Visit(site, options =>
        {
            options.ViewportSize = new() { Width = width, Height = height };
            options.ColorScheme = scheme;
        });
        await visitor.Open($"/?lang={language}");

        var picture = await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });

        Assert.That(picture, Has.Length.LessThan(MaxPictureBytes));
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
