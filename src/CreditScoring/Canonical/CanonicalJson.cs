using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FinanceChain.CreditScoring.Canonical;

/// <summary>JSON in the one form of RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript writes them, no white space. Equal values, equal bytes.</summary>
public static class CanonicalJson
{
    /// <summary>The canonical text.</summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    /// <summary>SHA-256 of the canonical text in UTF-8, as <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public static string Hash(JsonNode? node) => HashOf(Encoding.UTF8.GetBytes(Write(node)));

    /// <summary>SHA-256 of bytes in the same form.</summary>
    public static string HashOf(ReadOnlySpan<byte> bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                AppendObject(text, members);
                break;
            case JsonArray items:
                text.Append('[');
                for (int i = 0; i < items.Count; i++)
                {
                    text.Append(i > 0 ? "," : "");
                    Append(text, items[i]);
                }

                text.Append(']');
                break;
            default:
                AppendValue(text, node.AsValue());
                break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonObject members)
    {
        text.Append('{');
        bool first = true;
        foreach ((string name, JsonNode? value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            text.Append(first ? "" : ",");
            first = false;
            AppendString(text, name);
            text.Append(':');
            Append(text, value);
        }

        text.Append('}');
    }

    private static void AppendValue(StringBuilder text, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case System.Text.Json.JsonValueKind.String:
                AppendString(text, value.GetValue<string>());
                break;
            case System.Text.Json.JsonValueKind.True:
                text.Append("true");
                break;
            case System.Text.Json.JsonValueKind.False:
                text.Append("false");
                break;
            default:
                text.Append(Number(value.TryGetValue(out double number) ? number : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)));
                break;
        }
    }

    /// <summary>A number as ECMAScript's Number::toString writes it: the shortest digits that read back to the same double.</summary>
    public static string Number(double number)
    {
        if (!double.IsFinite(number))
        {
            throw new ArgumentException($"{number} has no form in JSON.", nameof(number));
        }

        if (number == 0)
        {
            return "0";
        }

        string shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        return (number < 0 ? "-" : "") + Place(Digits(shortest), Point(shortest));
    }

    // Significant digits without leading and trailing zeros.
    private static string Digits(string number)
    {
        int end = number.IndexOf('E', StringComparison.Ordinal);
        string digits = (end < 0 ? number : number[..end]).Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return digits.Length == 0 ? "0" : digits;
    }

    // Where the decimal point stands, counted from the first significant digit: 0.01 → −1, 12.5 → 2, 1E+23 → 24.
    private static int Point(string number)
    {
        int end = number.IndexOf('E', StringComparison.Ordinal);
        int exponent = end < 0 ? 0 : int.Parse(number.AsSpan(end + 1), CultureInfo.InvariantCulture);
        string mantissa = end < 0 ? number : number[..end];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? mantissa : mantissa[..point];
        string significant = mantissa.Replace(".", "", StringComparison.Ordinal);
        int zeros = significant.Length - significant.TrimStart('0').Length;
        return whole.Length - zeros + exponent;
    }

    // point: how many digits stand before the decimal point.
    private static string Place(string digits, int point)
    {
        if (digits.Length <= point && point <= 21)
        {
            return digits + new string('0', point - digits.Length);
        }

        if (point is > 0 and <= 21)
        {
            return digits[..point] + "." + digits[point..];
        }

        if (point is > -6 and <= 0)
        {
            return "0." + new string('0', -point) + digits;
        }

        int exponent = point - 1;
        string sign = exponent < 0 ? "-" : "+";
        string mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
        return $"{mantissa}e{sign}{Math.Abs(exponent).ToString(CultureInfo.InvariantCulture)}";
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }
}
