namespace FinanceChain.Cli.Testing;

/// <summary>The whole check, in the order in which it runs: what fails fast comes first.</summary>
internal static class TestSteps
{
    /// <summary>They read nothing that Hardhat makes, nothing in them is in a hurry, and the random histories among them fill both cores when Solidity leaves one.</summary>
    internal static readonly string[] BesideSolidity = ["CreditScoring.Tests", "Ethereum.Tests", "LedgerIndexer.Tests"];

    public static IReadOnlyList<ITestStep> All { get; } =
    [
        new SolidityLint(),
        new SideBySide(new SolidityTests(), new InTurn(new ContractProof(), new DotnetTests(BesideSolidity.Contains, atOnce: 1))),
        new GeneratorDrift(),
        new DotnetTests(project => !BesideSolidity.Contains(project), atOnce: 2),
    ];
}
