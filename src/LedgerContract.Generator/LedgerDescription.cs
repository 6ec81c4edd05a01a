using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FinanceChain.LedgerContract.Generator;

/// <summary>
/// The committed description of the contract, <c>FinanceLedger.json</c>: ABI and creation bytecode from the artifact; what an ABI leaves out
/// (enum members, the bits of <c>Rights</c>, notices) from the compiler's syntax tree beside it. Nothing of the machine is in it.
/// </summary>
internal static class LedgerDescription
{
    public const string FileName = "FinanceLedger.json";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string FromArtifact(string artifactPath)
    {
        var artifact = JsonNode.Parse(File.ReadAllText(artifactPath))!;
        var syntax = new SyntaxTree(BuildOutputOf(artifactPath, artifact));
        var described = new JsonObject
        {
            ["contract"] = artifact["contractName"]!.DeepClone(),
            ["abi"] = Described((JsonArray)artifact["abi"]!, syntax),
            ["enums"] = syntax.Enums(),
            ["rights"] = syntax.Constants("Rights"),
            ["notices"] = syntax.Notices(),
            ["bytecode"] = artifact["bytecode"]!.DeepClone(),
        };
        return described.ToJsonString(Indented) + "\n";
    }

    // Libraries bring errors and events of their own (EIP-5267, short strings); the ledger's are those that its interface declares.
    private static JsonArray Described(JsonArray abi, SyntaxTree syntax)
    {
        var declared = syntax.DeclaredByInterface();
        var kept = abi.Where(entry => (string?)entry!["type"] is not ("error" or "event") || declared.Contains((string)entry["name"]!));
        return [.. kept.Select(entry => entry!.DeepClone())];
    }

    private static JsonNode BuildOutputOf(string artifactPath, JsonNode artifact)
    {
        // artifacts/contracts/<file>.sol/<name>.json and artifacts/build-info/<id>.output.json
        var artifacts = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(artifactPath)!, "..", ".."));
        var buildInfo = Path.Combine(artifacts, "build-info", $"{(string)artifact["buildInfoId"]!}.output.json");
        return JsonNode.Parse(File.ReadAllText(buildInfo))!["output"]!;
    }
}
