using FinanceChain.Cli.Progress;

namespace FinanceChain.Cli.Tests.Testing;

public sealed class PlainDisplayTests
{
    [Test, CancelAfter(20_000)]
    public async Task Measure_LongWork_SaysEveryFewSecondsHowFarItIs(CancellationToken cancellation)
    {
        var output = new StringWriter();
        var display = new PlainDisplay(output, TimeProvider.System);

        int result = await display.Measure("Playing", async sink =>
        {
            sink.Report("loans", 30, 120);
            await Task.Delay(TimeSpan.FromSeconds(4), cancellation);
            return 7;
        });

        Assert.That(result, Is.EqualTo(7));
        Assert.That(output.ToString(), Is.EqualTo("Playing ...\n     3 s  loans 30 of 120 (25 %)\n"));
    }
}
