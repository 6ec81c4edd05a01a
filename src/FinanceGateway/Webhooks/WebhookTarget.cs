using System.Net;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Webhooks;

/// <summary>Looks names up. A seam: who owns a name decides where it leads, and may change it between two looks.</summary>
internal interface INameResolver
{
    /// <exception cref="System.Net.Sockets.SocketException">There is no such name.</exception>
    Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken);
}

internal sealed class SystemNames : INameResolver
{
    public Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);
}

/// <summary>Why a target is not one, as a stable word.</summary>
internal sealed class WebhookTargetException(string rule) : Exception($"The webhook's target breaks the rule: {rule}.")
{
    public string Rule => rule;
}

/// <summary>
/// Where deliveries may go. The gateway stands inside a network that its clients do not: without these rules a webhook would be a way in. They hold at
/// registration, for a clear answer, and again for the very address that a connection is made to.
/// </summary>
internal sealed class WebhookTarget(INameResolver names, IOptions<GatewayOptions> options)
{
    private const int MaxLength = 500;
    private const int HttpsPort = 443;
    private const int FirstUserPort = 1024;

    private bool LoopbackAllowed => options.Value.WebhooksToLoopback;

    /// <exception cref="WebhookTargetException">The text is no target.</exception>
    public async Task<Uri> Read(string text, CancellationToken cancellationToken)
    {
        if (text.Length > MaxLength || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            throw new WebhookTargetException($"an https address of at most {MaxLength} characters");
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            throw new WebhookTargetException("no user and no fragment in the address");
        }

        var addresses = await Addresses(url.IdnHost, cancellationToken);
        var isLocal = LoopbackAllowed && Array.TrueForAll(addresses, IPAddress.IsLoopback);
        if (url.Scheme == "http" && !isLocal)
        {
            throw new WebhookTargetException("https");
        }

        return isLocal || url.Port is HttpsPort or >= FirstUserPort ? url : throw new WebhookTargetException($"port {HttpsPort}, or from {FirstUserPort} up");
    }

    /// <summary>Where a name leads now, all of it outside our own network. One address inside is enough to refuse: it could be the one that is taken.</summary>
    /// <exception cref="WebhookTargetException">The name leads nowhere, or inside.</exception>
    public async Task<IPAddress[]> Addresses(string host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await names.Resolve(host.Trim('[', ']'), cancellationToken);
        }
        catch (Exception unknown) when (unknown is System.Net.Sockets.SocketException or ArgumentException)
        {
            throw new WebhookTargetException("a name that can be resolved");
        }

        return addresses.Length > 0 && Array.TrueForAll(addresses, IsAllowed) ? addresses : throw new WebhookTargetException("an address of the public internet");
    }

    private bool IsAllowed(IPAddress address) => PublicAddress.IsPublic(address) || (LoopbackAllowed && IPAddress.IsLoopback(address));
}
