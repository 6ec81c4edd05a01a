using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace FinanceChain.Ethereum.Tests.Rpc;

/// <summary>A peer on the loopback interface that answers each HTTP request with whatever bytes a test wants, right or wrong, and then closes.</summary>
internal sealed class LoopbackPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<JsonElement, int, byte[]> _answer;
    private readonly Task _serving;
    private int _requests;

    /// <param name="answer">From the request's JSON and its number, counted from 1, to the bytes of the whole HTTP answer. Empty bytes break the connection.</param>
    public LoopbackPeer(Func<JsonElement, int, byte[]> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = Serve();
    }

    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public ConcurrentQueue<JsonElement> Requests { get; } = [];

    /// <summary>Answers every request with this JSON, in which $ID stands for the id of the request.</summary>
    public static LoopbackPeer WithJson(string json) => new((request, _) => Json(json, request));

    public static byte[] Json(string json, JsonElement request)
    {
        var single = request.ValueKind == JsonValueKind.Object;
        return Http(200, json.Replace("$ID", single ? request.GetProperty("id").GetRawText() : "", StringComparison.Ordinal));
    }

    public static byte[] Result(string result, JsonElement request) => Json($$"""{"jsonrpc":"2.0","id":$ID,"result":{{result}}}""", request);

    public static byte[] Http(int status, string body, string contentType = "application/json") => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status} Status\r\nContent-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _serving.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _stop.Dispose();
    }

    private async Task Serve()
    {
        while (!_stop.IsCancellationRequested)
        {
            var connection = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = Answer(connection);
        }
    }

    private async Task Answer(TcpClient connection)
    {
        using (connection)
        {
            var stream = connection.GetStream();
            var request = await ReadBody(stream);
            Requests.Enqueue(request);
            var answer = _answer(request, Interlocked.Increment(ref _requests));

            // In two pieces, so that the client sees answers that arrive bit by bit.
            await stream.WriteAsync(answer.AsMemory(0, answer.Length / 2), _stop.Token);
            await stream.FlushAsync(_stop.Token);
            await stream.WriteAsync(answer.AsMemory(answer.Length / 2), _stop.Token);
        }
    }

    private async Task<JsonElement> ReadBody(NetworkStream stream)
    {
        var received = new List<byte>();
        var chunk = new byte[4096];
        while (true)
        {
            var text = Encoding.UTF8.GetString([.. received]);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0)
            {
                var length = int.Parse(
                    text[..head].Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1],
                    System.Globalization.CultureInfo.InvariantCulture);
                if (received.Count >= head + 4 + length)
                {
                    return JsonElement.Parse(received.GetRange(head + 4, length).ToArray());
                }
            }

            var read = await stream.ReadAsync(chunk, _stop.Token);
            received.AddRange(chunk.AsSpan(0, read));
        }
    }
}
