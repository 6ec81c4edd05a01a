using System.Net;
using System.Net.Sockets;
using FinanceChain.Cli.Platform;
using FinanceChain.Cli.Progress;
using FinanceChain.Ethereum;

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

    [Test]
    public async Task Up_FolderOfAnOlderVersion_IsRefusedBeforeAnythingStarts()
    {
        var data = new DataFolder(_folder);
        data.Create();
        File.WriteAllText(data.Ledger, """{"address":"0x5FbDB2315678afecb367f032d93F642f64180aa3","chainId":31337,"block":1}""");
        UpRun run = Run(EmbeddedEngines.Daemon.FreePort());

        CommandException? refusal = await Assert.ThrowsAsync<CommandException>(() => run.Run(CancellationToken.None));

        Assert.That(refusal?.Message, Does.Contain("an older version").And.Contain(_folder));
        Assert.That(LocalPlatform.Running(data), Is.Empty);
        Assert.That(Directory.Exists(data.Chain), Is.False);
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
        Assert.That(second.Regulator.Address, Is.EqualTo(first.Regulator.Address).And.Not.EqualTo(first.Manager.Address));
        Assert.That(second.ClientSecret, Is.EqualTo(first.ClientSecret).And.Length.EqualTo(64));
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.That(Directory.EnumerateFiles(data.Keys).Select(File.GetUnixFileMode), Is.All.EqualTo(ownerOnly));
        Assert.That(File.GetUnixFileMode(data.Keys), Is.EqualTo(ownerOnly | UnixFileMode.UserExecute));
    }

    /// <summary>The gateway knows the file <c>password</c> and must not be able to freeze anything.</summary>
    [Test]
    public void Keys_Regulator_DoesNotOpenWithThePasswordThatTheGatewayKnows()
    {
        var data = new DataFolder(_folder);
        data.Create();
        OperatorKeys.Ensure(data.Keys);
        string password = File.ReadAllText(Path.Combine(data.Keys, "password"));

        Assert.That(
            () => KeystoreV3.Decrypt(File.ReadAllText(Path.Combine(data.Keys, "regulator.json")), password), Throws.InstanceOf<KeystoreException>());
        Assert.That(
            () => KeystoreV3.Decrypt(File.ReadAllText(Path.Combine(data.Keys, "registrar.json")), password), Throws.Nothing);
    }

    private UpRun Run(int port) =>
        new(new UpRequest(new DataFolder(_folder), null, port, Detach: true), new PlainDisplay(TextWriter.Null, TimeProvider.System));
}
