using System.Net.Sockets;

namespace FinanceChain.FinanceGateway.Webhooks;

/// <summary>What came of one attempt.</summary>
/// <param name="Answer">For people: the status, or what went wrong.</param>
/// <param name="IsRefused">The receiver answered, and will answer the same to this delivery again.</param>
internal sealed record WebhookOutcome(bool IsDelivered, string Answer, bool IsRefused = false);

/// <summary>
/// Sends one delivery: no redirects, no proxy, no cookies, nothing read of the answer but its status, and a connection only to an address that passed
/// <see cref="WebhookTarget"/> in that moment: a name that changed since registration does not lead inside.
/// </summary>
internal sealed class WebhookPost : IDisposable
{
    private const int MaxAnswerHeaderKilobytes = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(2);

    private readonly WebhookTarget _target;
    private readonly HttpClient _http;

    public WebhookPost(WebhookTarget target)
    {
        _target = target;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = MaxAnswerHeaderKilobytes,
            PooledConnectionLifetime = ConnectionLife,
            ConnectCallback = Connect,
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = Patience,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("FinanceChain-Webhook/1");
    }

    public async Task<WebhookOutcome> Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)response.StatusCode;
            return new WebhookOutcome(response.IsSuccessStatusCode, $"status {status}", status is >= 400 and < 500 and not (408 or 429));
        }
        catch (HttpRequestException failed) when (failed.InnerException is WebhookTargetException target)
        {
            return new WebhookOutcome(false, target.Message);
        }
        catch (HttpRequestException failed)
        {
            // The class of the failure and no more: its text could quote the receiver.
            return new WebhookOutcome(false, $"not reached: {failed.HttpRequestError}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookOutcome(false, $"no answer within {Patience.TotalSeconds} seconds");
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await _target.Addresses(context.DnsEndPoint.Host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // These addresses and not the name: it is not looked up again.
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        finally
        {
            // The stream owns a connected one.
            if (!socket.Connected)
            {
                socket.Dispose();
            }
        }
    }
}
