using System.Net;
using System.Net.Sockets;
using FinanceChain.Cli.Platform;
using FinanceChain.Cli.Progress;

namespace FinanceChain.Cli.Tests.Platform;

public sealed class UpRunTests
{
    private string _folder = "";

    [SetUp]
    public void Prepare() => _folder = Path.Combine(Path.GetTempPath(), $"financechain-test-{Guid.NewGuid():n}");

    [TearDown]
    public void Clean()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public async Task Up_PortTaken_NamesItsHolderAndMakesNothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        UpRun run = Run(port);

        CommandException? refusal = await Assert.ThrowsAsync<CommandException>(() => run.Run(CancellationToken.None));

        Assert.That(refusal?.Message, Does.StartWith($"Port {port} is taken by ").And.Contain($"(process {Environment.ProcessId})"));
        Assert.That(Directory.Exists(_folder), Is.False);
    }

    [Test]
    public async Task Up_WhileAnotherWorksWithTheFolder_IsRefused()
    {
        var data = new DataFolder(_folder);
        data.Create();
        using var turn = new FileStream(data.Up + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        UpRun run = Run(EmbeddedEngines.Daemon.FreePort());

        CommandException? refusal = await Assert.ThrowsAsync<CommandException>(() => run.Run(CancellationToken.None));

        Assert.That(refusal?.Message, Does.StartWith("Another 'financechain up'").And.Contain(_folder));
    }

    [TestCase("localhost:8545")]
    [TestCase("ftp://127.0.0.1")]
    [TestCase("a chain")]
    public async Task StartChain_ForeignUrlUnfit_NamesTheVariable(string url)
    {
        Environment.SetEnvironmentVariable(Engines.ChainVariable, url);
        try
        {
            CommandException? refusal = await Assert.ThrowsAsync<CommandException>(
                () => Engines.StartChain(new DataFolder(_folder), null, CancellationToken.None));

            Assert.That(refusal?.Message, Does.Contain(Engines.ChainVariable).And.Contain(url));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Engines.ChainVariable, null);
        }
    }

    [Test]
    public void Keys_MadeOnce_StayTheSameAndAreClosed()
    {
        var data = new DataFolder(_folder);
        data.Create();

        OperatorKeys first = OperatorKeys.Ensure(data.Keys);
        OperatorKeys second = OperatorKeys.Ensure(data.Keys);

        Assert.That(second.Sender.Address, Is.EqualTo(first.Sender.Address));
        Assert.That(second.Registrar.Address, Is.EqualTo(first.Registrar.Address).And.Not.EqualTo(first.Sender.Address));
        Assert.That(second.ClientSecret, Is.EqualTo(first.ClientSecret).And.Length.EqualTo(64));
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.That(Directory.EnumerateFiles(data.Keys).Select(File.GetUnixFileMode), Is.All.EqualTo(ownerOnly));
        Assert.That(File.GetUnixFileMode(data.Keys), Is.EqualTo(ownerOnly | UnixFileMode.UserExecute));
    }

    private UpRun Run(int port) =>
        new(new UpRequest(new DataFolder(_folder), null, port, Detach: true), new PlainDisplay(TextWriter.Null, TimeProvider.System));
}
