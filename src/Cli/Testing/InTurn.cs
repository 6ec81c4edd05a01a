namespace FinanceChain.Cli.Testing;

/// <summary>Two steps one after the other, as one.</summary>
internal sealed class InTurn(ITestStep first, ITestStep second) : ITestStep
{
    public string Name => $"{first.Name}, then {second.Name}";

    public async Task<TestCounts> Run(string? filter, TextWriter output, CancellationToken cancellation) =>
        await first.Run(filter, output, cancellation) + await second.Run(filter, output, cancellation);
}
