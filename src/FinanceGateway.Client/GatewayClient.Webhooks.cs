using System.Text.Json;
using FinanceChain.LedgerContract;

namespace FinanceChain.FinanceGateway.Client;

/// <summary>What a client does with its webhooks. It needs the scope <c>webhooks:manage</c>.</summary>
public sealed partial class GatewayClient
{
    /// <summary>
    /// Asks the gateway to tell <paramref name="url"/> when operations of this client end. Not tried again by itself, since its secret is shown once:
    /// where the answer was lost, <see cref="Webhooks"/> shows whether there is one to remove.
    /// </summary>
    /// <param name="url">https, on the public internet.</param>
    public Task<WebhookSecretShown> RegisterWebhook(Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return NewSecret("webhooks", Json(JsonSerializer.SerializeToUtf8Bytes(new { Url = url.AbsoluteUri }, LedgerJson.Options)), cancellationToken);
    }

    /// <summary>
    /// Gives a webhook a new secret; the one before signs beside it for a day. Not tried again by itself, since a second new secret would end the one
    /// that the receiver knows.
    /// </summary>
    public Task<WebhookSecretShown> RotateWebhookSecret(Guid webhookId, CancellationToken cancellationToken) =>
        NewSecret($"webhooks/{webhookId}/secrets", null, cancellationToken);

    /// <summary>The webhooks of this client, the oldest first.</summary>
    public async Task<IReadOnlyList<WebhookView>> Webhooks(CancellationToken cancellationToken)
    {
        using var response = await Send(HttpMethod.Get, "webhooks", null, null, cancellationToken);
        return (await Read<WebhookList>(response, cancellationToken)).Items;
    }

    /// <summary>Nothing more is delivered.</summary>
    public async Task RemoveWebhook(Guid webhookId, CancellationToken cancellationToken)
    {
        using var response = await Send(HttpMethod.Delete, $"webhooks/{webhookId}", null, null, cancellationToken);
        await RequireSuccess(response, cancellationToken);
    }

    /// <summary>A page of the deliveries of a webhook, in their order.</summary>
    /// <param name="after">The <see cref="DeliveryPage.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 200.</param>
    public async Task<DeliveryPage> Deliveries(Guid webhookId, long? after, int limit, CancellationToken cancellationToken)
    {
        var path = $"webhooks/{webhookId}/deliveries?limit={limit}{(after is null ? "" : $"&after={after}")}";
        using var response = await Send(HttpMethod.Get, path, null, null, cancellationToken);
        return await Read<DeliveryPage>(response, cancellationToken);
    }

    /// <summary>Sends again what was delivered or parked, from a sequence number on, under the same numbers.</summary>
    /// <param name="from">0 for all that is kept.</param>
    public async Task<ReplayAnswer> ReplayDeliveries(Guid webhookId, long from, CancellationToken cancellationToken)
    {
        using var response = await Send(HttpMethod.Post, $"webhooks/{webhookId}/replay?from={from}", null, null, cancellationToken);
        return await Read<ReplayAnswer>(response, cancellationToken);
    }

    private sealed record WebhookList(IReadOnlyList<WebhookView> Items);

    private async Task<WebhookSecretShown> NewSecret(string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await SendOnce(HttpMethod.Post, path, content, null, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await Read<WebhookSecretShown>(response, cancellationToken);
    }
}
