using FinanceChain.Cli.Testing;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Tests.Testing;

public sealed class TestRunTests
{
    [TestCase(3, 0, 0, "3 passed, 0 failed", 0)]
    [TestCase(3, 1, 0, "3 passed, 1 failed", 1)]
    [TestCase(3, 0, 2, "3 passed, 0 failed, 2 skipped", 0)]
    [TestCase(0, 0, 2, "0 passed, 0 failed, 2 skipped", 1)]
    [TestCase(0, 0, 0, "0 passed, 0 failed", 1)]
    public async Task Run_Counts_GiveClosingLineAndExitCode(int passed, int failed, int skipped, string closing, int expected)
    {
        var output = new StringWriter();

        int exitCode = await TestRun.Run([new FixedStep(new TestCounts(passed, failed, skipped))], null, output, CancellationToken.None);

        Assert.That(exitCode, Is.EqualTo(expected));
        Assert.That(output.ToString().TrimEnd('\n').Split('\n')[^1], Is.EqualTo(closing));
    }

    [Test]
    public async Task Run_FirstStepFails_RunsTheOthersAndAddsUp()
    {
        var output = new StringWriter();
        ITestStep[] steps = [new FixedStep(new TestCounts(1, 1, 0)), new FixedStep(new TestCounts(5, 0, 1))];

        int exitCode = await TestRun.Run(steps, null, output, CancellationToken.None);

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output.ToString(), Does.EndWith("6 passed, 1 failed, 1 skipped\n"));
    }

    [Test]
    public async Task Run_SeveralFailures_AreNamedBeforeTheClosingLine()
    {
        var output = new StringWriter();
        ITestStep[] steps = [new FixedStep(new TestCounts(0, 1, 0) { Failures = "A" }), new FixedStep(new TestCounts(1, 1, 0) { Failures = "B: why" })];

        await TestRun.Run(steps, null, output, CancellationToken.None);

        Assert.That(output.ToString(), Does.EndWith("\nFailed:\nA\nB: why\n1 passed, 2 failed\n"));
    }

    [Test]
    public async Task Run_SideBySide_AddsUpAndKeepsTheOutputsApart()
    {
        var output = new StringWriter();
        var slow = new FixedStep(new TestCounts(1, 0, 0), "slow says", TimeSpan.FromMilliseconds(200));
        var quick = new FixedStep(new TestCounts(2, 1, 0), "quick says");

        TestCounts counts = await new SideBySide(slow, quick).Run(null, output, CancellationToken.None);

        Assert.That(counts, Is.EqualTo(new TestCounts(3, 1, 0)));
        Assert.That(output.ToString(), Is.EqualTo("slow says\n== fixed\nquick says\n"));
    }

    [Test]
    public async Task Run_InTurn_BeginsTheSecondWhenTheFirstIsThrough()
    {
        var output = new StringWriter();
        var slow = new FixedStep(new TestCounts(1, 0, 0), "first says", TimeSpan.FromMilliseconds(200));
        var quick = new FixedStep(new TestCounts(2, 1, 0), "second says");

        TestCounts counts = await new InTurn(slow, quick).Run(null, output, CancellationToken.None);

        Assert.That(counts, Is.EqualTo(new TestCounts(3, 1, 0)));
        Assert.That(output.ToString(), Is.EqualTo("first says\nsecond says\n"));
    }

    [Test]
    public async Task BesideSolidity_NamesProjectsOfTheSolution()
    {
        string solution = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "FinanceChain.sln"));
        Assert.That(TestSteps.BesideSolidity, Is.SubsetOf(DotnetTests.Projects(solution)));
    }

    private sealed class FixedStep(TestCounts counts, string? says = null, TimeSpan after = default) : ITestStep
    {
        public string Name => "fixed";

        public async Task<TestCounts> Run(string? filter, TextWriter output, CancellationToken cancellation)
        {
            await Task.Delay(after, cancellation);
            if (says is not null)
            {
                await output.WriteLineAsync(says);
            }

            return counts;
        }
    }
}
