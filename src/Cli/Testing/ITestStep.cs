namespace FinanceChain.Cli.Testing;

/// <summary>One part of the whole check.</summary>
internal interface ITestStep
{
    string Name { get; }

    /// <summary>Runs it. What the user should see while it lasts goes to <paramref name="output"/>.</summary>
    /// <param name="filter">Part of test names; null runs all. A step that knows no names runs only without one.</param>
    /// <returns>A step that could not run counts as one failure.</returns>
    Task<TestCounts> Run(string? filter, TextWriter output, CancellationToken cancellation);
}
