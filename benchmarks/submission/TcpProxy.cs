using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>A bad network between two of our processes: it delays, cuts, and lets requests through whose answers it loses.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _connections = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile int _delayMilliseconds;
    private volatile bool _losesAnswers;

    public TcpProxy(int targetPort)
    {
        _target = targetPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept();
    }

    public int Port { get; }

    public int DelayMilliseconds
    {
        set => _delayMilliseconds = value;
    }

    /// <summary>Requests arrive; whoever answers finds the connection cut.</summary>
    public bool LosesAnswers
    {
        set => _losesAnswers = value;
    }

    public void Cut()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = Serve(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        _connections.TryAdd(near, true);
        _connections.TryAdd(far, true);
        try
        {
            near.NoDelay = far.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await Task.WhenAny(Pump(near.GetStream(), far.GetStream(), false), Pump(far.GetStream(), near.GetStream(), true));
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // That is what it is for.
        }
        finally
        {
            _connections.TryRemove(near, out _);
            _connections.TryRemove(far, out _);
        }
    }

    private async Task Pump(NetworkStream from, NetworkStream to, bool areAnswers)
    {
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            if (_delayMilliseconds > 0)
            {
                await Task.Delay(_delayMilliseconds, _stop.Token);
            }

            if (areAnswers && _losesAnswers)
            {
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
