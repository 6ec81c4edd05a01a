using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.FinanceGateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OperationStatus = FinanceChain.FinanceGateway.Client.OperationStatus;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>What a request is told while nothing ends: it waits and is woken, or is asked to come back.</summary>
[TestFixture]
internal sealed class PatienceTests : FreshTown
{
    [Test]
    [CancelAfter(60_000)]
    public async Task Wait_WhereNothingEnds_AnswersWhenTheTimeIsUp()
    {
        await using var idle = await RunningGateway.Start(Town, Stop, submits: false);
        var ids = await Accept(idle, 1);
        using var api = Api(idle);
        var watch = Stopwatch.StartNew();
        var state = (await api.States(ids, 2, Stop))[0];
        Assert.Multiple(() =>
        {
            Assert.That(state.Status, Is.EqualTo(OperationStatus.Queued));
            Assert.That(watch.Elapsed.TotalSeconds, Is.InRange(1.9, 10));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Wait_AtAnotherGatewayThanTheOneThatEndsIt_IsWoken()
    {
        await using var waiting = await RunningGateway.Start(Town, Stop, submits: false);
        await waiting.Services.GetServices<IHostedService>().OfType<OperationEnder>().Single().StopAsync(Stop);
        await using var working = await RunningGateway.Start(Town, Stop);
        await Town.StopMining(Stop);
        var ids = await Accept(working, 1);
        using var api = Api(waiting);
        var watch = Stopwatch.StartNew();
        var answer = api.States(ids, 30, Stop);
        await Eventually(() => Task.FromResult(waiting.Services.GetRequiredService<OperationWaiters>().Awaited().SequenceEqual(ids)));
        await Town.MineAgain(Stop);
        Assert.That((await answer)[0].Status, Is.EqualTo(OperationStatus.Final));
        Assert.That(watch.Elapsed.TotalSeconds, Is.LessThan(20), "it looks once a second; the time of the request is up after 30");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Stream_OfOneOperation_SaysEachChangeAndEndsWithIt()
    {
        await using var idle = await RunningGateway.Start(Town, Stop, submits: false);
        var token = await idle.Token(Trade.Core.Credentials.ClientId, Trade.Core.Credentials.ClientSecret);
        await Town.StopMining(Stop);
        var id = (await Accept(idle, 1))[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"api/v1/operations/{id}/events", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await idle.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        RunningGateway? working = null;
        var seen = new List<string>();
        try
        {
            await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Stop)).EnumerateAsync(Stop))
            {
                // Each step is taken only when the one before was said.
                seen.Add((string)JsonNode.Parse(item.Data)!["status"]!);
                switch (seen[^1])
                {
                    case "queued":
                        working = await RunningGateway.Start(Town, Stop);
                        break;
                    case "submitted":
                        await Town.MineAgain(Stop);
                        break;
                }
            }
        }
        finally
        {
            await (working?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Assert.That(seen, Is.EqualTo(new[] { "queued", "submitted", "final" }));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Queue_WhenFull_AsksToComeBack()
    {
        await using var gateway = await RunningGateway.Start(Town, Stop, submits: false, "--FinanceGateway:QueueMaxOperations=2");
        await Accept(gateway, 2);
        var token = await gateway.Token(Trade.Core.Credentials.ClientId, Trade.Core.Credentials.ClientSecret);
        var body = Http.Envelope(Town, await Trade.Issue(1_000, Stop)).ToJsonString();
        (await gateway.Post("api/v1/receivables", body, token, Trade.Key())).AssertRefused(429, "queue_full", null);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Chain_ThatIsAway_RefusesWith503AndIsNotReady()
    {
        await using var gateway = await RunningGateway.Start(Town, Stop, submits: false);
        var token = await gateway.Token(Trade.Core.Credentials.ClientId, Trade.Core.Credentials.ClientSecret);
        var body = Http.Envelope(Town, await Trade.Issue(1_000, Stop)).ToJsonString();
        await Town.StopIndexer(Stop);
        await Town.Chain.DisposeAsync();
        (await gateway.Post("api/v1/receivables", body, token, Trade.Key())).AssertRefused(503, "chain_unavailable", null);
        var health = await gateway.Get("health/ready", null);
        Assert.That((health.Status, (bool)health.Body!["chain"]!, (bool)health.Body["database"]!), Is.EqualTo((503, false, true)));
    }
}
