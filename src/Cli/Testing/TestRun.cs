using System.Diagnostics;
using System.Globalization;

namespace FinanceChain.Cli.Testing;

/// <summary>Runs the steps one after the other, all of them even when one fails, and adds up.</summary>
internal static class TestRun
{
    /// <summary>How often a long step says that it goes on.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    /// <returns>0 when something ran and nothing failed, else 1.</returns>
    public static async Task<int> Run(IReadOnlyList<ITestStep> steps, string? filter, TextWriter output, CancellationToken cancellation)
    {
        var sum = default(TestCounts);
        foreach (ITestStep step in steps)
        {
            await output.WriteLineAsync($"== {step.Name}");
            await output.FlushAsync(cancellation);
            var clock = Stopwatch.StartNew();
            Task<TestCounts> run = step.Run(filter, output, cancellation);
            while (await Task.WhenAny(run, Task.Delay(Pace, cancellation)) != run && !cancellation.IsCancellationRequested)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"   {clock.Elapsed.TotalSeconds:0} s"));
                await output.FlushAsync(cancellation);
            }

            TestCounts counts = await run;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"   {counts} ({clock.Elapsed.TotalSeconds:0} s)"));
            sum += counts;
        }

        // At the end, where it is looked for: whoever keeps only the tail of a long log still learns what failed.
        await output.WriteLineAsync();
        if (sum.Failures is { } failures)
        {
            await output.WriteLineAsync($"Failed:\n{failures}");
        }

        await output.WriteLineAsync(sum.ToString());
        await output.FlushAsync(cancellation);
        return sum.Failed > 0 || sum.Passed == 0 ? 1 : 0;
    }
}
