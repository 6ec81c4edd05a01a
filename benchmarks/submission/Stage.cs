using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;
using Npgsql;

namespace FinanceChain.SubmissionBenchmark;

/// <param name="Senders">Accounts that pay.</param>
/// <param name="BadNetwork">Put a <see cref="TcpProxy"/> before chain, database and gateways.</param>
internal sealed record StageOptions(int Senders = 1, int Gateways = 1, int FinalityDepth = 0, bool BadNetwork = false)
{
    public ChainOptions Chain { get; init; } = new();

    public IReadOnlyList<string> GatewaySettings { get; init; } = [];
}

/// <summary>Everything in processes of its own: chain, database with its default durability, indexer and gateways, in one folder.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const string Password = "a password of the stage";

    private readonly StageOptions _options;
    private readonly string _folder;
    private readonly Secp256k1Key _registrar = Secp256k1Key.Create();
    private readonly int[] _ports;
    private readonly TcpProxy? _chainProxy;
    private readonly TcpProxy? _databaseProxy;
    private CancellationTokenSource _keeping = new();
    private Task _keeper = Task.CompletedTask;

    private Stage(StageOptions options, string folder, EmbeddedChain chain, EmbeddedPostgres postgres, string database)
    {
        _options = options;
        _folder = folder;
        Chain = chain;
        Postgres = postgres;
        Database = database;
        Node = new EthereumClient(chain.Endpoint);
        _ports = [.. Enumerable.Range(0, options.Gateways).Select(_ => FreePort())];
        if (options.BadNetwork)
        {
            _chainProxy = new TcpProxy(chain.Port);
            _databaseProxy = new TcpProxy(postgres.Port);
            Doors = [.. _ports.Select(port => new TcpProxy(port))];
        }

        Gateways = new Child?[options.Gateways];
    }

    public EmbeddedChain Chain { get; private set; }

    public EmbeddedPostgres Postgres { get; private set; }

    public string Database { get; }

    public EthereumClient Node { get; }

    public LedgerDomain Ledger { get; private set; } = null!;

    public ulong DeployBlock { get; private set; }

    public string OperatorSecret { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    public Child?[] Gateways { get; }

    public Child? Indexer { get; private set; }

    /// <summary>Before the gateways, where the network is bad.</summary>
    public IReadOnlyList<TcpProxy> Doors { get; } = [];

    public IEnumerable<TcpProxy> Proxies => [.. Doors, .. new[] { _chainProxy, _databaseProxy }.OfType<TcpProxy>()];

    /// <summary>Where clients find a gateway.</summary>
    public Uri Address(int gateway) => new($"http://127.0.0.1:{(Doors.Count > 0 ? Doors[gateway].Port : _ports[gateway])}");

    public static async Task<Stage> Build(StageOptions options, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("submission-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var chain = await EmbeddedChain.Start(Path.Combine(folder, "chain"), options.Chain, cancellationToken);
        var postgres = await EmbeddedPostgres.Start(Path.Combine(folder, "postgres"), 0, cancellationToken);
        var stage = new Stage(options, folder, chain, postgres, await postgres.CreateDatabase("financechain", cancellationToken));
        await stage.Deploy(cancellationToken);
        await chain.SaveCheckpoint(cancellationToken);
        stage.KeepCheckpoints();
        stage.WriteKeys();
        stage.StartIndexer(rebuild: false);
        for (var i = 0; i < options.Gateways; i++)
        {
            stage.StartGateway(i);
        }

        await stage.WaitUntilReady(cancellationToken);
        return stage;
    }

    public void StartGateway(int index) => Gateways[index] = Child.Start("FinanceChain.FinanceGateway.dll", Log($"gateway-{index}"),
    [
        $"--urls=http://127.0.0.1:{_ports[index]}",
        $"--FinanceGateway:Postgres={Through(_databaseProxy)}",
        $"--FinanceGateway:ChainUrl=http://127.0.0.1:{_chainProxy?.Port ?? Chain.Port}",
        $"--FinanceGateway:LedgerAddress={Ledger.Domain.VerifyingContract}",
        $"--FinanceGateway:KeysDirectory={Path.Combine(_folder, "keys")}",
        $"--FinanceGateway:Submission:FinalityDepth={_options.FinalityDepth}",
        "--Logging:LogLevel:Default=Information",
        .. _options.GatewaySettings,
    ]);

    public void StartIndexer(bool rebuild) => Indexer = Child.Start("FinanceChain.LedgerIndexer.dll", Log("indexer"),
    [
        $"--LedgerIndexer:Postgres={Database}",
        $"--LedgerIndexer:ChainUrl={Chain.Endpoint}",
        $"--LedgerIndexer:LedgerAddress={Ledger.Domain.VerifyingContract}",
        $"--LedgerIndexer:DeployBlock={DeployBlock}",
        $"--LedgerIndexer:FinalityDepth={_options.FinalityDepth}",
        $"--LedgerIndexer:Rebuild={rebuild}",
        "--LedgerIndexer:PollIntervalMilliseconds=20",
        "--Logging:LogLevel:Default=Warning",
    ]);

    /// <returns>Whether it had to go back to its checkpoint.</returns>
    public async Task<bool> RestartChain(CancellationToken cancellationToken)
    {
        await StopKeeping();
        Chain = await EmbeddedChain.Start(Path.Combine(_folder, "chain"), _options.Chain with { Port = Chain.Port }, cancellationToken);
        KeepCheckpoints();
        return Chain.Notice is not null;
    }

    public async Task RestartPostgres(CancellationToken cancellationToken) => Postgres = await EmbeddedPostgres.Start(
        Path.Combine(_folder, "postgres"), Postgres.Port, cancellationToken);

    public GatewayClient Operator(int gateway = 0) => new(Address(gateway), Ledger, "operator", OperatorSecret);

    public async Task WaitUntilReady(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        foreach (var port in _ports)
        {
            while (!await Answers(http, new Uri($"http://127.0.0.1:{port}/health/ready"), cancellationToken))
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    public async Task<long> Scalar(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    public string Log(string name) => Path.Combine(_folder, $"{name}.log");

    public string Folder => _folder;

    /// <summary>Kept when something went wrong: the logs are in it.</summary>
    public bool KeepFolder { get; set; }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Gateways.Append(Indexer).OfType<Child>())
        {
            Signals.Send(child.Pid, Signals.Continue);
            child.Kill();
            child.Dispose();
        }

        foreach (var proxy in Proxies)
        {
            await proxy.DisposeAsync();
        }

        await StopKeeping();
        _keeping.Dispose();
        Node.Dispose();
        NpgsqlConnection.ClearAllPools();
        Signals.Send(Chain.Process.Pid, Signals.KillNow);
        await Postgres.Stop(CancellationToken.None);
        if (!KeepFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // As `up` does in the foreground, where the chain will be killed. Elsewhere it would only disturb what is measured.
    private void KeepCheckpoints()
    {
        if (!_options.BadNetwork)
        {
            return;
        }

        _keeping.Dispose();
        _keeping = new CancellationTokenSource();
        _keeper = Chain.KeepCheckpoints(_options.Chain.StateInterval, _keeping.Token);
    }

    private async Task StopKeeping()
    {
        await _keeping.CancelAsync();
        await _keeper.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private string Through(TcpProxy? proxy) =>
        proxy is null ? Database : new NpgsqlConnectionStringBuilder(Database) { Port = proxy.Port }.ConnectionString;

    private static async Task<bool> Answers(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task Deploy(CancellationToken cancellationToken)
    {
        var deployer = Secp256k1Key.Create();
        var plan = new DeploymentPlan(deployer.Address, 0, new LedgerFoundation(
            new Parameters(
                StartDate: DateOnly.FromDateTime(DateTime.UnixEpoch), MaxTenorDays: 180, MaxReviewedTenorDays: 365, MaxSplitDepth: 5, MaxSplits: 20,
                MaxInvoices: 10, RecoveryDelayDays: 3, NoticeDays: 0, MaxExtensionDays: 90, ApprovalDays: 30),
            new RegionCode(330784),
            Keccak256.Hash("the operator"u8),
            [SignerId.Grant(_registrar, Rights.Register), SignerId.Grant(Secp256k1Key.Create(), Rights.Manage)],
            Keccak256.Hash("the regulator"u8),
            [SignerId.Grant(Secp256k1Key.Create(), Rights.Regulator)]));
        var chainId = await Node.ChainId(cancellationToken);
        foreach (var creation in plan.Creations)
        {
            var hash = await Node.SendRawTransaction(creation.ToTransaction(chainId, 0, 0).Sign(deployer).Raw, cancellationToken);
            TransactionReceipt? receipt;
            while ((receipt = await Node.Receipt(hash, cancellationToken)) is null)
            {
                await Task.Delay(20, cancellationToken);
            }

            DeployBlock = receipt.BlockNumber;
        }

        Ledger = new LedgerDomain(chainId, plan.Ledger);
    }

    private void WriteKeys()
    {
        var keys = Directory.CreateDirectory(Path.Combine(_folder, "keys")).FullName;
        File.WriteAllText(Path.Combine(keys, "password"), Password);
        File.WriteAllText(Path.Combine(keys, "operator-client-secret"), OperatorSecret);
        File.WriteAllText(Path.Combine(keys, "registrar.json"), KeystoreV3.Encrypt(_registrar, Password, KeystoreParameters.Light));
        for (var i = 1; i <= _options.Senders; i++)
        {
            var name = i == 1 ? "sender.json" : $"sender-{i}.json";
            File.WriteAllText(Path.Combine(keys, name), KeystoreV3.Encrypt(Secp256k1Key.Create(), Password, KeystoreParameters.Light));
        }
    }
}
