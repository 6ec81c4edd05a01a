using System.Numerics;
using FinanceChain.Cli.Platform;
using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using FinanceChain.Tests;

namespace FinanceChain.Cli.Tests.Platform;

public sealed class LedgerDeploymentTests
{
    private string _folder = "";

    private string LedgerFile => Path.Combine(_folder, "ledger.json");

    [SetUp]
    public void Prepare() => _folder = Directory.CreateTempSubdirectory("financechain-test-").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestCase("""{"address":"0x5FbDB2315678afecb367f032d93F642f64180aa3","chainId":31337,"block":1,"transaction":"0x00","rawTransaction":"0x00"}""", "an older")]
    [TestCase("""{"version":1}""", "an older")]
    [TestCase("""{"version":3,"contracts":{}}""", "a newer")]
    public void Read_AnotherVersion_SaysWhatToDo(string text, string age)
    {
        File.WriteAllText(LedgerFile, text);

        CommandException? refusal = Assert.Throws<CommandException>(() => LedgerDeployment.Read(LedgerFile));

        Assert.That(refusal?.Message, Does.StartWith($"The ledger in {_folder} was deployed by {age} version").And.Contain("down").And.Contain("--data"));
        Assert.That(refusal?.Message, Does.Not.Contain('\n'));
    }

    [Test, CancelAfter(60_000)]
    public async Task Ensure_FirstTime_FoundsTheLedgerWithItsOperatorAndRegulator(CancellationToken cancellation)
    {
        EmbeddedEngineGate.Require();
        OperatorKeys keys = OperatorKeys.Ensure(_folder);
        await using EmbeddedChain chain = await StartChain(keys, cancellation);
        using var node = new EthereumClient(chain.Endpoint);

        LedgerDeployment deployed = await LedgerDeployment.Ensure(LedgerFile, node, keys, cancellation);

        Assert.That(
            deployed.Contracts.Select(contract => contract.Name),
            Is.EqualTo(new[] { "P256Sha256Verifier", "PasskeyVerifier", "Registry", "Servicing", "FinanceLedger" }));
        Assert.That(LedgerDeployment.Read(LedgerFile), Is.EqualTo(deployed));
        Assert.That(await LedgerDeployment.Ensure(LedgerFile, node, keys, cancellation), Is.EqualTo(deployed));
        var ledger = new LedgerReader(node, deployed.Address);
        Assert.That(await ledger.PasskeyVerifier(BlockTag.Latest, cancellation), Is.EqualTo(deployed.Contracts[1].Address));
        Assert.That((await ledger.Signer(SignerId.Of(keys.Regulator), BlockTag.Latest, cancellation))?.Party, Is.EqualTo(PartyId.Regulator));
        Assert.That((await ledger.Signer(SignerId.Of(keys.Regulator), BlockTag.Latest, cancellation))?.Rights, Is.EqualTo(Rights.Regulator));
        Assert.That((await ledger.Signer(SignerId.Of(keys.Registrar), BlockTag.Latest, cancellation))?.Rights, Is.EqualTo(Rights.Register));
        IReadOnlyList<Log> founded = await node.Logs(deployed.Address, deployed.Block!.Value, deployed.Block.Value, null, cancellation);
        Assert.That(founded.Select(log => LedgerEvent.Decode(log)?.EventKind), Is.EqualTo(new[] { EventKind.ParametersAdopted, EventKind.PartyRegistered, EventKind.PartyRegistered }));
    }

    [TestCase(0)]
    [TestCase(2)]
    [CancelAfter(60_000)]
    public async Task Ensure_ChainLostTheDeployment_SendsTheSameTransactionsAgain(int kept, CancellationToken cancellation)
    {
        EmbeddedEngineGate.Require();
        OperatorKeys keys = OperatorKeys.Ensure(_folder);
        LedgerDeployment before;
        await using (EmbeddedChain first = await StartChain(keys, cancellation))
        {
            using var lost = new EthereumClient(first.Endpoint);
            before = await LedgerDeployment.Ensure(LedgerFile, lost, keys, cancellation);
        }

        await using EmbeddedChain chain = await StartChain(keys, cancellation);
        using var node = new EthereumClient(chain.Endpoint);
        foreach (DeployedContract contract in before.Contracts.Take(kept))
        {
            await node.SendRawTransaction(Hex.Decode(contract.RawTransaction), cancellation);
        }

        LedgerDeployment after = await LedgerDeployment.Ensure(LedgerFile, node, keys, cancellation);

        Assert.That(after with { Block = before.Block }, Is.EqualTo(before));
        Assert.That(await new LedgerReader(node, after.Address).P256Verifier(BlockTag.Latest, cancellation), Is.EqualTo(before.Contracts[0].Address));
    }

    [Test, CancelAfter(60_000)]
    public async Task Ensure_ChainTakesNothing_HasStoredWhatTheNextRunSends(CancellationToken cancellation)
    {
        EmbeddedEngineGate.Require();
        OperatorKeys keys = OperatorKeys.Ensure(_folder);
        await using EmbeddedChain chain = await EmbeddedChain.StartTemporary(cancellation);
        using var node = new EthereumClient(chain.Endpoint);

        // The sender cannot pay yet.
        await Assert.ThatAsync(() => LedgerDeployment.Ensure(LedgerFile, node, keys, cancellation), Throws.InstanceOf<JsonRpcException>());
        LedgerDeployment planned = LedgerDeployment.Read(LedgerFile)!;
        await chain.SetBalance(keys.Sender.Address.ToString(), BigInteger.Pow(10, 30), cancellation);
        LedgerDeployment deployed = await LedgerDeployment.Ensure(LedgerFile, node, keys, cancellation);

        Assert.That(planned.Block, Is.Null);
        Assert.That(deployed with { Block = null }, Is.EqualTo(planned));
    }

    private static async Task<EmbeddedChain> StartChain(OperatorKeys keys, CancellationToken cancellation)
    {
        EmbeddedChain chain = await EmbeddedChain.StartTemporary(cancellation);
        await chain.SetBalance(keys.Sender.Address.ToString(), BigInteger.Pow(10, 30), cancellation);
        return chain;
    }
}
