using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FinanceChain.Ethereum;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinanceChain.IndexerBenchmark.OwnLedger.Repeated;

/// <summary>
/// A node that answers for a chain of any length: the recorded turns of the real ledger, again and again, with the numbers and totals that the real
/// contract would give, and with hashes of its own. Only what an indexer asks for.
/// </summary>
internal sealed class RepeatedChain : IAsyncDisposable
{
    private const int MarkOfAHash = 0x4c454447;
    private const long SecondsOfABlock = 60;

    private readonly RecordedTurns _recorded;
    private readonly RepeatedBlock[] _turn;
    private readonly WebApplication _application;
    private readonly long _firstOfTurns;
    private long _last;

    private RepeatedChain(RecordedTurns recorded, long turns, WebApplication application)
    {
        _recorded = recorded;
        _application = application;
        _firstOfTurns = (long)recorded.Turns[0][0].Header.Number;
        Head = _firstOfTurns + (turns * RecordedTurns.BlocksOfATurn) - 1;
        _turn = [.. Enumerable.Range(0, RecordedTurns.BlocksOfATurn).Select(i => new RepeatedBlock(
            recorded.Turns[0][i], recorded.Turns[1][i], recorded.Turns[2][i],
            new Course(HashOf(_firstOfTurns + i), new Word(0, 0, 0, RecordedTurns.BlocksOfATurn), IsHash: false)))];
    }

    /// <summary>What there is to index.</summary>
    public Field Field { get; private set; } = null!;

    public static async Task<RepeatedChain> Serve(RecordedTurns recorded, long events, CancellationToken cancellation)
    {
        var (one, two) = (recorded.OfOneTurn, recorded.OfTwoTurns);
        var turns = Math.Max(1, (events - one.Events + two.Events - one.Events - 1) / (two.Events - one.Events));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var chain = new RepeatedChain(recorded, turns, application);
        application.Run(chain.Answer);
        await application.StartAsync(cancellation);
        chain.Field = one with
        {
            Chain = new Uri(application.Urls.First()),
            Last = chain.Head,
            Figures = [.. one.Figures.Zip(two.Figures, (first, second) => first + ((turns - 1) * (second - first)))],
        };
        return chain;
    }

    public int EventsOfABlock => _turn[0].LogCount;

    /// <summary>The latest block that the node shows. Can be raised.</summary>
    public long Head { get => Volatile.Read(ref _last); set => Volatile.Write(ref _last, value); }

    /// <summary>The first block with which there are so many events or more.</summary>
    public long BlockOf(long events) =>
        (long)_recorded.Turns[1][0].Header.Number - 1 + ((Math.Max(0, events - _recorded.OfOneTurn.Events) + _turn[0].LogCount - 1) / _turn[0].LogCount);

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static Word HashOf(long number) => new(MarkOfAHash, 0, 0, (ulong)number);

    private static string Text(Word word)
    {
        Span<byte> digits = stackalloc byte[2 * Word.Size];
        word.WriteHex(digits);
        return "0x" + Encoding.ASCII.GetString(digits);
    }

    private async Task Answer(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        context.Response.ContentType = "application/json";
        var target = context.Response.BodyWriter;
        if (request.RootElement.ValueKind == JsonValueKind.Array)
        {
            var separator = "["u8.ToArray();
            foreach (var item in request.RootElement.EnumerateArray())
            {
                target.Write(separator);
                Answer(item, target);
                separator = ","u8.ToArray();
            }

            target.Write("]"u8);
        }
        else
        {
            Answer(request.RootElement, target);
        }

        await target.FlushAsync(context.RequestAborted);
    }

    private void Answer(JsonElement request, IBufferWriter<byte> target)
    {
        Write(target, $$"""{"jsonrpc":"2.0","id":{{request.GetProperty("id").GetRawText()}},"result":""");
        var parameters = request.TryGetProperty("params", out var given) ? given : default;
        switch (request.GetProperty("method").GetString())
        {
            case "eth_chainId":
                Write(target, $"\"0x{_recorded.ChainId:x}\"");
                break;
            case "eth_blockNumber":
                Write(target, $"\"0x{Head:x}\"");
                break;
            case "eth_getCode":
                Write(target, "\"0x60\"");
                break;
            case "eth_getBlockByNumber":
                Write(target, Header(Number(parameters[0].GetString()!)));
                break;
            case "eth_getLogs":
                WriteLogs(target, Number(parameters[0].GetProperty("fromBlock").GetString()!), Number(parameters[0].GetProperty("toBlock").GetString()!));
                break;
            case "eth_call":
                Write(target, $"\"{Call(parameters[0].GetProperty("data").GetString()!, Number(parameters[1].GetString()!))}\"");
                break;
            case var other:
                throw new InvalidOperationException($"An indexer asked for {other}, which a repeated chain does not answer.");
        }

        Write(target, "}");
    }

    private static void Write(IBufferWriter<byte> target, string text) => Encoding.ASCII.GetBytes(text, target);

    private long Number(string tag) => tag is "latest" or "safe" or "finalized"
        ? Head
        : long.Parse(tag.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private string Header(long number)
    {
        if (number > Head)
        {
            return "null";
        }

        var bloom = number < _firstOfTurns
            ? (number == 0 || number < (long)_recorded.Opening[0].Header.Number ? null : _recorded.Opening[(int)(number - (long)_recorded.Opening[0].Header.Number)].Header.LogsBloom)
            : _turn[(number - _firstOfTurns) % RecordedTurns.BlocksOfATurn].Bloom;
        return $$"""{"number":"0x{{number:x}}","hash":"{{Text(HashOf(number))}}","parentHash":"{{Text(HashOf(number - 1))}}","timestamp":"0x{{Time(number):x}}","gasLimit":"0x1","logsBloom":"{{(bloom is null ? "0x" + new string('0', 2 * LogsBloom.Length) : Hex.Encode(bloom.ToArray()))}}"}""";
    }

    private long Time(long number) => (long)_recorded.Genesis.Timestamp + (number * SecondsOfABlock);

    private void WriteLogs(IBufferWriter<byte> target, long from, long to)
    {
        Write(target, "[");
        var isFirst = true;
        for (var number = from; number <= Math.Min(to, Head); number++)
        {
            if (number < (long)_recorded.Opening[0].Header.Number)
            {
                continue;
            }

            if (!isFirst)
            {
                Write(target, ",");
            }

            isFirst = false;
            if (number < _firstOfTurns)
            {
                var block = _recorded.Opening[(int)(number - (long)_recorded.Opening[0].Header.Number)];
                Write(target, string.Join(',', block.Logs.Select(log => Opening(log, number))));
                isFirst = block.Logs.Count == 0;
            }
            else
            {
                var (turn, place) = Math.DivRem(number - _firstOfTurns, RecordedTurns.BlocksOfATurn);
                _turn[place].WriteLogs(target, (ulong)turn, number, Time(number));
            }
        }

        Write(target, "]");
    }

    private string Opening(Log log, long number) =>
        $$"""{"address":"{{log.Address}}","topics":[{{string.Join(',', log.Topics.Select(topic => $"\"{topic}\""))}}],"data":"{{Hex.Encode(log.Data)}}","blockNumber":"0x{{number:x}}","blockHash":"{{Text(HashOf(number))}}","blockTimestamp":"0x{{Time(number):x}}","transactionHash":"{{log.TransactionHash}}","transactionIndex":"0x{{log.TransactionIndex:x}}","logIndex":"0x{{log.LogIndex:x}}","removed":false}""";

    private string Call(string data, long number)
    {
        if (number >= _firstOfTurns)
        {
            var (turn, place) = Math.DivRem(number - _firstOfTurns, RecordedTurns.BlocksOfATurn);
            return _turn[place].Answer(data, (ulong)turn) ?? throw new InvalidOperationException($"The call {data} was not recorded.");
        }

        return Hex.Encode(_recorded.Opening[(int)(number - (long)_recorded.Opening[0].Header.Number)].Answers[data]);
    }
}
