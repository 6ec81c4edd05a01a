using System.Text;
using System.Text.Json.Nodes;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Generator;

/// <summary>One parameter, field or result of the ABI.</summary>
/// <param name="SolidityType">As declared, without <c>struct</c> or <c>enum</c>: <c>PartyId</c>, <c>SignerGrant[]</c>, <c>uint64</c>.</param>
/// <param name="AbiType">The canonical type: <c>uint32</c>, <c>tuple[]</c>.</param>
internal sealed record AbiField(string Name, string SolidityType, string AbiType, bool Indexed, IReadOnlyList<AbiField> Components)
{
    public bool IsArray => AbiType.EndsWith("[]", StringComparison.Ordinal);

    public bool IsStruct => AbiType.StartsWith("tuple", StringComparison.Ordinal);

    public bool IsDynamic => IsArray || AbiType is "bytes" or "string" || (IsStruct && Components.Any(component => component.IsDynamic));

    public string ElementType => IsArray ? SolidityType[..^2] : SolidityType;

    public string PascalName => char.ToUpperInvariant(Name[0]) + Name[1..];

    /// <summary>The type in a canonical signature, tuples spelled out.</summary>
    public string SignatureType => IsStruct ? $"({string.Join(',', Components.Select(part => part.SignatureType))}){AbiType["tuple".Length..]}" : AbiType;
}

internal sealed record AbiEntry(string Type, string Name, string Mutability, IReadOnlyList<AbiField> Inputs, IReadOnlyList<AbiField> Outputs)
{
    public string PascalName => char.ToUpperInvariant(Name[0]) + Name[1..];

    public string Signature => $"{Name}({string.Join(',', Inputs.Select(input => input.SignatureType))})";

    public Hash256 Hash => Keccak256.Hash(Encoding.ASCII.GetBytes(Signature));

    public string SelectorHex => Hash.ToString()[..10];
}

internal sealed record AbiStruct(string Name, IReadOnlyList<AbiField> Fields)
{
    public bool IsDynamic => Fields.Any(part => part.IsDynamic);

    /// <summary>Its size in words of 32 bytes where it is static.</summary>
    public int Words => Fields.Sum(WordsOf);

    /// <summary>The word of 32 bytes at which a field of a static struct stands; its path has a dot for each struct inside.</summary>
    public static int WordOf(IReadOnlyList<AbiField> fields, string path)
    {
        if (path.Length == 0)
        {
            return 0;
        }

        var (name, rest) = path.Split('.', 2) is [var outer, var inner] ? (outer, inner) : (path, "");
        var before = fields.TakeWhile(field => field.Name != name).ToList();
        return before.Sum(WordsOf) + WordOf(fields[before.Count].Components, rest);
    }

    private static int WordsOf(AbiField field) => field.IsStruct ? field.Components.Sum(WordsOf) : 1;
}

/// <summary>The contract as the generator sees it.</summary>
internal sealed class ContractModel
{
    private readonly Dictionary<string, AbiStruct> _structs = new(StringComparer.Ordinal);

    private ContractModel(JsonNode description)
    {
        Entries = [.. description["abi"]!.AsArray().Select(entry => ReadEntry(entry!))];
        Enums = description["enums"]!.AsObject()
            .ToDictionary(item => item.Key, item => (IReadOnlyList<string>)[.. item.Value!.AsArray().Select(name => (string)name!)]);
        Rights = [.. description["rights"]!.AsObject().Select(item => (item.Key, (long)item.Value!))];
        Notices = description["notices"]!.AsObject().ToDictionary(item => item.Key, item => (string)item.Value!);
        Deployed = [.. description["deployed"]!.AsArray().Select(item => ((string)item!["contract"]!, ReadFields(item["constructor"])))];
        foreach (var field in Entries.SelectMany(entry => entry.Inputs.Concat(entry.Outputs)))
        {
            Collect(field);
        }
    }

    public IReadOnlyList<AbiEntry> Entries { get; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Enums { get; }

    public IReadOnlyList<(string Name, long Value)> Rights { get; }

    public IReadOnlyDictionary<string, string> Notices { get; }

    public IEnumerable<AbiStruct> Structs => _structs.Values.OrderBy(item => item.Name, StringComparer.Ordinal);

    public IEnumerable<AbiEntry> Events => Entries.Where(entry => entry.Type == "event");

    public IEnumerable<AbiEntry> Errors => Entries.Where(entry => entry.Type == "error");

    /// <summary>What is deployed, in order, with the parameters of its constructor.</summary>
    public IReadOnlyList<(string Contract, IReadOnlyList<AbiField> Constructor)> Deployed { get; }

    /// <summary>An operation changes state and takes the struct that is signed first.</summary>
    public IEnumerable<AbiEntry> Operations =>
        Entries.Where(entry => entry is { Type: "function", Mutability: "nonpayable", Inputs: [{ IsStruct: true, IsArray: false }, ..] });

    public IEnumerable<AbiEntry> Views => Entries.Where(entry =>
        entry is { Type: "function", Mutability: "view" or "pure", Outputs.Count: 1 });

    public static ContractModel Parse(string description) => new(JsonNode.Parse(description)!);

    public AbiStruct Struct(string name) => _structs[name];

    /// <summary>The structs that parties sign: those of the operations and the ones inside them.</summary>
    public IReadOnlySet<string> SignedStructs()
    {
        var signed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in Operations)
        {
            AddWithNested(operation.Inputs[0].ElementType, signed);
        }

        return signed;
    }

    private void AddWithNested(string name, HashSet<string> signed)
    {
        signed.Add(name);
        foreach (var field in _structs[name].Fields.Where(field => field.IsStruct))
        {
            AddWithNested(field.ElementType, signed);
        }
    }

    private void Collect(AbiField field)
    {
        if (!field.IsStruct)
        {
            return;
        }

        _structs.TryAdd(field.ElementType, new AbiStruct(field.ElementType, field.Components));
        foreach (var component in field.Components)
        {
            Collect(component);
        }
    }

    private static AbiEntry ReadEntry(JsonNode entry) => new(
        (string)entry["type"]!,
        (string?)entry["name"] ?? "",
        (string?)entry["stateMutability"] ?? "",
        ReadFields(entry["inputs"]),
        ReadFields(entry["outputs"]));

    private static IReadOnlyList<AbiField> ReadFields(JsonNode? fields) => fields is null ? [] : [.. fields.AsArray().Select(field => ReadField(field!))];

    private static AbiField ReadField(JsonNode field)
    {
        var declared = (string)field["internalType"]!;
        return new AbiField(
            (string)field["name"]!,
            declared[(declared.IndexOf(' ', StringComparison.Ordinal) + 1)..],
            (string)field["type"]!,
            (bool?)field["indexed"] ?? false,
            ReadFields(field["components"]));
    }
}
