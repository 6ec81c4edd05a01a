using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Testing;

/// <summary>
/// Proves conservation of amounts and "one fingerprint, one receivable" with the compiler's model checker, and sees the proof notice the faults
/// that are put in. Needs the solver z3: without it the step is skipped on a laptop and fails in CI.
/// </summary>
internal sealed class ContractProof : ITestStep
{
    public string Name => "Proof";

    public async Task<TestCounts> Run(string? filter, TextWriter output, CancellationToken cancellation)
    {
        if (filter is not null)
        {
            return default;
        }

        bool inCi = Environment.GetEnvironmentVariable("CI") == "true";
        if (!inCi && !Tool.IsThere("z3"))
        {
            await output.WriteLineAsync("   skipped: install the solver z3 (Debian: apt install z3)");
            return new TestCounts(0, 0, 1);
        }

        string script = Path.Combine(Checkout.Root, "tests", "contracts", "proof", "prove.mjs");
        int exitCode = await Tool.Run("node", [script], output.WriteLine, cancellation);
        return exitCode == 0 ? new TestCounts(1, 0, 0) : new TestCounts(0, 1, 0);
    }
}
