using System.Globalization;
using System.Text.Json;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <summary>How a node misbehaves, each with its share of all answers in percent.</summary>
internal sealed record Faults(int Broken, int Busy, int Cut, int Late, int EmptyLogs, int DoubledLogs, int RemovedLogs, int TwoHashes, int LogCap)
{
    public static readonly Faults None = new(0, 0, 0, 0, 0, 0, 0, 0, LogCap: int.MaxValue);

    public static Faults Some(Random random) => new(
        random.Next(4), random.Next(3), random.Next(3), random.Next(10), random.Next(8), random.Next(4), random.Next(3), random.Next(3),
        LogCap: random.Next(3) == 0 ? random.Next(4, 12) : int.MaxValue);
}

/// <summary>Serves a scripted chain as a node would, with faults. One answer is always of one view of the chain, right or wrong.</summary>
internal sealed class ScriptedNode(
    ScriptedChain chain, Faults faults, Random random, Func<IReadOnlyList<ScriptedBlock>>? view = null, int chainId = 31_337)
{
    /// <summary>Null: break the connection. Else status and body.</summary>
    public (int Status, string Body)? Answer(JsonElement request)
    {
        lock (random)
        {
            if (Happens(faults.Broken))
            {
                return null;
            }

            if (Happens(faults.Busy))
            {
                return (503, "");
            }

            var blocks = view?.Invoke() ?? (Happens(faults.Late) ? chain.Earlier : chain.Blocks);
            var body = request.ValueKind == JsonValueKind.Array
                ? $"[{string.Join(',', request.EnumerateArray().Select(item => Single(item, blocks)))}]"
                : Single(request, blocks);
            return (200, Happens(faults.Cut) ? body[..random.Next(body.Length)] : body);
        }
    }

    private bool Happens(int percent) => percent > 0 && random.Next(100) < percent;

    private string Single(JsonElement request, IReadOnlyList<ScriptedBlock> blocks)
    {
        var parameters = request.TryGetProperty("params", out var given) ? given : default;
        var outcome = request.GetProperty("method").GetString() switch
        {
            "eth_chainId" => Result($"\"0x{chainId:x}\""),
            "eth_blockNumber" => Result($"\"0x{blocks[^1].Number:x}\""),
            "eth_getCode" => Result("\"0x60\""),
            "eth_getBlockByNumber" => Result(Header(Find(blocks, parameters[0].GetString()!))),
            "eth_getLogs" => Logs(parameters[0], blocks),
            "eth_call" => Call(parameters, blocks),
            var other => Error(-32601, $"no method {other}"),
        };
        return $"{{\"jsonrpc\":\"2.0\",\"id\":{request.GetProperty("id").GetRawText()},{outcome}}}";
    }

    private static string Result(string value) => $"\"result\":{value}";

    private static string Error(int code, string message) => $"\"error\":{{\"code\":{code},\"message\":\"{message}\"}}";

    private static ScriptedBlock? Find(IReadOnlyList<ScriptedBlock> blocks, string tag)
    {
        var number = tag == "latest" ? blocks[^1].Number : long.Parse(tag.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return number < blocks.Count ? blocks[(int)number] : null;
    }

    private string Header(ScriptedBlock? block)
    {
        if (block is null)
        {
            return "null";
        }

        var bloom = block.LogCount > 0 ? Hex.Encode(chain.Recording.Bloom.ToArray()) : "0x" + new string('0', 2 * LogsBloom.Length);
        return $$"""{"number":"0x{{block.Number:x}}","hash":"{{block.Hash}}","parentHash":"{{block.ParentHash}}","timestamp":"0x{{block.Time:x}}","gasLimit":"0x1","logsBloom":"{{bloom}}"}""";
    }

    private string Logs(JsonElement filter, IReadOnlyList<ScriptedBlock> blocks)
    {
        IReadOnlyList<ScriptedBlock> asked;
        if (filter.TryGetProperty("blockHash", out var hash))
        {
            asked = [.. blocks.Where(block => block.Hash == Hash256.Parse(hash.GetString()!))];
            return asked.Count == 0 ? Error(-32000, "unknown block") : Result($"[{asked[0].Logs}]");
        }

        var (from, to) = (Number(filter, "fromBlock"), Number(filter, "toBlock"));
        asked = [.. blocks.Where(block => block.Number >= from && block.Number <= to && block.LogCount > 0)];
        if (from != to && asked.Sum(block => block.LogCount) > faults.LogCap)
        {
            return Error(-32005, $"query returned more than {faults.LogCap} results");
        }

        var logs = asked.Select(block => block.Logs).ToList();
        if (logs.Count > 0)
        {
            Spoil(logs, asked);
        }

        return Result($"[{string.Join(',', logs)}]");
    }

    private void Spoil(List<string> logs, IReadOnlyList<ScriptedBlock> asked)
    {
        var place = random.Next(logs.Count);
        if (Happens(faults.EmptyLogs))
        {
            // Those of one block are left out, or all.
            if (random.Next(2) == 0)
            {
                logs.RemoveAt(place);
            }
            else
            {
                logs.Clear();
            }
        }
        else if (Happens(faults.DoubledLogs))
        {
            logs.Add(logs[place]);
        }
        else if (Happens(faults.RemovedLogs))
        {
            logs[place] = logs[place].Replace("\"removed\":false", "\"removed\":true", StringComparison.Ordinal);
        }
        else if (Happens(faults.TwoHashes))
        {
            logs[place] = logs[place].Replace(asked[place].Hash.ToString(), asked[place].ParentHash.ToString(), StringComparison.Ordinal);
        }
    }

    private string Call(JsonElement parameters, IReadOnlyList<ScriptedBlock> blocks)
    {
        if (Find(blocks, parameters[1].GetString()!) is not { } block)
        {
            return Error(-32000, "header not found");
        }

        var data = parameters[0].GetProperty("data").GetString()!;
        return block.Steps.End.Value == 0 ? Result("\"0x\"") : Result($"\"{chain.Recording.Steps[block.Steps.End.Value - 1].Answers[data]}\"");
    }

    private static long Number(JsonElement filter, string name) =>
        long.Parse(filter.GetProperty(name).GetString().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
