using System.Numerics;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerIndexer.Tests.Support;

/// <summary>A FinanceLedger deployed for one test on a real chain, and an account that submits to it.</summary>
internal sealed class TestLedger : IDisposable
{
    private const ulong MaxTransactionGas = 16_777_216;

    /// <summary>Those that a ledger is founded with here.</summary>
    public static readonly Parameters Rules = new(
        StartDate: BusinessDate.FromDays(1),
        MaxTenorDays: 180,
        MaxReviewedTenorDays: 366,
        MaxSplitDepth: 5,
        MaxSplits: 20,
        MaxInvoices: 4,
        RecoveryDelayDays: 3,
        NoticeDays: 2,
        MaxExtensionDays: 30,
        ApprovalDays: 200);

    private readonly Secp256k1Key _sender = Secp256k1Key.Create();

    private TestLedger(EmbeddedChain chain)
    {
        Chain = chain;
        Client = new EthereumClient(chain.Endpoint);
    }

    public EmbeddedChain Chain { get; }

    public EthereumClient Client { get; }

    public Secp256k1Key Operator { get; } = Secp256k1Key.Create();

    public Secp256k1Key Regulator { get; } = Secp256k1Key.Create();

    public DeploymentPlan Plan { get; private set; } = null!;

    public Address Address => Plan.Ledger;

    public long DeployBlock { get; private set; }

    public LedgerDomain Domain { get; private set; } = null!;

    public LedgerReader Contract { get; private set; } = null!;

    public static async Task<TestLedger> Deploy(EmbeddedChain chain)
    {
        var ledger = new TestLedger(chain);
        ledger.Plan = new DeploymentPlan(ledger._sender.Address, firstNonce: 0, new LedgerFoundation(
            Rules,
            RegionCode.Parse("330784"),
            Keccak256.Hash("operator"u8),
            [SignerId.Grant(ledger.Operator, Rights.Operator)],
            Keccak256.Hash("regulator"u8),
            [SignerId.Grant(ledger.Regulator, Rights.Regulator)]));
        foreach (var creation in ledger.Plan.Creations)
        {
            var receipt = await ledger.Send(to: null, creation.Data.ToArray());
            ledger.DeployBlock = (long)receipt.BlockNumber;
        }

        ledger.Domain = new LedgerDomain(await ledger.Client.ChainId(CancellationToken.None), ledger.Address);
        ledger.Contract = new LedgerReader(ledger.Client, ledger.Address);
        return ledger;
    }

    /// <summary>Submits operations as one transaction and gives its block.</summary>
    public async Task<long> Submit(params IReadOnlyList<SignedOperation> operations)
    {
        var receipt = await Send(Address, FinanceLedgerContract.EncodeSubmit([.. operations.Select(item => ByteString.Wrap(item.Encode()))]));
        Assert.That(receipt.Logs, Has.Count.EqualTo(operations.Count), "one event for each operation");
        return (long)receipt.BlockNumber;
    }

    public async Task<TransactionReceipt> Send(Address? to, byte[] data)
    {
        var chainId = await Client.ChainId(CancellationToken.None);
        var nonce = await Client.TransactionCount(_sender.Address, BlockTag.Pending, CancellationToken.None);
        var signed = new Eip1559Transaction(chainId, nonce, BigInteger.Zero, BigInteger.Zero, MaxTransactionGas, to, BigInteger.Zero, data).Sign(_sender);
        await Client.SendRawTransaction(signed.Raw, CancellationToken.None);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (await Client.Receipt(signed.Hash, CancellationToken.None) is { } receipt)
            {
                Assert.That(receipt.Succeeded, "the transaction succeeded");
                return receipt;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("The transaction was not mined.");
    }

    public async Task<DateTimeOffset> Time() => await Chain.Time(CancellationToken.None);

    public async Task<long> Head() => (long)await Client.BlockNumber(CancellationToken.None);

    public void Dispose() => Client.Dispose();
}
