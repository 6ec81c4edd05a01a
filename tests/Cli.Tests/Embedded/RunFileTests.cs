using System.Diagnostics;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Tests.Embedded;

public sealed class RunFileTests
{
    private string _folder = "";

    private string RunFilePath => Path.Combine(_folder, "run.json");

    private string LogFile => Path.Combine(_folder, "sleep.log");

    [SetUp]
    public void Prepare() => _folder = Directory.CreateTempSubdirectory("financechain-test-").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Stop_NumberReusedByAnotherProcess_LeavesThatProcessAlone()
    {
        // What a later process sees when the kernel has given the number away: same number, other start time.
        using Process stranger = Process.Start("sleep", "60");
        ProcessIdentity real = ProcessIdentity.Of(stranger.Id)!;
        Daemon before = Daemon.Start(Sleep());
        await before.Kill(CancellationToken.None);
        var run = new RunFile("sleep", real with { StartTicks = real.StartTicks - 100 }, 0, DateTimeOffset.UtcNow, "");
        run.Write(RunFilePath);

        Daemon? attached = Daemon.Attach(RunFilePath, LogFile);
        bool isRunning = run.Process.IsRunning;

        Assert.That(attached, Is.Null);
        Assert.That(isRunning, Is.False);
        Assert.That(stranger.HasExited, Is.False);
        stranger.Kill();
    }

    [Test]
    public async Task Stop_AfterTheNumberWasReused_SendsNoSignal()
    {
        using Process stranger = Process.Start("sleep", "60");
        Daemon daemon = Daemon.Start(Sleep());
        ProcessIdentity real = daemon.Run.Process;
        await daemon.Kill(CancellationToken.None);
        new RunFile("sleep", real with { Pid = stranger.Id }, 0, DateTimeOffset.UtcNow, "").Write(RunFilePath);

        await daemon.Stop(StopSignal.Terminate, TimeSpan.FromSeconds(1), CancellationToken.None);

        Assert.That(stranger.HasExited, Is.False);
        stranger.Kill();
    }

    [Test]
    public void Identity_OfAnotherBoot_IsNotRunning()
    {
        ProcessIdentity self = ProcessIdentity.Of(Environment.ProcessId)!;

        Assert.That(self.IsRunning, Is.True);
        Assert.That((self with { BootId = "another" }).IsRunning, Is.False);
    }

    [Test]
    public async Task Attach_ToARunningProcess_CanStopIt()
    {
        ProcessIdentity started = Daemon.Start(Sleep()).Run.Process;

        Daemon attached = Daemon.Attach(RunFilePath, LogFile)!;
        Assert.That(attached.Run.Process, Is.EqualTo(started));
        await attached.Stop(StopSignal.Terminate, TimeSpan.FromSeconds(5), CancellationToken.None);

        Assert.That(started.IsRunning, Is.False);
        Assert.That(Daemon.Attach(RunFilePath, LogFile), Is.Null);
    }

    [Test]
    public async Task Stop_ProcessThatIgnoresTheSignal_IsKilledWhenPatienceEnds()
    {
        Daemon deaf = Daemon.Start(Sleep() with { Command = ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"] });
        await Task.Delay(200);

        await deaf.Stop(StopSignal.Terminate, TimeSpan.FromMilliseconds(300), CancellationToken.None);

        Assert.That(deaf.IsRunning, Is.False);
    }

    [Test]
    public async Task Start_Program_RunsInASessionOfItsOwnAndLogs()
    {
        Daemon daemon = Daemon.Start(Sleep() with { Command = ["/bin/sh", "-c", "echo begun; exec sleep 60"] });
        await Task.Delay(300);
        string stat = await File.ReadAllTextAsync($"/proc/{daemon.Run.Process.Pid}/stat");
        string session = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3];

        Assert.That(session, Is.EqualTo($"{daemon.Run.Process.Pid}"));
        Assert.That(daemon.LogTail(), Is.EqualTo("begun"));
        await daemon.Kill(CancellationToken.None);
    }

    [TestCase("")]
    [TestCase("{\"Name\":\"x\",")]
    public void Read_HalfWrittenFile_IsAsIfThereWereNone(string content)
    {
        File.WriteAllText(RunFilePath, content);

        Assert.That(RunFile.Read(RunFilePath), Is.Null);
    }

    private DaemonStart Sleep() => new("sleep", ["sleep", "60"], 0, "/", LogFile, RunFilePath);
}
