using System.Text;
using FinanceChain.FinanceGateway.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>What a real collector gets: the way of an operation from its request to its block, and the figures of the queue.</summary>
[TestFixture]
internal sealed class TelemetryTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task Operation_IsTraced_FromItsRequestToItsBlock_AndCounted()
    {
        var stop = TestContext.CurrentContext.CancellationToken;
        var received = new System.Collections.Concurrent.ConcurrentDictionary<string, StringBuilder>();
        await using var collector = await Collector(received);
        await using var town = await Town.Build(stop);
        await using var gateway = await RunningGateway.Start(town, stop, more: [$"--FinanceGateway:OtlpEndpoint={collector.Urls.Single()}"]);
        using var trade = await Trade.Open(town, gateway, stop);
        var state = await Trade.Complete(trade.Core, await trade.Issue(1_000, stop), stop);
        await gateway.Get("api/v1/operations", null);

        await Until(() =>
        {
            gateway.Services.GetRequiredService<TracerProvider>().ForceFlush();
            return Text(received, "/v1/traces").Contains(state.OperationId.ToString(), StringComparison.Ordinal);
        });
        gateway.Services.GetRequiredService<MeterProvider>().ForceFlush();
        var (traces, metrics) = (Text(received, "/v1/traces"), Text(received, "/v1/metrics"));
        Assert.Multiple(() =>
        {
            foreach (var name in new[] { "POST /api/v1/receivables", "operation IssueReceivable", "queue", "chain", "transaction", state.Transaction! })
            {
                Assert.That(traces, Does.Contain(name));
            }

            foreach (var name in new[]
                {
                    "gateway.queue.depth", "gateway.queue.oldest", "gateway.transactions.in_flight", "gateway.operations.in_flight",
                    "gateway.transactions.recast", "gateway.transactions.replaced", "gateway.nonces.missing", "gateway.refusals", "unauthenticated", "gateway.sender.balance",
                    "gateway.engine.phase", "gateway.webhooks.waiting",
                })
            {
                Assert.That(metrics, Does.Contain(name));
            }

            Assert.That(traces + metrics, Does.Not.Contain(trade.Core.Credentials.ClientSecret).And.Not.Contain(town.OperatorSecret));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Telemetry_ThatNobodyAskedFor_IsNotThere()
    {
        await using var town = await Town.Build(CancellationToken.None);
        await using var gateway = await RunningGateway.Start(town, CancellationToken.None);
        Assert.That(gateway.Services.GetService<TracerProvider>(), Is.Null);
        Assert.That(gateway.Services.GetService<MeterProvider>(), Is.Null);
    }

    private static async Task<WebApplication> Collector(System.Collections.Concurrent.ConcurrentDictionary<string, StringBuilder> received)
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/v1/{signal}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            // Names and text values stand in protobuf as they are.
            var text = received.GetOrAdd(context.Request.Path, _ => new StringBuilder());
            lock (text)
            {
                text.Append(Encoding.Latin1.GetString(body.ToArray()));
            }
        });
        await app.StartAsync();
        return app;
    }

    private static string Text(System.Collections.Concurrent.ConcurrentDictionary<string, StringBuilder> received, string path)
    {
        if (!received.TryGetValue(path, out var text))
        {
            return "";
        }

        lock (text)
        {
            return text.ToString();
        }
    }

    private static async Task Until(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(100, TestContext.CurrentContext.CancellationToken);
        }
    }
}
