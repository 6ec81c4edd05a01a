using System.Text.Json;
using System.Text.Json.Serialization;

namespace FinanceChain.LedgerContract;

/// <summary>A value type that JSON carries as a whole number. Fractions, signs and strings are refused.</summary>
public abstract class NumberJsonConverter<T> : JsonConverter<T>
    where T : struct
{
    protected abstract ulong ToNumber(T value);

    /// <summary>False when the number is out of the type's range.</summary>
    protected abstract bool TryFromNumber(ulong number, out T value);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out var number))
        {
            throw new JsonException($"{typeof(T).Name} must be a whole number.");
        }

        return TryFromNumber(number, out var value)
            ? value
            : throw new JsonException($"{number} is out of range for {typeof(T).Name}.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteNumberValue(ToNumber(value));
    }
}

/// <summary>A value type that JSON carries as text in its canonical form.</summary>
public abstract class TextJsonConverter<T> : JsonConverter<T>
    where T : struct
{
    /// <summary>Null when the text is well formed, otherwise what is wrong with it.</summary>
    protected abstract string? Parse(string text, out T value);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException($"{typeof(T).Name} must be a string.");
        }

        var wrong = Parse(reader.GetString()!, out var value);
        return wrong is null ? value : throw new JsonException(wrong);
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}

/// <summary>An enum that JSON carries as its name in snake_case; numbers are refused.</summary>
public sealed class NameJsonConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
