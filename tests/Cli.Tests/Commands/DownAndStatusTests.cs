using FinanceChain.Cli.Commands;
using FinanceChain.Cli.Platform;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Tests;

namespace FinanceChain.Cli.Tests.Commands;

public sealed class DownAndStatusTests
{
    private DataFolder _data = null!;

    [SetUp]
    public void Prepare() => _data = new DataFolder(Path.Combine(Path.GetTempPath(), $"financechain-test-{Guid.NewGuid():n}"));

    [TearDown]
    public async Task Clean()
    {
        await DownCommand.Run(_data, TextWriter.Null, CancellationToken.None);
        if (Directory.Exists(_data.Root))
        {
            Directory.Delete(_data.Root, recursive: true);
        }
    }

    [Test]
    public async Task Down_NothingRuns_SaysSoAndSucceeds()
    {
        var output = new StringWriter();

        int exitCode = await DownCommand.Run(_data, output, CancellationToken.None);

        Assert.That(exitCode, Is.Zero);
        Assert.That(output.ToString(), Is.EqualTo($"Nothing runs for {_data.Root}.\n"));
    }

    [Test, CancelAfter(60_000)]
    public async Task Down_EnginesRun_StopsThemInReverse(CancellationToken cancellation)
    {
        EmbeddedEngineGate.Require();
        _data.Create();
        EmbeddedChain chain = await EmbeddedChain.Start(_data.Chain, new ChainOptions(), cancellation);
        EmbeddedPostgres postgres = await EmbeddedPostgres.Start(_data.Postgres, 0, cancellation);
        var output = new StringWriter();

        int exitCode = await DownCommand.Run(_data, output, cancellation);

        Assert.That(exitCode, Is.Zero);
        Assert.That(chain.IsRunning || postgres.IsRunning, Is.False);
        string[] lines = output.ToString().Split('\n');
        Assert.That(lines[0], Does.StartWith("Stopping the database"));
        Assert.That(lines[1], Does.StartWith("Stopping the chain"));
    }

    [Test, CancelAfter(60_000)]
    public async Task Status_OneOfFourRuns_ShowsThatOneOnly(CancellationToken cancellation)
    {
        EmbeddedEngineGate.Require();
        _data.Create();
        EmbeddedChain chain = await EmbeddedChain.Start(_data.Chain, new ChainOptions(), cancellation);

        StatusCommand.PlatformStatus status = await StatusCommand.PlatformStatus.Of(_data, cancellation);

        Assert.That(status.Running, Is.False);
        Assert.That(status.Ready, Is.False);
        Assert.That(status.Parts.Select(part => part.Running), Is.EqualTo(new[] { true, false, false, false }));
        Assert.That(status.Parts[0].Process, Is.EqualTo(chain.Process.Pid));
    }
}
