using System.Net;
using System.Net.Sockets;

namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <summary>
/// Stands between an indexer and the database and tears the connection after so many bytes: in the middle of a COPY, before a commit, or after it
/// when its answer is on the way. To the database it is the end of a killed process.
/// </summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _databasePort;
    private long _left = long.MaxValue;

    public CuttingProxy(int databasePort)
    {
        _databasePort = databasePort;
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Cuts { get; private set; }

    public void CutAfter(long bytes) => Interlocked.Exchange(ref _left, bytes);

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var indexer = client;
        using var database = new TcpClient { NoDelay = true };
        indexer.NoDelay = true;
        try
        {
            await database.ConnectAsync(IPAddress.Loopback, _databasePort, _end.Token);
            await Task.WhenAny(Pump(indexer, database), Pump(database, indexer));
        }
        catch (Exception broken) when (broken is OperationCanceledException or SocketException or IOException)
        {
        }
    }

    private async Task Pump(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                var left = Interlocked.Add(ref _left, -read);
                if (left >= 0)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _end.Token);
                    continue;
                }

                // A part of the last piece still arrives.
                await to.GetStream().WriteAsync(buffer.AsMemory(0, (int)Math.Max(0, read + left)), _end.Token);
                Interlocked.Exchange(ref _left, long.MaxValue);
                Cuts++;
                return;
            }
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }
}
