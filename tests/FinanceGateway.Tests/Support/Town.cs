using System.Globalization;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer;
using FinanceChain.Tests;
using Microsoft.Extensions.Hosting;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>A real chain with the real ledger, a real database, and the indexer: everything around the gateway.</summary>
internal sealed class Town : IAsyncDisposable
{
    private const string Password = "a password of the tests";

    private readonly string _keys = Directory.CreateTempSubdirectory("gateway-keys-").FullName;
    private readonly EmbeddedPostgres? _postgres;
    private IHost? _indexer;

    private sealed record Keys(Secp256k1Key Registrar, Secp256k1Key Manager, Secp256k1Key Regulator);

    private Town(EmbeddedChain chain, EmbeddedPostgres? postgres, string database, LedgerDomain ledger, ulong deployBlock, DeploymentPlan plan, Keys keys)
    {
        Chain = chain;
        _postgres = postgres;
        Database = database;
        Ledger = ledger;
        DeployBlock = deployBlock;
        Plan = plan;
        (Registrar, Manager, Regulator) = keys;
        Node = new EthereumClient(chain.Endpoint);
    }

    public EmbeddedChain Chain { get; }

    public EmbeddedPostgres Postgres => _postgres ?? throw new InvalidOperationException("This town has the database of somebody else.");

    public string Database { get; }

    public LedgerDomain Ledger { get; }

    public Address LedgerAddress => Ledger.Domain.VerifyingContract;

    public ulong DeployBlock { get; }

    /// <summary>Where the ledger's contracts are.</summary>
    public DeploymentPlan Plan { get; }

    public Address P256Verifier => Plan.P256Verifier;

    public Address PasskeyVerifier => Plan.PasskeyVerifier;

    /// <summary>The operator's key that the gateway holds.</summary>
    public Secp256k1Key Registrar { get; }

    /// <summary>The operator's key that the gateway does not hold.</summary>
    public Secp256k1Key Manager { get; }

    public Secp256k1Key Regulator { get; }

    /// <summary>Where passkeys of these tests are at home.</summary>
    public Uri Site { get; } = new("https://gateway.financechain.example/");

    public Secp256k1Key Sender { get; } = Secp256k1Key.Create();

    /// <summary>Gives the gateways that start from now on more accounts to pay from.</summary>
    public void AddSenders(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var file = Directory.GetFiles(_keys, "sender*.json").Length + 1;
            File.WriteAllText(Path.Combine(_keys, $"sender-{file}.json"), KeystoreV3.Encrypt(Secp256k1Key.Create(), Password, KeystoreParameters.Light));
        }
    }

    public EthereumClient Node { get; }

    public string KeysDirectory => _keys;

    public string OperatorSecret { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    /// <param name="database">An empty one that the caller keeps; none: the town has a server of its own.</param>
    public static async Task<Town> Build(CancellationToken cancellationToken, string? database = null)
    {
        EmbeddedEngineGate.Require();
        var chain = await EmbeddedChain.StartTemporary(cancellationToken);
        var postgres = database is null ? await EmbeddedPostgres.StartTemporary(cancellationToken) : null;
        database ??= await postgres!.CreateDatabase("financechain", cancellationToken);
        var keys = new Keys(Secp256k1Key.Create(), Secp256k1Key.Create(), Secp256k1Key.Create());
        using var node = new EthereumClient(chain.Endpoint);
        var deployer = Secp256k1Key.Create();
        var plan = new DeploymentPlan(deployer.Address, 0, Foundation(keys));
        var (ledger, block) = await Deploy(node, deployer, plan, cancellationToken);
        var town = new Town(chain, postgres, database, ledger, block, plan, keys);
        town.WriteKeys();
        await town.StartIndexer(rebuild: false, cancellationToken);
        return town;
    }

    /// <summary>Configuration of a gateway here, as command line arguments.</summary>
    public string[] GatewayArguments(params string[] more) =>
    [
        "--urls=http://127.0.0.1:0",
        $"--FinanceGateway:Postgres={Database}",
        $"--FinanceGateway:ChainUrl={Chain.Endpoint}",
        $"--FinanceGateway:LedgerAddress={LedgerAddress}",
        $"--FinanceGateway:KeysDirectory={_keys}",
        "--FinanceGateway:StuckAfterSeconds=1",
        "--Logging:LogLevel:Default=Warning",
        .. more,
    ];

    public async Task StartIndexer(bool rebuild, CancellationToken cancellationToken)
    {
        _indexer = IndexerHost.Create([], new Dictionary<string, string?>
        {
            ["LedgerIndexer:Postgres"] = Database,
            ["LedgerIndexer:ChainUrl"] = Chain.Endpoint.ToString(),
            ["LedgerIndexer:LedgerAddress"] = LedgerAddress.ToString(),
            ["LedgerIndexer:DeployBlock"] = DeployBlock.ToString(CultureInfo.InvariantCulture),
            ["LedgerIndexer:Rebuild"] = rebuild ? "true" : "false",
            ["LedgerIndexer:PollIntervalMilliseconds"] = "20",
            ["Logging:LogLevel:Default"] = "Warning",
        });
        await _indexer.StartAsync(cancellationToken);
    }

    public async Task StopIndexer(CancellationToken cancellationToken)
    {
        if (_indexer is not null)
        {
            await _indexer.StopAsync(cancellationToken);
            _indexer.Dispose();
            _indexer = null;
        }
    }

    // From mining at intervals as well, anvil goes to mining nothing by way of mining at once.
    public async Task StopMining(CancellationToken cancellationToken)
    {
        await Node.Send("evm_setAutomine", [true], cancellationToken);
        await Node.Send("evm_setAutomine", [false], cancellationToken);
    }

    public async Task MineAgain(CancellationToken cancellationToken)
    {
        await Node.Send("evm_setAutomine", [true], cancellationToken);
        await Chain.Mine(1, cancellationToken);
    }

    /// <summary>Unix seconds, an hour after the latest block.</summary>
    public async Task<ulong> Deadline(CancellationToken cancellationToken) =>
        (ulong)(await Chain.Time(cancellationToken)).AddHours(1).ToUnixTimeSeconds();

    public async ValueTask DisposeAsync()
    {
        await StopIndexer(CancellationToken.None);
        Node.Dispose();
        await Chain.DisposeAsync();
        Npgsql.NpgsqlConnection.ClearAllPools();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(_keys, recursive: true);
    }

    private static LedgerFoundation Foundation(Keys keys) => new(
        new Parameters(
            StartDate: DateOnly.FromDateTime(DateTime.UnixEpoch),
            MaxTenorDays: 180,
            MaxReviewedTenorDays: 365,
            MaxSplitDepth: 5,
            MaxSplits: 20,
            MaxInvoices: 10,
            RecoveryDelayDays: 3,
            NoticeDays: 0,
            MaxExtensionDays: 90,
            ApprovalDays: 30),
        new RegionCode(330784),
        Keccak256.Hash("the operator"u8),
        [SignerId.Grant(keys.Registrar, Rights.Register), SignerId.Grant(keys.Manager, Rights.Manage)],
        Keccak256.Hash("the regulator"u8),
        [SignerId.Grant(keys.Regulator, Rights.Regulator)]);

    private static async Task<(LedgerDomain Ledger, ulong Block)> Deploy(
        EthereumClient node, Secp256k1Key deployer, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var chainId = await node.ChainId(cancellationToken);
        TransactionReceipt? receipt = null;
        foreach (var creation in plan.Creations)
        {
            var hash = await node.SendRawTransaction(creation.ToTransaction(chainId, 0, 0).Sign(deployer).Raw, cancellationToken);
            while ((receipt = await node.Receipt(hash, cancellationToken)) is null)
            {
                await Task.Delay(20, cancellationToken);
            }
        }

        return (new LedgerDomain(chainId, plan.Ledger), receipt!.BlockNumber);
    }

    private void WriteKeys()
    {
        File.WriteAllText(Path.Combine(_keys, "password"), Password + "\n");
        File.WriteAllText(Path.Combine(_keys, "sender.json"), KeystoreV3.Encrypt(Sender, Password, KeystoreParameters.Light));
        File.WriteAllText(Path.Combine(_keys, "registrar.json"), KeystoreV3.Encrypt(Registrar, Password, KeystoreParameters.Light));
        File.WriteAllText(Path.Combine(_keys, "operator-client-secret"), OperatorSecret + "\n");
    }
}
