using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>
/// The answer of <c>eth_getLogs</c>, decoded log by log as it arrives: it can have tens of megabytes, of which only the decoded part stays.
/// </summary>
internal sealed class LogAnswer(long id, Func<Log, bool> wasAskedFor)
{
    private readonly JsonRpcEnvelope _envelope = new();
    private readonly List<Log> _logs = [];
    private Place _place = Place.Before;

    private enum Place
    {
        Before,
        Members,
        Logs,
        Done,
    }

    /// <returns>In the order of the chain.</returns>
    /// <exception cref="JsonRpcException">The node refused.</exception>
    /// <exception cref="NodeResponseException">Malformed, of another request, not asked for, twice, or contradictory.</exception>
    public async Task<IReadOnlyList<Log>> Read(JsonTokenStream tokens, CancellationToken cancellationToken)
    {
        JsonTokenStream.Step step = TakeNext;
        while (_place != Place.Done)
        {
            await tokens.Take(step, cancellationToken);
        }

        await tokens.End(cancellationToken);
        var logs = JsonRpcAnswer.Check(_envelope.Complete(_logs), id);
        return _envelope.ResultIsNull ? throw new NodeResponseException("The node's answer holds no list of logs.") : Ordered(logs);
    }

    private bool TakeNext(ref Utf8JsonReader reader)
    {
        if (_place == Place.Before)
        {
            var opened = JsonRpcAnswer.TryReadObject(ref reader);
            _place = opened ? Place.Members : Place.Before;
            return opened;
        }

        return reader.Read() && (_place == Place.Members ? TakeMember(ref reader) : TakeLog(ref reader));
    }

    private bool TakeMember(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            _place = Place.Done;
            return true;
        }

        // What a member's value is shows in its first token; a list of logs is then taken log by log, anything else as a whole.
        var ahead = reader;
        if (!ahead.Read())
        {
            return false;
        }

        var isResult = reader.ValueTextEquals("result"u8);
        if (!(isResult && ahead.TokenType == JsonTokenType.StartArray) && !ahead.TrySkip())
        {
            return false;
        }

        if (_envelope.TakeMember(ref reader))
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                _place = Place.Logs;
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                throw new NodeResponseException("The node's answer holds no list of logs.");
            }
        }

        return true;
    }

    private bool TakeLog(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _place = Place.Members;
            return true;
        }

        if (!LogDecoder.TryDecode(ref reader, out var log))
        {
            return false;
        }

        if (!wasAskedFor(log))
        {
            throw new NodeResponseException($"The node gave log {log.LogIndex} of block {log.BlockNumber}, which was not asked for.");
        }

        _logs.Add(log);
        return true;
    }

    // Nodes answer in order, but nothing obliges them to.
    private static List<Log> Ordered(List<Log> logs)
    {
        if (!IsOrdered(logs))
        {
            logs.Sort((left, right) => (left.BlockNumber, left.LogIndex).CompareTo((right.BlockNumber, right.LogIndex)));
        }

        for (var i = 1; i < logs.Count; i++)
        {
            if (logs[i].BlockNumber == logs[i - 1].BlockNumber && (logs[i].LogIndex == logs[i - 1].LogIndex || logs[i].BlockHash != logs[i - 1].BlockHash))
            {
                throw new NodeResponseException(
                    $"The node gave log {logs[i].LogIndex} of block {logs[i].BlockNumber} twice, or logs of two blocks of that number.");
            }
        }

        return logs;
    }

    private static bool IsOrdered(List<Log> logs)
    {
        for (var i = 1; i < logs.Count; i++)
        {
            if ((logs[i - 1].BlockNumber, logs[i - 1].LogIndex).CompareTo((logs[i].BlockNumber, logs[i].LogIndex)) > 0)
            {
                return false;
            }
        }

        return true;
    }
}
