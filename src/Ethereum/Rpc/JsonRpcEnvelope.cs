using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>
/// The members of an answer around its result, in whichever order they come. No member may stand twice; result and error exclude each other.
/// </summary>
internal sealed class JsonRpcEnvelope
{
    private bool _hasVersion;
    private bool _hasId;
    private bool _hasResult;
    private bool _hasError;
    private long? _id;
    private JsonRpcException? _error;

    public bool ResultIsNull { get; private set; }

    /// <summary>
    /// Takes the member whose name is the current token. True: it is the result, the reader stands on its first token and the caller has to
    /// read it. The whole member must be in the reader, except for a result.
    /// </summary>
    /// <exception cref="NodeResponseException">The member is malformed or stands twice.</exception>
    public bool TakeMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("result"u8))
        {
            Once(ref _hasResult, "result");
            reader.Read();
            ResultIsNull = reader.TokenType == JsonTokenType.Null;
            return true;
        }

        if (reader.ValueTextEquals("jsonrpc"u8))
        {
            Once(ref _hasVersion, "jsonrpc");
            reader.Read();
            Require(reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("2.0"u8), "jsonrpc");
        }
        else if (reader.ValueTextEquals("id"u8))
        {
            Once(ref _hasId, "id");
            reader.Read();
            _id = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) ? id : null;
            Require(_id is not null || reader.TokenType == JsonTokenType.Null, "id");
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            Once(ref _hasError, "error");
            reader.Read();
            _error = reader.TokenType == JsonTokenType.Null ? null : ReadError(ref reader);
        }
        else
        {
            reader.SkipValue();
        }

        return false;
    }

    public JsonRpcAnswer<T> Complete<T>(T? result)
    {
        Require(_hasVersion, "jsonrpc");
        Require(_hasId, "id");
        Require(_error is null ? _hasResult : !_hasResult || ResultIsNull, "result");
        return new JsonRpcAnswer<T>(_id, result, _error);
    }

    private static JsonRpcException ReadError(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, "error");
        int? code = null;
        string? message = null;
        byte[]? data = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("code"u8))
            {
                reader.Read();
                code = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : null;
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                message = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                data = reader.TokenType == JsonTokenType.String && Hex.TryDecode(reader.GetString(), out var bytes) ? bytes : null;
                reader.SkipValue();
            }
            else
            {
                reader.SkipValue();
            }
        }

        Require(code is not null && message is not null, "error");
        return new JsonRpcException(code!.Value, message!, data);
    }

    private static void Once(ref bool seen, string name)
    {
        Require(!seen, name);
        seen = true;
    }

    private static void Require(bool holds, string member)
    {
        if (!holds)
        {
            throw new NodeResponseException($"The member {member} of the node's answer is missing, malformed, or stands where it must not.");
        }
    }
}
