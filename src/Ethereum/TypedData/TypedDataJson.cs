using System.Text.Json;

namespace FinanceChain.Ethereum;

/// <summary>Strict reading of a typed-data document: members that stand twice and text that is no valid Unicode are refused.</summary>
internal static class TypedDataJson
{
    public static IReadOnlyList<JsonProperty> Members(JsonElement element, string what)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new TypedDataException($"{what} is no object.");
        }

        var members = new List<JsonProperty>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!names.Add(NameOf(member)))
            {
                throw new TypedDataException($"{what} has the member {member.Name} twice.");
            }

            members.Add(member);
        }

        return members;
    }

    public static string Text(JsonElement parent, string name) =>
        Members(parent, $"The parent of {name}").Where(member => member.Name == name).Select(member => Text(member.Value, name, null)).FirstOrDefault()
            ?? throw new TypedDataException($"The member {name} is missing.");

    public static string Text(JsonElement value, string name, string? type)
    {
        try
        {
            if (value.ValueKind == JsonValueKind.String)
            {
                return value.GetString()!;
            }
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: it has no UTF-8 to hash.
        }

        throw new TypedDataException($"The value of {name} is no {type ?? "text"}.");
    }

    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw new TypedDataException("A member's name is no valid text.");
        }
    }
}
