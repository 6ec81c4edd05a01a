using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FinanceChain.LedgerIndexer;

/// <summary>
/// GET /health/live and /health/ready on the loopback interface. Ready answers 200, or 503 until the index has caught up once and while the chain
/// is out of sight. Body: {"ready","block","head","lag"}, block numbers; -1 before the first look.
/// </summary>
internal sealed class HealthEndpoint(LedgerIndexerOptions options, IndexerProgress progress) : IHostedService, IAsyncDisposable
{
    private WebApplication? _application;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.HealthPort is not { } port)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRoutingCore();
        _application = builder.Build();
        _application.MapGet("/health/live", () => Results.Ok());
        _application.MapGet("/health/ready", Ready);
        await _application.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _application?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;

    private IResult Ready()
    {
        var ready = progress.Ready;
        return Results.Json(
            new ReadyAnswer(ready, progress.Block, progress.Head, progress.Lag),
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private sealed record ReadyAnswer(bool Ready, long Block, long Head, long Lag);
}
