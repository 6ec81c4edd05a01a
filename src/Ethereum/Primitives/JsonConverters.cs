using System.Text.Json;
using System.Text.Json.Serialization;

namespace FinanceChain.Ethereum;

/// <summary>An address in JSON is its checksummed text; read with the rules of <see cref="Address.TryParse"/>.</summary>
public sealed class AddressJsonConverter : JsonConverter<Address>
{
    public override Address Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Address.TryParse(reader.GetString(), out var address)
            ? address
            : throw new JsonException("An address is 0x and 40 hex digits; in mixed case its EIP-55 checksum must hold.");

    public override void Write(Utf8JsonWriter writer, Address value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}

/// <summary>A hash in JSON is 0x and 64 hex digits.</summary>
public sealed class Hash256JsonConverter : JsonConverter<Hash256>
{
    public override Hash256 Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Hash256.TryParse(reader.GetString(), out var hash)
            ? hash
            : throw new JsonException("A hash is 0x and 64 hex digits.");

    public override void Write(Utf8JsonWriter writer, Hash256 value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
