using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>One delivery as it came in.</summary>
internal sealed record Received(long Sequence, string Timestamp, string Signature, byte[] Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>A client's own server, on loopback, which answers as it is told.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Deliveries { get; } = new();

    /// <summary>What it answers; 200 unless said otherwise.</summary>
    public Func<HttpContext, Received, int> Answer { get; set; } = (_, _) => 200;

    public Uri Url => new(_app.Urls.Single() + "/hook");

    public static async Task<WebhookReceiver> Start()
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.MapPost("/hook", (Delegate)receiver.Receive);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>The first deliveries, once there are so many.</summary>
    public async Task<Received[]> Wait(int count, CancellationToken cancellationToken)
    {
        while (Deliveries.Count < count)
        {
            await Task.Delay(20, cancellationToken);
        }

        return [.. Deliveries];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> Receive(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var received = new Received(
            long.Parse(headers["Webhook-Id"].Single()!, System.Globalization.CultureInfo.InvariantCulture),
            headers["Webhook-Timestamp"].Single()!, headers["Webhook-Signature"].Single()!, body.ToArray());
        var status = Answer(context, received);
        Deliveries.Enqueue(received);
        return Results.StatusCode(status);
    }
}
