using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests;

public sealed class EthersComparisonTests
{
    private const int Operations = 2_000;

    private static readonly LedgerDomain Domain = new(31_337, Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"));

    [Test, CancelAfter(120_000)]
    public async Task Operation_DigestAndCalldata_AreThoseOfEthers(CancellationToken cancellationToken)
    {
        Repository.Require(Repository.Path("node_modules", "ethers", "package.json"), "install the JavaScript packages (npm ci)");
        var random = new Random(20_250_630);
        List<SignedOperation> operations = [.. Enumerable.Range(0, Operations).Select(_ => Sign(RandomOperation.Of(random), random))];

        var answers = await AskEthers(operations.Select(Question), cancellationToken);

        Assert.That(answers, Has.Count.EqualTo(Operations));
        for (var i = 0; i < Operations; i++)
        {
            var answer = JsonDocument.Parse(answers[i]).RootElement;
            Assert.Multiple(() =>
            {
                Assert.That(Domain.Digest(operations[i].Operation).ToString(), Is.EqualTo(answer.GetProperty("digest").GetString()), $"{operations[i]}");
                Assert.That(Hex.Encode(operations[i].Encode()), Is.EqualTo(answer.GetProperty("calldata").GetString()), $"{operations[i]}");
            });
        }
    }

    private static string Question(SignedOperation signed)
    {
        var name = signed.Kind.ToString();
        var signatures = new JsonArray(signed is SignedRegisterParty registration
            ? [registration.RegistrarSignature.ToString(), new JsonArray([.. registration.SignerSignatures.Select(item => (JsonNode)item.ToString())])]
            : [.. signed.Signatures.Select(item => (JsonNode)item.ToString())]);
        return new JsonObject
        {
            ["typedData"] = JsonNode.Parse(Domain.TypedData(signed.Operation).GetRawText()),
            ["function"] = char.ToLowerInvariant(name[0]) + name[1..],
            ["signatures"] = signatures,
        }.ToJsonString();
    }

    private static SignedOperation Sign(ILedgerOperation operation, Random random)
    {
        var needed = operation.RequiredSignatures();
        // An optional signature is missing half of the time.
        var count = needed[^1].Optional && random.Next(2) == 0 ? needed.Count - 1 : needed.Count;
        var signatures = Enumerable.Range(0, count).Select(_ =>
        {
            var bytes = new byte[random.Next(500)];
            random.NextBytes(bytes);
            return ByteString.Wrap(bytes);
        });
        return operation.WithSignatures([.. signatures]);
    }

    private static async Task<IReadOnlyList<string>> AskEthers(IEnumerable<string> questions, CancellationToken cancellationToken)
    {
        var script = Repository.Path("tests", "LedgerContract.Tests", "ethers-operations.mjs");
        var description = Repository.Path("src", "LedgerContract", "Generated", "FinanceLedger.json");
        using var node = Process.Start(new ProcessStartInfo("node", [script, description])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var answers = node.StandardOutput.ReadToEndAsync(cancellationToken);
        foreach (var question in questions)
        {
            await node.StandardInput.WriteLineAsync(question.AsMemory(), cancellationToken);
        }

        node.StandardInput.Close();
        await node.WaitForExitAsync(cancellationToken);
        Assert.That(node.ExitCode, Is.Zero, "the ethers script failed");
        return (await answers).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
