using System.Diagnostics;
using System.Text;

namespace FinanceChain.Ethereum.Tests.Rpc;

internal sealed class TransportTests
{
    private static readonly EthereumClientOptions Quick = new() { RequestTimeout = TimeSpan.FromSeconds(20), RetryDelay = TimeSpan.FromMilliseconds(5) };

    private static readonly byte[] BrokenConnection = [];

    private static byte[][] Away =>
    [
        BrokenConnection,
        LoopbackPeer.Http(503, "busy", "text/plain"),
        LoopbackPeer.Http(429, "{}"),
        Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\nConnection: close\r\n\r\n{\"jsonrpc\""),
    ];

    [TestCaseSource(nameof(Away))]
    public async Task Read_WithoutAnAnswer_IsRepeated(byte[] away)
    {
        using var peer = new LoopbackPeer((request, number) => number < 3 ? away : LoopbackPeer.Result("\"0x7\"", request));
        using var client = new EthereumClient(peer.Endpoint, Quick);
        Assert.That(await client.ChainId(default), Is.EqualTo(7));
        Assert.That(peer.Requests, Has.Count.EqualTo(3));
    }

    [TestCaseSource(nameof(Away))]
    public async Task Read_NeverAnswered_EndsAfterTheAttempts(byte[] away)
    {
        using var peer = new LoopbackPeer((_, _) => away);
        using var client = new EthereumClient(peer.Endpoint, Quick);
        await Assert.ThatAsync(async () => await client.ChainId(default), Throws.TypeOf<NodeUnreachableException>());
        Assert.That(peer.Requests, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Change_WithoutAnAnswer_IsNotRepeated()
    {
        using var peer = new LoopbackPeer((_, _) => BrokenConnection);
        using var client = new EthereumClient(peer.Endpoint, Quick);
        await Assert.ThatAsync(async () => await client.Send("evm_mine", [], default), Throws.TypeOf<NodeUnreachableException>());
        Assert.That(peer.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("eth_getLogs", true)]
    [TestCase("eth_getBlockByNumber", true)]
    [TestCase("eth_sendRawTransaction", true)]
    [TestCase("eth_getFilterChanges", false)]
    [TestCase("eth_sendTransaction", false)]
    [TestCase("anvil_mine", false)]
    [TestCase("eth_newFilter", false)]
    public void Method_IsRepeatable_OnlyWhenNothingCanHappenTwice(string method, bool repeatable) =>
        Assert.That(RepeatableMethods.Contains(method), Is.EqualTo(repeatable));

    [Test]
    public async Task Transaction_SentAgainAfterALostAnswer_IsContent()
    {
        using var peer = new LoopbackPeer((request, number) => number == 1
            ? BrokenConnection
            : LoopbackPeer.Json("""{"jsonrpc":"2.0","id":$ID,"error":{"code":-32000,"message":"already known"}}""", request));
        using var client = new EthereumClient(peer.Endpoint, Quick);
        Assert.That(await client.SendRawTransaction([1, 2, 3], default), Is.EqualTo(Keccak256.Hash([1, 2, 3])));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Transaction_WhoseNonceIsSpent_IsAcceptedOnlyWhenItSpentItItself(bool mined)
    {
        var hash = Keccak256.Hash([1, 2, 3]).ToString();
        using var peer = new LoopbackPeer((request, _) => request.GetProperty("method").GetString() == "eth_getTransactionReceipt"
            ? LoopbackPeer.Result(mined ? MalformedAnswerTests.Receipt.Replace(MalformedAnswerTests.Hash, hash, StringComparison.Ordinal) : "null", request)
            : LoopbackPeer.Json("""{"jsonrpc":"2.0","id":$ID,"error":{"code":-32003,"message":"nonce too low"}}""", request));
        using var client = new EthereumClient(peer.Endpoint, Quick);
        await Assert.ThatAsync(async () => await client.SendRawTransaction([1, 2, 3], default), mined ? Throws.Nothing : Throws.TypeOf<JsonRpcException>());
    }

    [Test]
    public async Task Node_ThatIsNotThere_IsUnreachable()
    {
        Uri endpoint;
        using (var peer = LoopbackPeer.WithJson("{}"))
        {
            endpoint = peer.Endpoint;
        }

        using var client = new EthereumClient(endpoint, Quick);
        await Assert.ThatAsync(async () => await client.ChainId(default), Throws.TypeOf<NodeUnreachableException>());
    }

    [Test]
    public async Task Node_ThatIsSlow_IsUnreachableAfterTheTimeout()
    {
        using var release = new ManualResetEventSlim();
        using var peer = new LoopbackPeer((_, _) =>
        {
            release.Wait(TimeSpan.FromSeconds(30));
            return BrokenConnection;
        });
        using var client = new EthereumClient(peer.Endpoint, Quick with { RequestTimeout = TimeSpan.FromMilliseconds(300), MaxRetries = 0 });
        var watch = Stopwatch.StartNew();
        await Assert.ThatAsync(async () => await client.ChainId(default), Throws.TypeOf<NodeUnreachableException>().With.Message.Contains("0.3 s"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)));
        release.Set();
    }

    [Test]
    public async Task Caller_ThatCancels_GetsItsCancellation()
    {
        using var release = new ManualResetEventSlim();
        using var peer = new LoopbackPeer((_, _) =>
        {
            release.Wait(TimeSpan.FromSeconds(30));
            return BrokenConnection;
        });
        using var client = new EthereumClient(peer.Endpoint, Quick);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThatAsync(async () => await client.ChainId(cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        release.Set();
    }

    [Test]
    public async Task Answer_LongerThanAllowed_IsRefused()
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Result($"\"0x{new string('0', 200_000)}\"", request));
        using var client = new EthereumClient(peer.Endpoint, Quick with { MaxResponseBytes = 100_000 });
        await Assert.ThatAsync(async () => await client.Code(Address.Zero, BlockTag.Latest, default), Throws.TypeOf<NodeResponseException>().With.Message.Contains("100000 bytes"));
    }

    [Test]
    public async Task Answer_OfMegabytes_IsRead()
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Result($"\"0x{new string('a', 6_000_000)}\"", request));
        using var client = new EthereumClient(peer.Endpoint, Quick);
        Assert.That(await client.Code(Address.Zero, BlockTag.Latest, default), Has.Length.EqualTo(3_000_000).And.All.EqualTo(0xaa));
    }

    [TestCase(500, "application/json", typeof(JsonRpcException))]
    [TestCase(400, "application/json", typeof(JsonRpcException))]
    [TestCase(500, "text/html", typeof(NodeResponseException))]
    [TestCase(404, "text/html", typeof(NodeResponseException))]
    [TestCase(302, "text/html", typeof(NodeResponseException))]
    public async Task Status_OfAnError_IsTheErrorInItsJsonOrARefusal(int status, string contentType, Type exception)
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Http(
            status, $"{{\"jsonrpc\":\"2.0\",\"id\":{request.GetProperty("id").GetRawText()},\"error\":{{\"code\":3,\"message\":\"no\"}}}}", contentType));
        using var client = new EthereumClient(peer.Endpoint, Quick);
        await Assert.ThatAsync(async () => await client.ChainId(default), Throws.TypeOf(exception));
    }

    [Test]
    public async Task Peer_ThatSpeaksNoHttp_IsRefused()
    {
        using var peer = new LoopbackPeer((_, _) => Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
        using var client = new EthereumClient(peer.Endpoint, Quick);
        await Assert.ThatAsync(async () => await client.ChainId(default), Throws.InstanceOf<EthereumException>());
    }

    [Test]
    public async Task Endpoint_WithCredentials_AppearsInNoMessage()
    {
        using var client = new EthereumClient(new Uri("http://user:secret@127.0.0.1:1/apikey"), Quick with { MaxRetries = 0 });
        var failure = await Assert.ThrowsAsync<NodeUnreachableException>(async () => await client.ChainId(default));
        Assert.That(failure!.ToString(), Does.Not.Contain("secret").And.Not.Contain("apikey"));
    }

    [TestCase("\"0x08c379a0\"", "0x08c379a0")]
    [TestCase("\"Reverted 0x08\"", null)]
    [TestCase("{\"a\":1}", null)]
    [TestCase("null", null)]
    public async Task Refusal_WithData_CarriesItWhereItIsHex(string data, string? expected)
    {
        using var peer = LoopbackPeer.WithJson($$"""{"jsonrpc":"2.0","id":$ID,"result":null,"error":{"data":{{data}},"code":3,"message":"execution reverted"} }""");
        using var client = new EthereumClient(peer.Endpoint, Quick);
        var refusal = await Assert.ThrowsAsync<JsonRpcException>(async () => await client.Call(Address.Zero, [], BlockTag.Latest, default));
        Assert.That((refusal!.Code, refusal.RevertData is null ? null : Hex.Encode(refusal.RevertData)), Is.EqualTo((3, expected)));
    }

    [Test]
    public async Task Client_SharedByManyTasks_GivesEachItsOwnAnswer()
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Result($"\"0x{request.GetProperty("id").GetInt64():x}\"", request));
        using var client = new EthereumClient(peer.Endpoint, Quick);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.ChainId(default)));
        Assert.That(answers, Is.Unique);
    }

    [Test]
    public async Task Parameters_OfEveryForm_AreWritten()
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Result("{\"a\":[1]}", request));
        using var client = new EthereumClient(peer.Endpoint, Quick);
        var answer = await client.Send(
            "x", [null, "t", true, new byte[] { 1 }, BlockTag.At(255), Hash256.Zero, new Dictionary<string, object?> { ["k"] = new object?[] { 1L } }], default);
        Assert.That(answer.GetRawText(), Is.EqualTo("{\"a\":[1]}"));
        Assert.That(
            peer.Requests.Single().GetProperty("params").GetRawText(),
            Is.EqualTo($"[null,\"t\",true,\"0x01\",\"0xff\",\"{Hash256.Zero}\",{{\"k\":[1]}}]"));
    }

    [TestCase("ftp://node")]
    [TestCase("/node")]
    public void Endpoint_NotHttp_IsAnArgumentError(string endpoint) =>
        Assert.That(() => new EthereumClient(new Uri(endpoint, UriKind.RelativeOrAbsolute)), Throws.ArgumentException);
}
