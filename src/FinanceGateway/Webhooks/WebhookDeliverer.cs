using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using FinanceChain.FinanceGateway.Operations;
using FinanceChain.FinanceGateway.Submission;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Webhooks;

/// <summary>What a receiver gets.</summary>
/// <param name="Sequence">Grows; the same number is the same delivery.</param>
/// <param name="Event">operation_final or operation_refused.</param>
/// <param name="Operation">As <c>GET /operations/{id}</c> answers it at the time of sending.</param>
internal sealed record WebhookBody(long Sequence, Guid WebhookId, string Event, OperationView Operation);

/// <summary>
/// Empties the outbox: receivers in parallel, the deliveries of one receiver in their order. A failure pauses its receiver, longer each time and never
/// exactly as long as the others; after the last attempt the delivery is parked until somebody asks for it again.
/// </summary>
internal sealed partial class WebhookDeliverer(
    WebhookOutbox outbox, WebhookPost post, WebhookSecrets secrets, IOptions<GatewayOptions> options,
    IOptions<JsonOptions> json, TimeProvider clock, ILogger<WebhookDeliverer> logger) : BackgroundService
{
    private const int Receivers = 16;
    private const int Page = 50;
    private const int MaxDoublings = 20;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _slots = new(Receivers);

    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pruned = 0L;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var webhook in await outbox.Claim(Math.Max(1, _slots.CurrentCount), Lease, stoppingToken))
                {
                    await _slots.WaitAsync(stoppingToken);
                    _ = Serve(webhook, stoppingToken);
                }

                if (pruned == 0 || clock.GetElapsedTime(pruned) > PruneEvery)
                {
                    pruned = clock.GetTimestamp();
                    await outbox.Prune(TimeSpan.FromDays(options.Value.WebhookHistoryDays), stoppingToken);
                }
            }
            catch (NpgsqlException problem)
            {
                LogInterrupted(problem.Message);
            }

            await Task.Delay(Poll, stoppingToken);
        }
    }

    private async Task Serve(ClaimedWebhook webhook, CancellationToken cancellationToken)
    {
        try
        {
            var began = clock.GetTimestamp();
            while (clock.GetElapsedTime(began) < Turn && await DeliverPage(webhook, began, cancellationToken))
            {
            }

            await outbox.Release(webhook, cancellationToken);
        }
        catch (Exception problem) when (problem is NpgsqlException or OperationCanceledException)
        {
            // The lease runs out, and somebody goes on from what was recorded.
            LogInterrupted(problem.Message);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>True when there may be more to deliver now.</summary>
    private async Task<bool> DeliverPage(ClaimedWebhook webhook, long began, CancellationToken cancellationToken)
    {
        var waiting = await outbox.Waiting(webhook.WebhookId, Page, cancellationToken);
        foreach (var delivery in waiting)
        {
            var outcome = await Send(webhook, delivery, cancellationToken);
            if (!outcome.IsDelivered)
            {
                await Fail(webhook, delivery, outcome, cancellationToken);
                return false;
            }

            await outbox.Delivered(webhook.WebhookId, delivery.Sequence, outcome.Answer, cancellationToken);
            if (clock.GetElapsedTime(began) >= Turn)
            {
                return false;
            }
        }

        return waiting.Count == Page;
    }

    private async Task<WebhookOutcome> Send(ClaimedWebhook webhook, WaitingDelivery delivery, CancellationToken cancellationToken)
    {
        var what = delivery.Operation.Status == OperationStatus.Refused ? "operation_refused" : "operation_final";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new WebhookBody(delivery.Sequence, webhook.WebhookId, what, delivery.Operation), json.Value.SerializerOptions);
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = $"v1={WebhookSecrets.Sign(secrets.Of(webhook.WebhookId, webhook.SecretVersion), timestamp, body)}";
        if (webhook.SignsWithPrevious)
        {
            signature += $",v1={WebhookSecrets.Sign(secrets.Of(webhook.WebhookId, webhook.SecretVersion - 1), timestamp, body)}";
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Webhook-Id", delivery.Sequence.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Webhook-Timestamp", timestamp);
        request.Headers.Add("Webhook-Signature", signature);
        return await post.Send(request, cancellationToken);
    }

    private async Task Fail(ClaimedWebhook webhook, WaitingDelivery delivery, WebhookOutcome outcome, CancellationToken cancellationToken)
    {
        var attempts = delivery.Attempts + 1;
        var park = attempts >= options.Value.WebhookMaxAttempts;
        await outbox.Failed(
            webhook.WebhookId, delivery.Sequence, outcome.Answer, park ? TimeSpan.Zero : Pause(attempts), park, cancellationToken);
        if (park && !outcome.IsRefused)
        {
            await outbox.ParkAll(webhook.WebhookId, outcome.Answer, cancellationToken);
        }

        LogFailed(webhook.WebhookId, delivery.Sequence, attempts, outcome.Answer, park);
    }

    /// <summary>Doubles with each attempt, plus up to half: receivers that failed together do not come back together.</summary>
    private TimeSpan Pause(int attempts)
    {
        var doubled = TimeSpan.FromMilliseconds(options.Value.WebhookRetryMilliseconds) * Math.Pow(2, Math.Min(attempts - 1, MaxDoublings));
        return (doubled < LongestPause ? doubled : LongestPause) * (1 + (Random.Shared.NextDouble() / 2));
    }

    [LoggerMessage(2501, LogLevel.Warning, "The deliverer of webhooks was interrupted: {Problem}")]
    private partial void LogInterrupted(string problem);

    [LoggerMessage(2502, LogLevel.Warning, "Delivery {Sequence} to webhook {WebhookId} failed at attempt {Attempt}: {Answer}; parked: {Parked}")]
    private partial void LogFailed(Guid webhookId, long sequence, int attempt, string answer, bool parked);
}
