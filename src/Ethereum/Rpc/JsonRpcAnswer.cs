using System.Globalization;
using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>Reads a result. The reader stands on its first token and is left on its last.</summary>
internal delegate T ResultDecoder<out T>(ref Utf8JsonReader reader);

/// <summary>One answer of JSON-RPC 2.0, or the part of a batch that answers one request.</summary>
/// <param name="Id">Null where the node could not read the request's id.</param>
internal sealed record JsonRpcAnswer<T>(long? Id, T? Result, JsonRpcException? Error);

/// <summary>Reads answers and checks that each belongs to its question.</summary>
internal static class JsonRpcAnswer
{
    /// <exception cref="JsonRpcException">The node refused.</exception>
    /// <exception cref="NodeResponseException">Malformed, or of another request.</exception>
    public static async Task<T> ReadSingle<T>(JsonTokenStream tokens, long id, ResultDecoder<T> decode, CancellationToken cancellationToken)
    {
        JsonRpcAnswer<T>? answer = null;
        bool Take(ref Utf8JsonReader reader) => TryReadObject(ref reader) && TryRead(ref reader, decode, out answer);
        await tokens.Take(Take, cancellationToken);
        await tokens.End(cancellationToken);
        return Check(answer!, id);
    }

    /// <summary>A batch's answers may come in any order, but each request has exactly one.</summary>
    /// <returns>The results in the order of the requests.</returns>
    /// <inheritdoc cref="ReadSingle"/>
    public static async Task<T[]> ReadBatch<T>(
        JsonTokenStream tokens, long firstId, int count, ResultDecoder<T> decode, CancellationToken cancellationToken)
    {
        var answers = new JsonRpcAnswer<T>?[count];
        var isArray = false;
        JsonRpcAnswer<T>? answer = null;
        bool Open(ref Utf8JsonReader reader)
        {
            if (!reader.Read())
            {
                return false;
            }

            isArray = reader.TokenType == JsonTokenType.StartArray;
            return isArray || (RequireObject(ref reader) && TryRead(ref reader, decode, out answer));
        }

        bool TakeNext(ref Utf8JsonReader reader)
        {
            answer = null;
            return reader.Read()
                && (reader.TokenType == JsonTokenType.EndArray || (RequireObject(ref reader) && TryRead(ref reader, decode, out answer)));
        }

        await tokens.Take(Open, cancellationToken);
        if (!isArray)
        {
            throw answer!.Error ?? (EthereumException)new NodeResponseException("The node answered a batch with a single result.");
        }

        await tokens.Take(TakeNext, cancellationToken);
        while (answer is not null)
        {
            Place(answers, answer, firstId);
            await tokens.Take(TakeNext, cancellationToken);
        }

        await tokens.End(cancellationToken);
        return Array.ConvertAll(answers, found => found is null
            ? throw new NodeResponseException("The node's batch does not answer every request.")
            : Check(found, found.Id!.Value));
    }

    /// <summary>Checks the id, unless the node could not read it, and unwraps.</summary>
    internal static T Check<T>(JsonRpcAnswer<T> answer, long id)
    {
        if (answer.Id != id && (answer.Id is not null || answer.Error is null))
        {
            throw new NodeResponseException($"The node answered request {answer.Id?.ToString(CultureInfo.InvariantCulture) ?? "null"} where {id} was asked.");
        }

        return answer.Error is null ? answer.Result! : throw answer.Error;
    }

    /// <summary>Moves to the next token, which must open an object. False: there is none yet.</summary>
    internal static bool TryReadObject(ref Utf8JsonReader reader) => reader.Read() && RequireObject(ref reader);

    private static bool RequireObject(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.StartObject
        ? true
        : throw new NodeResponseException("The node's answer is no object.");

    /// <summary>Reads a whole answer whose opening brace is the current token. False: its end is not there yet.</summary>
    private static bool TryRead<T>(ref Utf8JsonReader reader, ResultDecoder<T> decode, out JsonRpcAnswer<T>? answer)
    {
        answer = null;
        var ahead = reader;
        if (!ahead.TrySkip())
        {
            return false;
        }

        var envelope = new JsonRpcEnvelope();
        T? result = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (envelope.TakeMember(ref reader) && reader.TokenType != JsonTokenType.Null)
            {
                result = decode(ref reader);
            }
        }

        answer = envelope.Complete(result);
        if (envelope.ResultIsNull && answer.Error is null)
        {
            // Only now is it sure that null is the answer and not the companion of an error. Most decoders refuse it.
            var nothing = new Utf8JsonReader("null"u8);
            nothing.Read();
            answer = answer with { Result = decode(ref nothing) };
        }

        return true;
    }

    private static void Place<T>(JsonRpcAnswer<T>?[] answers, JsonRpcAnswer<T> answer, long firstId)
    {
        if (answer.Id is not { } id)
        {
            throw answer.Error ?? (EthereumException)new NodeResponseException("A result in the node's batch has no id.");
        }

        if (id < firstId || id - firstId >= answers.Length || answers[id - firstId] is not null)
        {
            throw new NodeResponseException($"The node's batch answers request {id}, which was not asked or is answered twice.");
        }

        answers[id - firstId] = answer;
    }
}
