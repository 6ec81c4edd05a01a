using System.Buffers;
using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>One request, before it has an id.</summary>
internal readonly record struct JsonRpcRequest(string Method, object?[] Parameters)
{
    /// <summary>A single request, or a batch with consecutive ids.</summary>
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<JsonRpcRequest> requests, long firstId, bool isBatch)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (isBatch)
            {
                writer.WriteStartArray();
            }

            for (var i = 0; i < requests.Count; i++)
            {
                requests[i].WriteTo(writer, firstId + i);
            }

            if (isBatch)
            {
                writer.WriteEndArray();
            }
        }

        return buffer.WrittenMemory;
    }

    private void WriteTo(Utf8JsonWriter writer, long id)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WriteNumber("id"u8, id);
        writer.WriteString("method"u8, Method);
        writer.WriteStartArray("params"u8);
        foreach (var parameter in Parameters)
        {
            WriteValue(writer, parameter);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // The forms in use are written directly; anything else that a caller of the raw door passes goes through the serializer.
    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case byte[] bytes:
                writer.WriteStringValue(Hex.Encode(bytes));
                break;
            case BlockTag or Address or Hash256:
                writer.WriteStringValue(value.ToString());
                break;
            case Dictionary<string, object?> members:
                writer.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    WriteValue(writer, member);
                }

                writer.WriteEndObject();
                break;
            case object?[] items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteValue(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                JsonSerializer.Serialize(writer, value);
                break;
        }
    }
}
