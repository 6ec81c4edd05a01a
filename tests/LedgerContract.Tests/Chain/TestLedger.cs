using System.Numerics;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>A ledger on a chain of its own, with an operator whose key the test holds.</summary>
internal sealed class TestLedger : IAsyncDisposable
{
    private const ulong GasLimit = 16_000_000;

    private readonly EmbeddedChain _chain;
    private readonly Secp256k1Key _sender = Secp256k1Key.Create();
    private ulong _nonce;

    private TestLedger(EmbeddedChain chain, EthereumClient client)
    {
        _chain = chain;
        Client = client;
    }

    public static Parameters Limits { get; } = new(MaxTenorDays: 180, MaxSplitDepth: 2, MaxSplits: 3);

    public static RegionCode Yongkang { get; } = RegionCode.Parse("330784");

    public EthereumClient Client { get; }

    public Secp256k1Key Operator { get; } = Secp256k1Key.Create();

    public LedgerReader Reader { get; private set; } = null!;

    public LedgerDomain Domain { get; private set; } = null!;

    public Address P256Verifier { get; private set; }

    public PartyRegistered OperatorRegistered { get; private set; } = null!;

    /// <summary>The date of the latest block at deployment.</summary>
    public DateOnly Today { get; private set; }

    public ulong Deadline { get; private set; }

    public static async Task<TestLedger> Deploy(CancellationToken cancellationToken)
    {
        // Noon in China: no test runs into midnight.
        var genesis = new DateTimeOffset(2025, 6, 2, 4, 0, 0, TimeSpan.Zero);
        var chain = await EmbeddedChain.StartTemporary(new ChainOptions { GenesisTime = genesis }, cancellationToken);
        var ledger = new TestLedger(chain, new EthereumClient(chain.Endpoint));
        await ledger.Deploy(genesis, cancellationToken);
        return ledger;
    }

    /// <summary>Runs a batch in one transaction and gives the event of each operation.</summary>
    public async Task<IReadOnlyList<LedgerEvent>> Submit(IReadOnlyList<ByteString> operations, CancellationToken cancellationToken)
    {
        var receipt = await Send(Reader.Ledger, FinanceLedgerContract.EncodeSubmit(operations), cancellationToken);
        return [.. receipt.Logs.Select(log => LedgerEvent.Decode(log) ?? throw new AssertionException("An event is not the ledger's."))];
    }

    /// <summary>Signs, runs and expects exactly this event.</summary>
    public async Task<T> Run<T>(ILedgerOperation operation, IReadOnlyList<ISigner> signers, CancellationToken cancellationToken)
        where T : LedgerEvent
    {
        var events = await Submit([ByteString.Wrap(Domain.SignAll(operation, signers).Encode())], cancellationToken);
        if (events is [OperationRefused refused])
        {
            Assert.Fail($"{operation.OperationKind}: {LedgerErrors.Decode(refused.Reason.Span)}");
        }

        Assert.That(events, Has.Count.EqualTo(1));
        Assert.That(events[0], Is.TypeOf<T>());
        return (T)events[0];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _chain.DisposeAsync();
    }

    private async Task Deploy(DateTimeOffset genesis, CancellationToken cancellationToken)
    {
        var profile = ProfileHash.Of(Keccak256.Hash("salt"u8), "永康平台运营公司", Uscc.Compose("91", Yongkang, "MA2E0001"));
        var data = FinanceLedgerContract.DeployData(Limits, Yongkang, profile, [SignerId.Grant(Operator, Rights.Operator)]);
        var receipt = await Send(null, data, cancellationToken);
        var address = receipt.ContractAddress!.Value;
        OperatorRegistered = (PartyRegistered)LedgerEvent.Decode(receipt.Logs.Single())!;
        Reader = new LedgerReader(Client, address);
        Domain = new LedgerDomain(await Client.ChainId(cancellationToken), address);
        P256Verifier = await Reader.P256Verifier(BlockTag.Latest, cancellationToken);
        Today = await Reader.Today(BlockTag.Latest, cancellationToken);
        Deadline = (ulong)genesis.AddHours(1).ToUnixTimeSeconds();
    }

    private async Task<TransactionReceipt> Send(Address? to, byte[] data, CancellationToken cancellationToken)
    {
        var chainId = await Client.ChainId(cancellationToken);
        var transaction = new Eip1559Transaction(chainId, _nonce++, BigInteger.Zero, BigInteger.Zero, GasLimit, to, BigInteger.Zero, data);
        var hash = await Client.SendRawTransaction(transaction.Sign(_sender).Raw, cancellationToken);
        while (true)
        {
            if (await Client.Receipt(hash, cancellationToken) is { } receipt)
            {
                Assert.That(receipt.Succeeded, Is.True, "the transaction was reverted");
                return receipt;
            }

            await Task.Delay(10, cancellationToken);
        }
    }
}
