using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Testing;

/// <summary>The generated C# must fit the contract as it is now. Runs after Solidity, which has compiled it.</summary>
internal sealed class GeneratorDrift : ITestStep
{
    public string Name => "Generated code";

    public async Task<TestCounts> Run(string? filter, TextWriter output, CancellationToken cancellation)
    {
        if (filter is not null)
        {
            return default;
        }

        string program = Path.Combine(
            Checkout.Root, "src", "LedgerContract.Generator", "bin", "Release", "net10.0", "FinanceChain.LedgerContract.Generator.dll");
        int exitCode = await Tool.Run("dotnet", [program, "--check"], output.WriteLine, cancellation);
        return exitCode == 0 ? new TestCounts(1, 0, 0) : new TestCounts(0, 1, 0);
    }
}
