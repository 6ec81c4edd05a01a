using System.Text.Json;

namespace FinanceChain.Ethereum.Tests.Rpc;

internal sealed class BatchTests
{
    private static readonly EthereumClientOptions Once = new() { MaxRetries = 0, RequestTimeout = TimeSpan.FromSeconds(20), MaxBatch = 3 };

    [Test]
    public async Task Batch_AnsweredInAnotherOrder_IsSorted()
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Http(200, $"[{string.Join(',', request.EnumerateArray().Reverse().Select(Block))}]"));
        using var client = new EthereumClient(peer.Endpoint, Once);
        var blocks = await client.Blocks([7, 5, 9, 1], default);
        Assert.That(blocks.Select(block => block!.Number), Is.EqualTo(new ulong[] { 7, 5, 9, 1 }));
        Assert.That(peer.Requests.Select(request => request.GetArrayLength()), Is.EqualTo(new[] { 3, 1 }));
    }

    [Test]
    public async Task Batch_OfNothing_AsksNothing()
    {
        using var peer = LoopbackPeer.WithJson("[]");
        using var client = new EthereumClient(peer.Endpoint, Once);
        Assert.That(await client.Blocks([], default), Is.Empty);
        Assert.That(peer.Requests, Is.Empty);
    }

    [Test]
    public async Task Batch_WithAnUnknownBlock_HasNullInItsPlace()
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Http(
            200, $"[{Block(request[0])},{{\"jsonrpc\":\"2.0\",\"id\":{Id(request[1])},\"result\":null}}]"));
        using var client = new EthereumClient(peer.Endpoint, Once);
        var blocks = await client.Blocks([7, 8], default);
        Assert.That(blocks.Select(block => block?.Number), Is.EqualTo(new ulong?[] { 7, null }));
    }

    [TestCase("[$1]", TestName = "Batch_WithAnAnswerMissing_IsRefused")]
    [TestCase("[]", TestName = "Batch_Empty_IsRefused")]
    [TestCase("[$1,$1]", TestName = "Batch_WithAnAnswerTwice_IsRefused")]
    [TestCase("[$1,$2,$1]", TestName = "Batch_WithOneTooMany_IsRefused")]
    [TestCase("[$1,{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":null}]", TestName = "Batch_WithAResultOfNoId_IsRefused")]
    [TestCase("[$1,{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":null}]", TestName = "Batch_WithAForeignId_IsRefused")]
    [TestCase("[$1,7]", TestName = "Batch_WithANumber_IsRefused")]
    [TestCase("$1", TestName = "Batch_AnsweredBySingleResult_IsRefused")]
    [TestCase("7", TestName = "Batch_AnsweredByANumber_IsRefused")]
    [TestCase("[$1,$2", TestName = "Batch_CutOff_IsRefused")]
    [TestCase("[$2,$1]]", TestName = "Batch_WithSomethingBehindIt_IsRefused")]
    public async Task Batch_Malformed_IsRefused(string answer)
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Http(
            200, answer.Replace("$1", Block(request[0]), StringComparison.Ordinal).Replace("$2", Block(request[1]), StringComparison.Ordinal)));
        using var client = new EthereumClient(peer.Endpoint, Once);
        await Assert.ThatAsync(async () => await client.Blocks([7, 8], default), Throws.TypeOf<NodeResponseException>());
    }

    [TestCase("[$1,{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32005,\"message\":\"limit exceeded\"}}]", TestName = "Batch_WithARefusal_IsThatRefusal")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32005,\"message\":\"limit exceeded\"}}", TestName = "Batch_RefusedAsAWhole_IsThatRefusal")]
    [TestCase("[{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32005,\"message\":\"limit exceeded\"}}]", TestName = "Batch_RefusedWithoutAnId_IsThatRefusal")]
    public async Task Batch_Refused_IsARefusal(string answer)
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Http(200, answer.Replace("$1", Block(request[0]), StringComparison.Ordinal)));
        using var client = new EthereumClient(peer.Endpoint, Once);
        var refusal = await Assert.ThrowsAsync<JsonRpcException>(async () => await client.Blocks([7, 8], default));
        Assert.That((refusal!.Code, refusal.Message), Is.EqualTo((-32005, "limit exceeded")));
    }

    private static string Id(JsonElement request) => request.GetProperty("id").GetRawText();

    private static string Block(JsonElement request)
    {
        var number = request.GetProperty("params")[0].GetString();
        return $$"""{"jsonrpc":"2.0","id":{{Id(request)}},"result":{{MalformedAnswerTests.Block.Replace("0x5", number, StringComparison.Ordinal)}}}""";
    }
}
