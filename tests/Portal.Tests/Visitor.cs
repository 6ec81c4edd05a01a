using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace FinanceChain.Portal.Tests;

/// <summary>A page in a browser, and what the browser complained about.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    public Visitor(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.PageError += (_, problem) => _complaints.Enqueue(problem);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the page, among them breaches of its content security policy.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public async Task<IResponse> Open(string path = "/") =>
        await Page.GotoAsync(path) ?? throw new InvalidOperationException("The browser gave no answer.");

    public async Task<string> Text(string selector) => (await Page.Locator(selector).First.InnerTextAsync()).Trim();

    public Task<int> Count(string selector) => Page.Locator(selector).CountAsync();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
