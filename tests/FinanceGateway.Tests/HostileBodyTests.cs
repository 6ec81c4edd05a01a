using System.Net.Sockets;
using System.Text;
using FinanceChain.FinanceGateway.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Bodies that nobody sends by mistake, at every endpoint that takes one. All are refused; none costs more than it should or fails the gateway.</summary>
[TestFixture]
internal sealed class HostileBodyTests : TownFixture
{
    private const int Depth = 100_000;

    private readonly Dictionary<string, string> _tokens = [];

    private static readonly KeyValuePair<string, byte[]>[] Bodies =
    [
        new("empty", []),
        new("nested arrays", Encoding.ASCII.GetBytes(new string('[', Depth))),
        new("nested objects", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", Depth)))),
        new("nested in a member", Encoding.ASCII.GetBytes($"{{\"agreement\":{new string('[', 500)}{new string(']', 500)}}}")),
        new("not UTF-8", [(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}']),
        new("overlong UTF-8", [(byte)'{', (byte)'"', 0xC0, 0xAF, (byte)'"', (byte)':', (byte)'1', (byte)'}']),
        new("lone surrogate", "{\"\\ud800\":1}"u8.ToArray()),
        new("UTF-16", Encoding.Unicode.GetBytes("{\"chainId\":1}")),
        new("duplicate member", "{\"chainId\":1,\"chainId\":2}"u8.ToArray()),
        new("duplicate by escape", "{\"chainId\":1,\"chain\\u0049d\":2}"u8.ToArray()),
        new("two documents", "{} {}"u8.ToArray()),
        new("huge number", Encoding.ASCII.GetBytes($"{{\"chainId\":{new string('9', 100_000)}}}")),
        new("comment", "{/* */}"u8.ToArray()),
        new("null byte", "{\"chainId\":1}\0"u8.ToArray()),
        new("prototype", "{\"__proto__\":{\"x\":1}}"u8.ToArray()),
        new("null", "null"u8.ToArray()),
        new("text", "\"text\""u8.ToArray()),
    ];

    [Test]
    [CancelAfter(120_000)]
    public async Task HostileBody_AtEveryEndpoint_IsRefusedAsABadRequest()
    {
        foreach (var path in Paths())
        {
            foreach (var (name, body) in Bodies)
            {
                var status = await Post(path, body);
                Assert.That(status, Is.EqualTo(400), $"{name} to {path}");
            }
        }
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task OversizedBody_AtEveryEndpoint_IsRefused()
    {
        var body = new byte[(1024 * 1024) + 1];
        Array.Fill(body, (byte)' ');
        foreach (var path in Paths())
        {
            Assert.That(await Post(path, body), Is.EqualTo(413), path);
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(60_000)]
    public async Task SlowRequest_IsCutOff(bool headers)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", Gateway.Address.Port, Stop);
        await using var stream = connection.GetStream();
        var head = $"POST /api/v1/operations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {_tokens["operations"]}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + (headers ? "" : "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")), Stop);
        var ended = Ended(stream);
        for (var sent = 0; !ended.IsCompleted && sent < 300; sent++)
        {
            await Task.Delay(100, Stop);
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(headers ? "X" : " "), Stop);
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.That(await ended, Is.EqualTo("").Or.Contain(" 408 "));
        Assert.That((await Gateway.Get("health/live", null)).Status, Is.EqualTo(200));
    }

    protected override async Task Settle(CancellationToken cancellationToken)
    {
        var actor = await Actor.Operator(Town, Gateway, cancellationToken);
        _tokens["operations"] = await Gateway.Token(actor.Credentials.ClientId, actor.Credentials.ClientSecret);
        _tokens["desk"] = await Gateway.Token("operator", Town.OperatorSecret);
        actor.Dispose();
    }

    private IEnumerable<string> Paths() => Gateway.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
        .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true
            && endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)
            && endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IAcceptsMetadata>() is not null)
        .Select(endpoint => endpoint.RoutePattern.RawText!.Replace("{id}", "1", StringComparison.Ordinal).Replace("{clientId}", "none", StringComparison.Ordinal));

    private async Task<int> Post(string path, byte[] body)
    {
        var isDesk = path.Contains("/clients", StringComparison.Ordinal) || path.EndsWith("/parties", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");

        // Whoever pushes a body on before it is asked for may find the connection closed instead of the answer.
        request.Headers.ExpectContinue = body.Length > 64 * 1024;
        request.Headers.Authorization = new("Bearer", _tokens[isDesk ? "desk" : "operations"]);
        request.Headers.Add("Idempotency-Key", Trade.Key());
        using var response = await Gateway.Http.SendAsync(request, Stop);
        return (int)response.StatusCode;
    }

    // What the gateway said before it hung up.
    private static async Task<string> Ended(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            return await reader.ReadToEndAsync(Stop);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
