using System.Numerics;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract.Tests.Chain;

/// <summary>A ledger on a chain of its own, with an operator and a regulator whose keys the test holds.</summary>
internal sealed class TestLedger : IAsyncDisposable
{
    // The most that one transaction can take (EIP-7825).
    private const ulong GasLimit = 16_777_216;

    private readonly EmbeddedChain _chain;
    private readonly Secp256k1Key _sender = Secp256k1Key.Create();
    private ulong _nonce;

    private TestLedger(EmbeddedChain chain, EthereumClient client)
    {
        _chain = chain;
        Client = client;
    }

    /// <summary>Noon in China: no test runs into midnight.</summary>
    public static DateTimeOffset Genesis { get; } = new(2025, 6, 2, 4, 0, 0, TimeSpan.Zero);

    public static Parameters Limits { get; } = new(
        StartDate: BusinessDate.FromDays(1),
        MaxTenorDays: 180,
        MaxReviewedTenorDays: 360,
        MaxSplitDepth: 2,
        MaxSplits: 3,
        MaxInvoices: 4,
        RecoveryDelayDays: 7,
        NoticeDays: 10,
        MaxExtensionDays: 30,
        ApprovalDays: 30);

    public static RegionCode Yongkang { get; } = RegionCode.Parse("330784");

    public static Uri Portal { get; } = new("https://portal.example");

    public EthereumClient Client { get; }

    public Secp256k1Key Operator { get; } = Secp256k1Key.Create();

    public Secp256k1Key Regulator { get; } = Secp256k1Key.Create();

    public LedgerFoundation Foundation { get; private set; } = null!;

    public DeploymentPlan Plan { get; private set; } = null!;

    /// <summary>What each creation cost, in the order of the plan.</summary>
    public IReadOnlyList<TransactionReceipt> Creations { get; private set; } = [];

    public LedgerReader Reader { get; private set; } = null!;

    public LedgerDomain Domain { get; private set; } = null!;

    /// <summary>The date of the latest block when it was last asked for: at deployment, and after each <see cref="AdvanceDays"/>.</summary>
    public DateOnly Today { get; private set; }

    /// <summary>Beyond every date that a test moves to.</summary>
    public ulong Deadline { get; private set; }

    public static Task<TestLedger> Deploy(CancellationToken cancellationToken) => Deploy(new ChainOptions(), cancellationToken);

    public static async Task<TestLedger> Deploy(ChainOptions options, CancellationToken cancellationToken)
    {
        var chain = await EmbeddedChain.StartTemporary(options with { GenesisTime = Genesis }, cancellationToken);
        var ledger = new TestLedger(chain, new EthereumClient(chain.Endpoint));
        await ledger.Found(cancellationToken);
        return ledger;
    }

    /// <summary>Runs a batch in one transaction and gives the event of each operation.</summary>
    public async Task<IReadOnlyList<LedgerEvent>> Submit(IReadOnlyList<ByteString> operations, CancellationToken cancellationToken)
    {
        var receipt = await Receipt(await Send(Plan.Ledger, FinanceLedgerContract.EncodeSubmit(operations), cancellationToken), cancellationToken);
        return [.. receipt.Logs.Select(log => LedgerEvent.Decode(log) ?? throw new AssertionException("An event is not the ledger's."))];
    }

    /// <summary>Runs a batch in a block that bears this time.</summary>
    /// <param name="unixSeconds">After the latest block.</param>
    public async Task<TransactionReceipt> SubmitAt(ulong unixSeconds, IReadOnlyList<ByteString> operations, CancellationToken cancellationToken)
    {
        await _chain.SetNextBlockTimestamp(DateTimeOffset.FromUnixTimeSeconds((long)unixSeconds), cancellationToken);
        return await Receipt(await Send(Plan.Ledger, FinanceLedgerContract.EncodeSubmit(operations), cancellationToken), cancellationToken);
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

    /// <summary>The refusal that the operation would get; null where it would be accepted.</summary>
    public async Task<LedgerRefusal?> Simulate(SignedOperation signed, CancellationToken cancellationToken) =>
        (await Reader.Simulate([ByteString.Wrap(signed.Encode())], BlockTag.Latest, cancellationToken)).Single();

    /// <summary>Signs and expects this refusal with its field and some of its values.</summary>
    public async Task Refuses(
        ILedgerOperation operation,
        IReadOnlyList<ISigner> signers,
        RefusalCode code,
        string? field,
        CancellationToken cancellationToken,
        params IReadOnlyList<(string Name, object Value)> values)
    {
        var refusal = await Simulate(Domain.SignAll(operation, signers), cancellationToken);

        Assert.That(refusal, Is.Not.Null, "the ledger accepted it");
        Assert.Multiple(() =>
        {
            Assert.That(refusal!.Code, Is.EqualTo(code), $"{refusal}");
            Assert.That(RefusalCatalogue.FieldOf(refusal, operation), Is.EqualTo(field));
            foreach (var (name, value) in values)
            {
                Assert.That(refusal[name], Is.EqualTo(value), name);
            }
        });
    }

    public async Task AdvanceDays(int days, CancellationToken cancellationToken)
    {
        await _chain.IncreaseTime(TimeSpan.FromDays(days), cancellationToken);
        await _chain.Mine(1, cancellationToken);
        Today = await Reader.Today(BlockTag.Latest, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _chain.DisposeAsync();
    }

    private async Task Found(CancellationToken cancellationToken)
    {
        var chainId = await Client.ChainId(cancellationToken);
        Foundation = new LedgerFoundation(
            Limits,
            Yongkang,
            Profile("永康平台运营公司"),
            [SignerId.Grant(Operator, Rights.Operator)],
            Profile("永康金融监管局"),
            [SignerId.Grant(Regulator, Rights.Regulator)]);
        Plan = new DeploymentPlan(_sender.Address, _nonce, Foundation);
        _nonce += (ulong)Plan.Creations.Count;

        // All five are sent before any is mined: that is what the plan is for.
        List<Hash256> sent = [];
        foreach (var creation in Plan.Creations)
        {
            var transaction = creation.ToTransaction(chainId, BigInteger.Zero, BigInteger.Zero).Sign(_sender);
            sent.Add(await Client.SendRawTransaction(transaction.Raw, cancellationToken));
        }

        Creations = await Task.WhenAll(sent.Select(hash => Receipt(hash, cancellationToken)));
        Reader = new LedgerReader(Client, Plan.Ledger);
        Domain = new LedgerDomain(chainId, Plan.Ledger);
        Today = await Reader.Today(BlockTag.Latest, cancellationToken);
        Deadline = (ulong)Genesis.AddYears(3).ToUnixTimeSeconds();
    }

    private static Hash256 Profile(string name) => ProfileHash.Of(Keccak256.Hash("salt"u8), name, Uscc.Compose("91", Yongkang, "MA2E0001"));

    private async Task<Hash256> Send(Address to, byte[] data, CancellationToken cancellationToken)
    {
        var transaction = new Eip1559Transaction(
            Domain.Domain.ChainId, _nonce++, BigInteger.Zero, BigInteger.Zero, GasLimit, to, BigInteger.Zero, data);
        return await Client.SendRawTransaction(transaction.Sign(_sender).Raw, cancellationToken);
    }

    private async Task<TransactionReceipt> Receipt(Hash256 hash, CancellationToken cancellationToken)
    {
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
