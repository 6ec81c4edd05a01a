namespace FinanceChain.Cli.Testing;

/// <summary>Two steps that each keep one core busy, at the same time. The second's output comes when the first is through.</summary>
internal sealed class SideBySide(ITestStep first, ITestStep second) : ITestStep
{
    public string Name => $"{first.Name}; {second.Name}";

    public async Task<TestCounts> Run(string? filter, TextWriter output, CancellationToken cancellation)
    {
        var later = new StringWriter();
        Task<TestCounts> running = first.Run(filter, output, cancellation);
        TestCounts[] counts = await Task.WhenAll(running, second.Run(filter, TextWriter.Synchronized(later), cancellation));
        await output.WriteLineAsync($"== {second.Name}");
        await output.WriteAsync(later.ToString());
        return counts[0] + counts[1];
    }
}
