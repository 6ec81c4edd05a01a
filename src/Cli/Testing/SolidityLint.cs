namespace FinanceChain.Cli.Testing;

/// <summary>Static analysis of the contracts: no finding beyond those that contracts/README.md accepts with a reason.</summary>
internal sealed class SolidityLint : ITestStep
{
    public string Name => "Static analysis";

    public async Task<TestCounts> Run(string? filter, TextWriter output, CancellationToken cancellation)
    {
        if (filter is not null)
        {
            return default;
        }

        string[] arguments = ["solhint", "--disc", "--noPoster", "--max-warnings", "0", "contracts/**/*.sol"];
        int exitCode = await Tool.Run("npx", arguments, output.WriteLine, cancellation);
        return exitCode == 0 ? new TestCounts(1, 0, 0) : new TestCounts(0, 1, 0);
    }
}
