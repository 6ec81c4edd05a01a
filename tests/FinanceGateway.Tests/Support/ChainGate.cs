using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>
/// Stands between a gateway and the chain. While it is closed it lets no question to the ledger through; and it can lead to another chain.
/// </summary>
internal sealed class ChainGate : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private volatile Uri _chain;
    private TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChainGate(WebApplication app, Uri chain) => (_app, _chain) = (app, chain);

    public Uri Url => new(_app.Urls.Single());

    /// <summary>The transactions that came for each chain.</summary>
    public ConcurrentDictionary<Uri, int> Transactions { get; } = new();

    /// <summary>Open at first.</summary>
    public static async Task<ChainGate> Start(Uri chain)
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var gate = new ChainGate(app, chain);
        gate.Open();
        app.MapPost("/", (Delegate)gate.Pass);
        await app.StartAsync();
        return gate;
    }

    public void Open() => _open.TrySetResult();

    public void LeadTo(Uri chain) => _chain = chain;

    /// <summary>The returned task ends when a question waits.</summary>
    public Task Close()
    {
        _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Task;
    }

    public async ValueTask DisposeAsync()
    {
        Open();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task<IResult> Pass(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var question = await reader.ReadToEndAsync(context.RequestAborted);
        if (question.Contains("\"eth_call\"", StringComparison.Ordinal))
        {
            if (!_open.Task.IsCompleted)
            {
                _waiting.TrySetResult();
            }

            await _open.Task.WaitAsync(context.RequestAborted);
        }

        var chain = _chain;
        if (question.Contains("\"eth_sendRawTransaction\"", StringComparison.Ordinal))
        {
            Transactions.AddOrUpdate(chain, 1, (_, before) => before + 1);
        }

        using var content = new StringContent(question, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(chain, content, context.RequestAborted);
        return Results.Text(await answer.Content.ReadAsStringAsync(context.RequestAborted), "application/json", statusCode: (int)answer.StatusCode);
    }
}
