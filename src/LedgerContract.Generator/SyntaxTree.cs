using System.Globalization;
using System.Text.Json.Nodes;

namespace FinanceChain.LedgerContract.Generator;

/// <summary>Reads from the Solidity compiler's syntax tree what an ABI does not hold.</summary>
internal sealed class SyntaxTree(JsonNode buildOutput)
{
    private static readonly string[] Interfaces = ["ITrading", "IRegistry", "IServicing", "ILedgerErrors", "ILedgerEvents"];

    /// <summary>The project's own sources in the compiler's order of names, which is the same on every machine.</summary>
    private readonly IReadOnlyList<JsonNode> _declarations =
    [
        .. buildOutput["sources"]!.AsObject()
            .Where(source => source.Key.StartsWith("project/contracts/", StringComparison.Ordinal))
            .OrderBy(source => source.Key, StringComparer.Ordinal)
            .SelectMany(source => source.Value!["ast"]!["nodes"]!.AsArray())
            .Select(node => node!),
    ];

    public JsonObject Enums()
    {
        var enums = new JsonObject();
        foreach (var declaration in _declarations.Where(node => Kind(node) == "EnumDefinition"))
        {
            enums[Name(declaration)] = new JsonArray([.. declaration["members"]!.AsArray().Select(member => (JsonNode)Name(member!))]);
        }

        return enums;
    }

    public JsonObject Constants(string library)
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var constant in Members(library).Where(node => Kind(node) == "VariableDeclaration"))
        {
            values.Add(Name(constant), Evaluate(constant["value"]!, values));
        }

        return [.. values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value))];
    }

    public IReadOnlySet<string> DeclaredByInterface() =>
        Interfaces.SelectMany(Members).Where(node => Kind(node) is "ErrorDefinition" or "EventDefinition").Select(Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>The first sentence block (<c>@notice</c>) of structs, functions and events that have one.</summary>
    public JsonObject Notices()
    {
        var documented = _declarations.Where(node => Kind(node) == "StructDefinition").Concat(Interfaces.SelectMany(Members));
        var notices = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in documented)
        {
            if (node["name"] is not null && (string?)node["documentation"]?["text"] is { } text && NoticeOf(text) is { } notice)
            {
                notices[Name(node)] = notice;
            }
        }

        return [.. notices.Select(notice => KeyValuePair.Create(notice.Key, (JsonNode?)notice.Value))];
    }

    private static string? NoticeOf(string documentation)
    {
        const string Tag = "@notice ";
        var tagged = documentation.Split(" @", StringSplitOptions.TrimEntries)
            .Select((part, index) => index == 0 ? part : "@" + part)
            .FirstOrDefault(part => part.StartsWith(Tag, StringComparison.Ordinal));
        return tagged is null ? null : string.Join(' ', tagged[Tag.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private IEnumerable<JsonNode> Members(string contract) =>
        _declarations.Single(node => Kind(node) == "ContractDefinition" && Name(node) == contract)["nodes"]!.AsArray().Select(node => node!);

    private static long Evaluate(JsonNode expression, Dictionary<string, long> known) => Kind(expression) switch
    {
        "Literal" => long.Parse((string)expression["value"]!, CultureInfo.InvariantCulture),
        "Identifier" => known[Name(expression)],
        "BinaryOperation" when (string?)expression["operator"] == "|" =>
            Evaluate(expression["leftExpression"]!, known) | Evaluate(expression["rightExpression"]!, known),
        var kind => throw new InvalidDataException($"A constant is made by {kind}, which the generator cannot evaluate."),
    };

    private static string Kind(JsonNode node) => (string)node["nodeType"]!;

    private static string Name(JsonNode node) => (string?)node["name"] ?? "";
}
