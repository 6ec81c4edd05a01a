namespace FinanceChain.Cli.Testing;

/// <summary>The whole check, in the order in which it runs: what fails fast comes first.</summary>
internal static class TestSteps
{
    public static IReadOnlyList<ITestStep> All { get; } =
    [
        new SolidityLint(),
        new SideBySide(new SolidityTests(), new ContractProof()),
        new GeneratorDrift(),
        new DotnetTests(),
    ];
}
