using FinanceChain.EmbeddedEngines;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.FinanceGateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>A node that serves another chain, from the beginning or from one moment to the next, even with the same ledger at the same address.</summary>
[TestFixture]
internal sealed class SwappedNodeTests : FreshTown
{
    private EmbeddedChain _other = null!;
    private ChainGate _gate = null!;

    [SetUp]
    public async Task BuildTheOtherChain()
    {
        _other = await EmbeddedChain.StartTemporary(CancellationToken.None);
        using var node = new EthereumClient(_other.Endpoint);
        foreach (var contract in new[] { Town.Plan.Ledger, Town.Plan.Registry, Town.Plan.Servicing, Town.Plan.P256Verifier, Town.Plan.PasskeyVerifier })
        {
            var code = await Town.Node.Code(contract, BlockTag.Latest, CancellationToken.None);
            await node.Send("anvil_setCode", [contract.ToString(), $"0x{Convert.ToHexStringLower(code)}"], CancellationToken.None);
        }

        _gate = await ChainGate.Start(Town.Chain.Endpoint);
    }

    [TearDown]
    public async Task LeaveTheOtherChain()
    {
        await _gate.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Test]
    [CancelAfter(120_000)]
    public void Gateway_AtANodeOfAnotherChain_DoesNotStart()
    {
        _gate.LeadTo(_other.Endpoint);
        Assert.That(async () => await Start(submits: true), Throws.InstanceOf<ForeignChainException>());
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Door_BeforeANodeThatWasSwapped_AcceptsNothing_UntilItIsOursAgain()
    {
        await using var gateway = await Start(submits: false);
        var token = await gateway.Token(Trade.Core.Credentials.ClientId, Trade.Core.Credentials.ClientSecret);
        var body = Http.Envelope(Town, await Trade.Issue(1_000, Stop)).ToJsonString();
        _gate.LeadTo(_other.Endpoint);
        await Eventually(async () => (await gateway.Post("api/v1/receivables", body, token, Trade.Key())).Status == 503);
        (await gateway.Post("api/v1/receivables", body, token, Trade.Key())).AssertRefused(503, "chain_unavailable", null);
        Assert.That((bool)(await gateway.Get("health/ready", null)).Body!["chain"]!, Is.False);
        _gate.LeadTo(Town.Chain.Endpoint);
        await Eventually(async () => (await gateway.Post("api/v1/receivables", body, token, Trade.Key())).Status == 202);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Door_BeforeANodeWithAnotherChainId_AcceptsNothing()
    {
        await using var gateway = await Start(submits: false);
        var token = await gateway.Token(Trade.Core.Credentials.ClientId, Trade.Core.Credentials.ClientSecret);
        var body = Http.Envelope(Town, await Trade.Issue(1_000, Stop)).ToJsonString();
        await Town.StopIndexer(Stop);
        await Town.Node.Send("anvil_setChainId", [1], Stop);
        await Eventually(async () => (await gateway.Post("api/v1/receivables", body, token, Trade.Key())).Code == "chain_unavailable");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Transaction_MadeBeforeTheNodeWasSwapped_IsNotSentToIt()
    {
        await using var gateway = await Start(submits: false);
        await Accept(gateway, 1);
        var lease = await Take(gateway);
        await using var connection = await gateway.Services.GetRequiredService<EngineDatabase>().Open(Stop);
        var stored = await gateway.Services.GetRequiredService<BatchBuilder>().Next(connection, lease, Stop);
        _gate.LeadTo(_other.Endpoint);
        await Eventually(async () => (bool)(await gateway.Get("health/ready", null)).Body!["chain"]! is false);
        Assert.That(
            async () => await gateway.Services.GetRequiredService<ChainRepair>().Send(stored!, Stop), Throws.InstanceOf<ForeignChainException>());
        Assert.That(_gate.Transactions, Is.Empty);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Engine_AtANodeThatWasSwapped_SendsItNothing_AndGoesOnWhereItIsOursAgain()
    {
        await using var gateway = await Start(submits: true);
        await AssertFinal(gateway, 3);
        await using var door = await RunningGateway.Start(Town, Stop, submits: false);
        _gate.LeadTo(_other.Endpoint);
        await Eventually(async () => (bool)(await gateway.Get("health/ready", null)).Body!["chain"]! is false);
        var ids = await Accept(door, 3);
        await Task.Delay(TimeSpan.FromSeconds(4), Stop); // longer than a sender waits before it looks again, and than a lease lasts
        Assert.That(_gate.Transactions.GetValueOrDefault(_other.Endpoint), Is.Zero);
        Assert.That(await Scalar("select count(*) from gateway.transaction where recast_block is not null"), Is.Zero, "nothing was lost");
        _gate.LeadTo(Town.Chain.Endpoint);
        using var api = Api(door);
        Assert.That((await api.Wait(ids, Stop)).Select(state => state.Status), Is.All.EqualTo(Client.OperationStatus.Final));
    }

    private Task<RunningGateway> Start(bool submits) => RunningGateway.Start(Town, Stop, submits, $"--FinanceGateway:ChainUrl={_gate.Url}");
}
