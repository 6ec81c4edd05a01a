using FinanceChain.Cli.Platform;
using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Tests.Platform;

public sealed class LocalPlatformTests
{
    [Test, CancelAfter(20_000)]
    public async Task FirstToEnd_OneOfTwoIsKilled_IsThatOne(CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("financechain-test-").FullName;
        Daemon staying = Start(folder, "staying");
        Daemon leaving = Start(folder, "leaving");
        Part[] parts = [.. new[] { staying, leaving }.Select(daemon => new Part(daemon.Run.Name, daemon.Run, daemon.LogFile, daemon.Kill))];

        Task<Part> watch = LocalPlatform.FirstToEnd(parts, cancellation);
        await leaving.Kill(cancellation);

        Assert.That((await watch).Name, Is.EqualTo("leaving"));
        await staying.Kill(cancellation);
        Directory.Delete(folder, recursive: true);
    }

    private static Daemon Start(string folder, string name) => Daemon.Start(
        new DaemonStart(name, ["sleep", "60"], 0, "/", Path.Combine(folder, name + ".log"), Path.Combine(folder, name + ".json")));
}
