using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FinanceChain.LedgerContract.Generator;

/// <summary>
/// The committed description of the ledger, <c>FinanceLedger.json</c>: the ABI of <c>IFinanceLedger</c>, which the ledger and its annexes answer
/// together; the creation bytecode and constructor of each contract that is deployed; what an ABI leaves out (enum members, the bits of
/// <c>Rights</c>, notices) from the compiler's syntax tree. Nothing of the machine is in it.
/// </summary>
internal static class LedgerDescription
{
    public const string FileName = "FinanceLedger.json";

    private const string Ledger = "FinanceLedger";

    /// <summary>In the order of deployment: each names earlier ones in its constructor.</summary>
    private static readonly string[] Deployed = ["P256Sha256Verifier", "PasskeyVerifier", "Registry", "Servicing", Ledger];

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The first artifact that the folder lacks; null when all are there.</summary>
    public static string? MissingIn(string artifacts) =>
        Deployed.Select(name => PathOf(artifacts, name)).Append(InterfacePath(artifacts)).FirstOrDefault(path => !File.Exists(path));

    public static string FromArtifacts(string artifacts)
    {
        var whole = Read(InterfacePath(artifacts));
        var syntax = new SyntaxTree(BuildOutputOf(artifacts, whole));
        var described = new JsonObject
        {
            ["contract"] = Ledger,
            ["abi"] = Described((JsonArray)whole["abi"]!, syntax),
            ["enums"] = syntax.Enums(),
            ["rights"] = syntax.Constants("Rights"),
            ["notices"] = syntax.Notices(),
            ["deployed"] = new JsonArray([.. Deployed.Select(name => Creation(name, Read(PathOf(artifacts, name))))]),
        };
        return described.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Creation(string name, JsonNode artifact)
    {
        var constructor = artifact["abi"]!.AsArray().FirstOrDefault(entry => (string?)entry!["type"] == "constructor");
        return new JsonObject
        {
            ["contract"] = name,
            ["constructor"] = constructor?["inputs"]!.DeepClone() ?? new JsonArray(),
            ["bytecode"] = artifact["bytecode"]!.DeepClone(),
        };
    }

    // Libraries bring errors and events of their own (EIP-5267, short strings); the ledger's are those that its interfaces declare.
    private static JsonArray Described(JsonArray abi, SyntaxTree syntax)
    {
        var declared = syntax.DeclaredByInterface();
        var kept = abi.Where(entry => (string?)entry!["type"] is not ("error" or "event") || declared.Contains((string)entry["name"]!));
        return [.. kept.Select(entry => entry!.DeepClone())];
    }

    private static JsonNode BuildOutputOf(string artifacts, JsonNode artifact) =>
        Read(Path.Combine(artifacts, "build-info", $"{(string)artifact["buildInfoId"]!}.output.json"))["output"]!;

    private static string InterfacePath(string artifacts) =>
        Path.Combine(artifacts, "contracts", "interfaces", "IFinanceLedger.sol", "IFinanceLedger.json");

    private static string PathOf(string artifacts, string contract) => Path.Combine(artifacts, "contracts", $"{contract}.sol", $"{contract}.json");

    private static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;
}
