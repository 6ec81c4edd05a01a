using System.Text.Json;

namespace FinanceChain.LedgerContract;

/// <summary>The <c>types</c> of typed data, from the encodeType strings that EIP-712 defines.</summary>
internal static class TypedDataTypes
{
    private const string DomainType = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

    public static void Write(Utf8JsonWriter writer, string encodeType)
    {
        writer.WriteStartObject("types");
        foreach (var described in (DomainType + encodeType).Split(')', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, fields) = Divide(described, '(');
            writer.WriteStartArray(name);
            foreach (var field in fields.Split(','))
            {
                var (type, fieldName) = Divide(field, ' ');
                writer.WriteStartObject();
                writer.WriteString("name", fieldName);
                writer.WriteString("type", type);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static (string Before, string After) Divide(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return (text[..at], text[(at + 1)..]);
    }
}
