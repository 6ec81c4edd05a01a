using System.Net.WebSockets;
using System.Text.Json;
using FinanceChain.Ethereum;
using Microsoft.Extensions.Logging;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>
/// Rings when the chain has a new head: by <c>eth_subscribe newHeads</c> over WebSocket, and at intervals where no node offers that. A ring is only
/// a reason to look; nothing that came over the socket is believed.
/// </summary>
internal sealed class HeadBell : IAsyncDisposable
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <summary>While heads are told; a socket can fall silent without an end.</summary>
    private static readonly TimeSpan SubscribedPause = TimeSpan.FromSeconds(1);

    private static readonly byte[] Subscribe = """{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}"""u8.ToArray();

    private readonly SemaphoreSlim _ring = new(0, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly TimeSpan _pollPause;
    private readonly TimeProvider _clock;
    private readonly ILogger<HeadBell> _logger;
    private readonly Task _listening;
    private volatile bool _subscribed;

    public HeadBell(LedgerIndexerOptions options, TimeProvider clock, ILogger<HeadBell> logger)
    {
        _pollPause = TimeSpan.FromMilliseconds(options.PollIntervalMilliseconds);
        _clock = clock;
        _logger = logger;
        _listening = Listen([.. options.HeadsEndpoints]);
    }

    /// <summary>Until there is a reason to look at the chain again.</summary>
    public async Task Wait(CancellationToken cancellationToken)
    {
        var pause = _subscribed && SubscribedPause > _pollPause ? SubscribedPause : _pollPause;
        await _ring.WaitAsync(pause, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _listening;
        _end.Dispose();
        _ring.Dispose();
    }

    private async Task Listen(Uri[] endpoints)
    {
        for (var turn = 0; endpoints.Length > 0 && !_end.IsCancellationRequested; turn++)
        {
            var endpoint = endpoints[turn % endpoints.Length];
            try
            {
                await Hear(endpoint, _end.Token);
            }
            catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or JsonException or NodeResponseException)
            {
                if (_subscribed)
                {
                    IndexerLog.HeadsLost(_logger, endpoint.Host, fault.Message);
                }
            }

            _subscribed = false;
            await Task.Delay(ReconnectPause, _clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Hear(Uri endpoint, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        using (var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            limited.CancelAfter(ConnectTimeout);
            await socket.ConnectAsync(endpoint, limited.Token);
            await socket.SendAsync(Subscribe, WebSocketMessageType.Text, endOfMessage: true, limited.Token);
            RequireSubscribed(await Message(socket, limited.Token));
        }

        _subscribed = true;
        IndexerLog.HeadsHeard(_logger, endpoint.Host);
        while (await Message(socket, cancellationToken) is not null)
        {
            // Many heads since the last look are one reason to look.
            if (_ring.CurrentCount == 0)
            {
                _ring.Release();
            }
        }
    }

    /// <summary>The start of the next message; null at the end.</summary>
    private static async Task<byte[]?> Message(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var filled = 0;
        while (true)
        {
            // The rest of a long message is read and forgotten: what it says does not matter.
            var part = await socket.ReceiveAsync(buffer.AsMemory(filled == buffer.Length ? 0 : filled), cancellationToken);
            filled = filled == buffer.Length ? part.Count : filled + part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                return buffer[..filled];
            }
        }
    }

    private static void RequireSubscribed(byte[]? answer)
    {
        using var document = JsonDocument.Parse(answer ?? throw new NodeResponseException("The node closed the socket."));
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("result", out _))
        {
            throw new NodeResponseException("The node does not tell new heads.");
        }
    }
}
