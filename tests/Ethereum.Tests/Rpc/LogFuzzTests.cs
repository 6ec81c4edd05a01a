using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FinanceChain.Ethereum.Tests.Rpc;

/// <summary>
/// Answers of <c>eth_getLogs</c> with bytes changed, cut, doubled and put in, arriving in pieces of any length: the decoder refuses, or it gives what
/// a plain reading of the same JSON gives.
/// </summary>
internal sealed class LogFuzzTests
{
    private const int Tries = 40_000;

    private static readonly byte[] Interesting = "\"{}[],:0x123456789abcdefABCDEF \\ntrue\0\x80"u8.ToArray();

    [Test]
    public async Task Answer_WithChangedBytes_IsRefusedOrReadAsItStands()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var accepted = 0;
        for (var i = 0; i < Tries; i++)
        {
            var text = Answer(random);
            if (i % 10 != 0)
            {
                Spoil(ref text, random);
            }

            try
            {
                var logs = await Decode(text, random);
                accepted++;
                Assert.That(Lines(logs), Is.EqualTo(Plainly(text)), $"seed {seed}, try {i}");
            }
            catch (EthereumException)
            {
                // Refused, as most are.
            }
        }

        Assert.That(accepted, Is.GreaterThan(Tries / 20), $"seed {seed}: enough were read for the comparison to mean something");
    }

    private static async Task<IReadOnlyList<Log>> Decode(byte[] text, Random random)
    {
        await using var stream = new PiecewiseStream(text, random);
        using var tokens = new JsonTokenStream(stream, maxBytes: 1_000_000);
        return await new LogAnswer(7, _ => true).Read(tokens, CancellationToken.None);
    }

    private static byte[] Answer(Random random)
    {
        var logs = Enumerable.Range(0, random.Next(0, 4)).Select(index => Log(random, index));
        return Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":7,"result":[{{string.Join(',', logs)}}]}""");
    }

    private static string Log(Random random, int index)
    {
        string Bytes(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return Hex.Encode(bytes);
        }

        var topics = string.Join(',', Enumerable.Range(0, random.Next(0, 5)).Select(_ => $"\"{Bytes(32)}\""));
        var time = random.Next(2) == 0 ? ",\"blockTimestamp\":\"0x6863d0f0\"" : "";
        var removed = random.Next(2) == 0 ? ",\"removed\":false,\"more\":{\"a\":[1,\"x\"]}" : "";
        return $$"""{"address":"{{Bytes(20)}}","topics":[{{topics}}],"data":"{{Bytes(random.Next(0, 70))}}","blockNumber":"0x{{100 + index:x}}","blockHash":"{{Bytes(32)}}","transactionHash":"{{Bytes(32)}}","transactionIndex":"0x{{random.Next(9):x}}","logIndex":"0x{{random.Next(99):x}}"{{time}}{{removed}}}""";
    }

    private static void Spoil(ref byte[] text, Random random)
    {
        for (var changes = random.Next(1, 4); changes > 0 && text.Length > 1; changes--)
        {
            var at = random.Next(text.Length);
            var value = random.Next(2) == 0 ? Interesting[random.Next(Interesting.Length)] : (byte)random.Next(256);
            text = random.Next(5) switch
            {
                0 => text[..at],
                1 => [.. text[..at], value, .. text[at..]],
                2 => [.. text[..at], .. text[(at + 1)..]],
                3 => [.. text[..at], .. text[random.Next(at + 1)..]],
                _ => [.. text[..at], value, .. text[(at + 1)..]],
            };
        }
    }

    private static List<string> Lines(IReadOnlyList<Log> logs) => [.. logs.Select(log => string.Join(
        ' ', log.Address.ToString().ToLowerInvariant(), string.Join(',', log.Topics), Hex.Encode(log.Data), log.BlockNumber, log.BlockHash, log.BlockTimestamp,
        log.TransactionHash, log.TransactionIndex, log.LogIndex, log.Removed))];

    // By the general JSON reader and the general number parser.
    private static List<string> Plainly(byte[] text)
    {
        using var document = JsonDocument.Parse(text);
        static string Text(JsonElement log, string name) => log.GetProperty(name).GetString()!.ToLowerInvariant();
        static ulong Number(JsonElement log, string name) => ulong.Parse(Text(log, name).AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var logs = document.RootElement.GetProperty("result").EnumerateArray().OrderBy(log => (Number(log, "blockNumber"), Number(log, "logIndex")));
        return [.. logs.Select(log => string.Join(
            ' ', Text(log, "address"), string.Join(',', log.GetProperty("topics").EnumerateArray().Select(topic => topic.GetString()!.ToLowerInvariant())),
            Text(log, "data"), Number(log, "blockNumber"), Text(log, "blockHash"),
            log.TryGetProperty("blockTimestamp", out var time) && time.ValueKind != JsonValueKind.Null ? Number(log, "blockTimestamp") : (ulong?)null,
            Text(log, "transactionHash"), Number(log, "transactionIndex"), Number(log, "logIndex"),
            log.TryGetProperty("removed", out var removed) && removed.GetBoolean()))];
    }

    /// <summary>Gives out its bytes in pieces of any length.</summary>
    private sealed class PiecewiseStream(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(random.Next(1, 400), buffer.Length)], cancellationToken);
    }
}
