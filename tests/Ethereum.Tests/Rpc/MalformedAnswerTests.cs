using System.Text;
using FsCheck.Fluent;

namespace FinanceChain.Ethereum.Tests.Rpc;

/// <summary>What a node may send instead of an answer, and that it never becomes a value.</summary>
internal sealed class MalformedAnswerTests
{
    internal const string Hash = "0x1111111111111111111111111111111111111111111111111111111111111111";
    internal const string Account = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";

    internal const string Block =
        $$"""{"number":"0x5","hash":"{{Hash}}","parentHash":"{{Hash}}","timestamp":"0x6863d0f0","gasLimit":"0x1c9c380","baseFeePerGas":"0x7","extra":{"a":[1]} }""";

    internal const string Log =
        $$"""
        {"address":"{{Account}}","topics":["{{Hash}}"],"data":"0x01","blockNumber":"0x5","blockHash":"{{Hash}}",
        "transactionHash":"{{Hash}}","transactionIndex":"0x0","logIndex":"0x2","removed":false}
        """;

    internal const string Receipt =
        $$"""
        {"transactionHash":"{{Hash}}","blockNumber":"0x5","blockHash":"{{Hash}}","status":"0x1","gasUsed":"0x5208","contractAddress":null,
        "logs":[{{Log}}]}
        """;

    private static readonly EthereumClientOptions Once = new() { MaxRetries = 0, RequestTimeout = TimeSpan.FromSeconds(20) };

    [TestCase("", Description = "Nothing.")]
    [TestCase("null")]
    [TestCase("7")]
    [TestCase("[]")]
    [TestCase("<html>")]
    [TestCase("{}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID}", Description = "Neither result nor error.")]
    [TestCase("{\"id\":$ID,\"result\":\"0x1\"}", Description = "No version.")]
    [TestCase("{\"jsonrpc\":\"1.0\",\"id\":$ID,\"result\":\"0x1\"}", Description = "Another version.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"result\":\"0x1\"}", Description = "No id.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":9999,\"result\":\"0x1\"}", Description = "The id of another request.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":\"$ID\",\"result\":\"0x1\"}", Description = "An id that is text.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID.5,\"result\":\"0x1\"}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":\"0x1\"}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"0x1\",\"result\":\"0x2\"}", Description = "Two results.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"id\":$ID,\"result\":\"0x1\"}", Description = "Two ids.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"0x1\",\"error\":{\"code\":1,\"message\":\"m\"}}", Description = "Result and error.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":null}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":\"no\"}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":\"1\",\"message\":\"m\"}}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":1}}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":1,\"message\":\"\\ud800\"}}", Description = "Half a surrogate pair.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"0x1\"", Description = "Cut off.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"0x1\"}}", Description = "Something behind it.")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"0x1\"} {}")]
    public async Task Answer_NotToTheQuestion_IsRefused(string json)
    {
        using var peer = LoopbackPeer.WithJson(json);
        using var client = new EthereumClient(peer.Endpoint, Once);
        await Assert.ThatAsync(async () => await client.ChainId(default), Throws.TypeOf<NodeResponseException>());
        await Assert.ThatAsync(async () => await client.Logs(Address.Zero, 0, 9, null, default), Throws.TypeOf<NodeResponseException>());
    }

    [TestCase("null")]
    [TestCase("1")]
    [TestCase("\"1\"")]
    [TestCase("\"\"")]
    [TestCase("\"0x\"")]
    [TestCase("\"0xg\"")]
    [TestCase("\"-0x1\"")]
    [TestCase("\"0x10000000000000000\"", Description = "2^64.")]
    [TestCase("\"\\u0030x1\"", Description = "Escaped.")]
    [TestCase("[\"0x1\"]")]
    [TestCase("{}")]
    public Task Number_Malformed_IsRefused(string result) => AssertRefused(result, client => client.ChainId(default));

    [TestCase("null")]
    [TestCase("\"\"")]
    [TestCase("\"0\"")]
    [TestCase("\"0x0\"")]
    [TestCase("\"0x0g\"")]
    [TestCase("\"00\"")]
    [TestCase("7")]
    public Task Bytes_Malformed_AreRefused(string result) => AssertRefused(result, client => client.Code(Address.Zero, BlockTag.Latest, default));

    [TestCase("\"0x0\"")]
    [TestCase("\"0x11111111111111111111111111111111111111111111111111111111111111\"")]
    [TestCase("\"0x111111111111111111111111111111111111111111111111111111111111111111\"")]
    [TestCase("null")]
    public Task Hash_Malformed_IsRefused(string result) => AssertRefused(result, client => client.StorageAt(Address.Zero, Hash256.Zero, BlockTag.Latest, default));

    [TestCase("\"number\":\"0x5\"", "\"number\":\"0x6\"", Description = "Another block.")]
    [TestCase("\"number\":\"0x5\"", "\"number\":null", Description = "Pending.")]
    [TestCase("\"number\":\"0x5\",", "", Description = "No number.")]
    [TestCase("\"number\":\"0x5\",", "\"number\":\"0x5\",\"number\":\"0x5\",", Description = "The number twice.")]
    [TestCase("\"timestamp\":\"0x6863d0f0\"", "\"timestamp\":1751372016")]
    [TestCase("\"baseFeePerGas\":\"0x7\"", "\"baseFeePerGas\":\"7\"")]
    [TestCase("\"hash\":\"0x11", "\"hash\":\"0x")]
    public Task Block_OneMemberWrong_IsRefused(string from, string to) => AssertRefused(Changed(Block, from, to), client => client.Block(5, default));

    [TestCase("\"blockNumber\":\"0x5\"", "\"blockNumber\":\"0x99\"", Description = "Outside the range that was asked for.")]
    [TestCase("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaee", Description = "Another contract.")]
    [TestCase("[\"0x1111", "[\"0x2222", Description = "Another event.")]
    [TestCase("[\"0x1111111111111111111111111111111111111111111111111111111111111111\"]", "[]", Description = "No topic.")]
    [TestCase("\"removed\":false", "\"removed\":true", Description = "Of a block that was reorganised away.")]
    [TestCase("\"removed\":false", "\"removed\":\"false\"")]
    [TestCase("\"data\":\"0x01\"", "\"data\":\"0x1\"")]
    [TestCase("\"data\":\"0x01\",", "")]
    [TestCase("\"logIndex\":\"0x2\"", "\"logIndex\":null")]
    [TestCase("\"logIndex\":\"0x2\"", "\"logIndex\":\"0x2\",\"logIndex\":\"0x3\"")]
    [TestCase("\"topics\":[", "\"topics\":[7,")]
    [TestCase("\"topics\":[", $"\"topics\":[\"{Hash}\",\"{Hash}\",\"{Hash}\",\"{Hash}\",", Description = "Five topics.")]
    public Task Log_OneMemberWrong_IsRefused(string from, string to) => AssertRefused($"[{Changed(Log, from, to)}]", Logs);

    [Test]
    public Task Log_Twice_IsRefused() => AssertRefused($"[{Log},{Log}]", Logs);

    [Test]
    public Task Logs_OfTwoBlocksOfOneNumber_AreRefused() => AssertRefused(
        $"[{Log},{Changed(Changed(Log, "\"logIndex\":\"0x2\"", "\"logIndex\":\"0x3\""), "\"blockHash\":\"0x11", "\"blockHash\":\"0x22")}]", Logs);

    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("7")]
    [TestCase("[7]")]
    [TestCase("[null]")]
    [TestCase("[[]]")]
    public Task Logs_NotAList_AreRefused(string result) => AssertRefused(result, Logs);

    [TestCase("\"status\":\"0x1\"", "\"status\":\"0x2\"")]
    [TestCase("\"status\":\"0x1\",", "", Description = "No status.")]
    [TestCase("{\"transactionHash\":\"0x11", "{\"transactionHash\":\"0x22", Description = "Another transaction.")]
    [TestCase("[{\"address\"", "[7,{\"address\"")]
    [TestCase("\"transactionHash\":\"0x1111111111111111111111111111111111111111111111111111111111111111\",\"transactionIndex\"",
        "\"transactionHash\":\"0x2222222222222222222222222222222222222222222222222222222222222222\",\"transactionIndex\"", Description = "A log of another.")]
    [TestCase("\"logs\":[", "\"logs\":null,\"more\":[")]
    public Task Receipt_OneMemberWrong_IsRefused(string from, string to) => AssertRefused(
        Changed(Receipt.ReplaceLineEndings(""), from, to), client => client.Receipt(Hash256.Parse(Hash), default));

    [Test]
    public Task Receipt_OfAnotherTransaction_IsRefused() => AssertRefused(
        Changed(Receipt, "0x1111", "0x2222"), client => client.Receipt(Hash256.Parse(Hash), default));

    [Test]
    public Task SendRawTransaction_NamedOtherwise_IsRefused() => AssertRefused($"\"{Hash}\"", client => client.SendRawTransaction([1, 2, 3], default));

    [Test]
    public async Task Answers_WellFormed_AreRead()
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Result(
            request.GetProperty("method").GetString() switch
            {
                "eth_getLogs" => $"[{Log}]",
                "eth_getBlockByNumber" => Block,
                "eth_getTransactionReceipt" => Receipt,
                _ => "\"0x007b\"",
            },
            request));
        using var client = new EthereumClient(peer.Endpoint, Once);
        var hash = Hash256.Parse(Hash);
        var log = (await client.Logs(Address.Parse(Account), 5, 5, [hash], default)).Single();
        Assert.That(log.Topics, Is.EqualTo(new[] { hash }));
        Assert.That(log.Data, Is.EqualTo(new byte[] { 1 }));
        Assert.That(log with { Topics = [], Data = [] }, Is.EqualTo(new Log(Address.Parse(Account), [], [], 5, hash, null, hash, 0, 2, false)));
        Assert.That(await client.Block(5, default), Is.EqualTo(new BlockHeader(5, hash, hash, 0x6863d0f0, 7, 30_000_000)));
        Assert.That((await client.Receipt(hash, default))!.Succeeded, Is.True);
        Assert.That(await client.ChainId(default), Is.EqualTo(123));
    }

    [Test]
    public void Log_BytesChangedAtRandom_IsALogOrARefusal()
    {
        var answer = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"result":[{{Log}},{{Changed(Log, "0x2", "0x3")}}],"extra":[{}]}""");
        Randomly.Holds(
            Prop.ForAll(Gen.Choose(0, answer.Length - 1).ToArbitrary(), Randomly.Byte.ToArbitrary(), (at, value) =>
            {
                var changed = (byte[])answer.Clone();
                changed[at] = value;
                using var tokens = new JsonTokenStream(new SlowStream(changed), long.MaxValue);
                return Randomly.RefusesOnlyBy<EthereumException>(() => new LogAnswer(1, _ => true).Read(tokens, default).GetAwaiter().GetResult());
            }),
            times: 5_000);
    }

    [Test]
    public void Batch_BytesChangedAtRandom_IsReadOrRefused()
    {
        var answer = Encoding.UTF8.GetBytes(
            $$"""[{"jsonrpc":"2.0","id":2,"result":{{Receipt}}},{"id":1,"error":{"code":3,"message":"é","data":"0x08"},"jsonrpc":"2.0"}]""");
        Randomly.Holds(
            Prop.ForAll(Gen.Choose(0, answer.Length - 1).ToArbitrary(), Randomly.Byte.ToArbitrary(), (at, value) =>
            {
                var changed = (byte[])answer.Clone();
                changed[at] = value;
                using var tokens = new JsonTokenStream(new SlowStream(changed), long.MaxValue);
                return Randomly.RefusesOnlyBy<EthereumException>(
                    () => JsonRpcAnswer.ReadBatch(tokens, 1, 2, TransactionReceiptDecoder.Decode, default).GetAwaiter().GetResult());
            }),
            times: 5_000);
    }

    private static Task<IReadOnlyList<Log>> Logs(EthereumClient client) => client.Logs(Address.Parse(Account), 0, 9, [Hash256.Parse(Hash)], default);

    private static string Changed(string json, string from, string to)
    {
        var changed = json.Replace(from, to, StringComparison.Ordinal);
        return changed == json ? throw new ArgumentException($"The text has no {from}.", nameof(from)) : changed;
    }

    private static async Task AssertRefused<T>(string result, Func<EthereumClient, Task<T>> ask)
    {
        using var peer = new LoopbackPeer((request, _) => LoopbackPeer.Result(result, request));
        using var client = new EthereumClient(peer.Endpoint, Once);
        await Assert.ThatAsync(async () => await ask(client), Throws.TypeOf<NodeResponseException>());
    }
}
