using FinanceChain.SubmissionBenchmark;
using FinanceChain.Tests;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>A short run of what <c>benchmarks/submission</c> does at length.</summary>
[TestFixture]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class FaultTests
{
    [Test]
    [CancelAfter(400_000)]
    public async Task EverythingThatCanBreak_Breaking_ExecutesEachOperationOnceOrNotAtAll()
    {
        EmbeddedEngineGate.Require();
        var options = new FaultOptions(Seed: 20_260, Faults: 6, Operations: 120, Clients: 2);
        var report = await new FaultRun(options, TestContext.Progress.WriteLine).Run(TestContext.CurrentContext.CancellationToken);
        Assert.That(report.Findings, Is.Empty);
        Assert.That(report.Accepted, Is.GreaterThan(100));
    }
}
