using System.Diagnostics;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Keys;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.FinanceGateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OperationStatus = FinanceChain.FinanceGateway.Client.OperationStatus;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Accounts that pay: shared by gateways, taken over from dead ones, and never left stuck.</summary>
[TestFixture]
internal sealed class SenderTests
{
    private const long Gwei = 1_000_000_000;

    private Town _town = null!;
    private Trade _trade = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task BuildTown()
    {
        _town = await Town.Build(CancellationToken.None);
        await using var gateway = await RunningGateway.Start(_town, CancellationToken.None);
        _trade = await Trade.Open(_town, gateway, CancellationToken.None);
    }

    [TearDown]
    public async Task LeaveTown()
    {
        _trade?.Dispose();
        if (_town is not null)
        {
            await _town.DisposeAsync();
        }
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task TwoGateways_ShareTheSenders_AndTheOtherTakesOverWhatOneGivesBack()
    {
        _town.AddSenders(1);
        await using var first = await RunningGateway.Start(_town, Stop);
        await using (await RunningGateway.Start(_town, Stop))
        {
            await Eventually(async () => await Scalar("select count(distinct holder) from gateway.sender") == 2);
            await AssertFinal(first, 60);
        }

        await Eventually(async () => await Scalar("select count(*) from gateway.sender where holder is not null and lease_until > now()") == 2);
        Assert.That(await Scalar("select count(distinct holder) from gateway.sender"), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Gateway_PausedAndWoken_LosesItsSenderAndDoesNoHarm()
    {
        using var paused = Start();
        await Eventually(async () => await Scalar("select count(*) from gateway.sender where holder is not null and lease_until > now()") == 1);
        var epoch = await Scalar("select epoch from gateway.sender");
        Signal(paused, "STOP");
        await using var other = await RunningGateway.Start(_town, Stop);
        await Eventually(async () => await Scalar("select epoch from gateway.sender") > epoch);
        await AssertFinal(other, 20);
        Signal(paused, "CONT");
        await AssertFinal(other, 20);
        Assert.That(await Scalar("select count(*) from ledger.event where kind = 11"), Is.Zero);
        paused.Kill();
        await paused.WaitForExitAsync(Stop);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Holder_WhoseLeaseHasGone_WritesNothing()
    {
        await using var idle = await RunningGateway.Start(_town, Stop, submits: false);
        using var api = Api(idle);
        await api.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop);
        var lease = await Take(idle);
        await using var connection = await idle.Services.GetRequiredService<EngineDatabase>().Open(Stop);
        await idle.Services.GetRequiredService<ChainRepair>().Bring(connection, lease, Stop);
        await Execute("update gateway.sender set epoch = epoch + 1");
        Assert.That(
            async () => await idle.Services.GetRequiredService<BatchBuilder>().Next(connection, lease, Stop), Throws.InstanceOf<LeaseLostException>());
        Assert.That(await Scalar("select count(*) from gateway.operation where status = 1"), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Nonce_WithoutATransaction_IsFilled()
    {
        await Execute("update gateway.sender set next_nonce = next_nonce + 2");
        await using var gateway = await RunningGateway.Start(_town, Stop);
        await AssertFinal(gateway, 3);
        Assert.That(await Scalar("select count(*) from gateway.transaction where operations = 0"), Is.EqualTo(2));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Transaction_ThatOffersTooLittle_OffersMore_AndAnyOfItsVersionsCounts()
    {
        await ChargeFees();
        await using var gateway = await RunningGateway.Start(_town, Stop, true, "--FinanceGateway:Submission:BumpAfterSeconds=1");
        await StopMining();
        using var api = Api(gateway);
        var id = (await api.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId;
        await Eventually(async () => await Scalar("select count(*) from gateway.transaction_version where max_fee_per_gas > 0") >= 3);
        Assert.That(
            await Scalar("""
                select count(*) from (
                    select max_fee_per_gas as fee, max_priority_fee_per_gas as tip, lag(max_fee_per_gas) over w as fee_before, lag(max_priority_fee_per_gas) over w as tip_before
                    from gateway.transaction_version where max_fee_per_gas > 0 window w as (order by signed_at)) as v
                where fee_before is not null and (fee < fee_before * 1.125 or tip < tip_before * 1.125)
                """),
            Is.Zero);
        await _town.Node.Send("evm_setAutomine", [true], Stop);
        await _town.Chain.Mine(1, Stop);
        var state = (await api.Wait([id], Stop))[0];
        Assert.That(state.Status, Is.EqualTo(OperationStatus.Final));
        Assert.That(await _town.Node.Receipt(Hash256.Parse(state.Transaction!), Stop), Is.Not.Null);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Transaction_ThatIsGivenUp_FreesItsNonce_AndItsOperationsGoInAnother()
    {
        await ChargeFees();
        await using var gateway = await RunningGateway.Start(_town, Stop, true, "--FinanceGateway:Submission:CancelAfterSeconds=2");
        await StopMining();
        using var api = Api(gateway);
        var id = (await api.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId;
        await Eventually(PoolHoldsTheEmptyTransaction);
        await _town.Chain.Mine(1, Stop);
        await Eventually(async () => await Scalar("select count(*) from gateway.transaction where status = 5") == 1);
        await _town.Node.Send("evm_setAutomine", [true], Stop);
        await _town.Chain.Mine(1, Stop);
        Assert.That((await api.Wait([id], Stop))[0].Status, Is.EqualTo(OperationStatus.Final));
        Assert.That(await Scalar("select count(*) from ledger.event where kind = 11"), Is.Zero);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Sender_WhoseKeyIsTakenAway_BringsToItsEndWhatItHasUnderWay_AndTakesNothingNew()
    {
        await ChargeFees();
        await using var gateway = await RunningGateway.Start(
            _town, Stop, true, "--FinanceGateway:Submission:BumpAfterSeconds=1", "--FinanceGateway:SenderWatchSeconds=1");
        await StopMining();
        using var api = Api(gateway);
        var underWay = (await api.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId;
        await Eventually(async () => await Scalar("select count(*) from gateway.transaction where status = 1") == 1);

        _town.AddSenders(1);
        File.Delete(Path.Combine(_town.KeysDirectory, "sender.json"));
        await Eventually(() => Task.FromResult(!gateway.Services.GetRequiredService<ISenderKeys>().Current.Contains(_town.Sender.Address)));
        var versions = await Scalar("select count(*) from gateway.transaction_version");
        await Task.Delay(TimeSpan.FromSeconds(6), Stop); // longer than a lease that nobody renews
        await Eventually(async () => await Scalar("select count(*) from gateway.transaction_version") >= versions + 2);

        await _town.Node.Send("evm_setAutomine", [true], Stop);
        await _town.Chain.Mine(1, Stop);
        Assert.That((await api.Wait([underWay], Stop))[0].Status, Is.EqualTo(OperationStatus.Final));
        var next = await Scalar("select max(next_nonce) from gateway.sender");
        await api.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop);
        await Eventually(async () => await Scalar("select count(distinct sender) from gateway.transaction") == 2);
        Assert.That(await Scalar("select max(next_nonce) from gateway.sender"), Is.EqualTo(next), "the new work is another's");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Node_OfAnotherChain_IsRefusedLoudly()
    {
        await Execute("update gateway.chain set genesis_hash = sha256('another genesis')");
        Assert.That(async () => await RunningGateway.Start(_town, Stop), Throws.InstanceOf<ForeignChainException>());
    }

    private GatewayClient Api(RunningGateway gateway) => gateway.Client(_trade.Core.Credentials.ClientId, _trade.Core.Credentials.ClientSecret);

    private async Task AssertFinal(RunningGateway gateway, int count)
    {
        using var api = Api(gateway);
        var items = new List<BulkItem>();
        for (var i = 0; i < count; i++)
        {
            items.Add(new BulkItem(Trade.Key(), await _trade.Issue(1_000, Stop)));
        }

        var states = await api.Wait([.. (await api.Submit(items, Stop)).Select(result => result.OperationId!.Value)], Stop);
        Assert.That(states.Select(state => state.Status), Is.All.EqualTo(OperationStatus.Final));
    }

    /// <summary>From now on blocks have a base fee, and the sender something to pay it with.</summary>
    private async Task ChargeFees()
    {
        await _town.Chain.SetBalance(_town.Sender.Address.ToString(), System.Numerics.BigInteger.Pow(10, 21), Stop);
        await _town.Node.Send("anvil_setNextBlockBaseFeePerGas", [$"0x{Gwei:x}"], Stop);
        await _town.Chain.Mine(1, Stop);
    }

    // From mining at intervals as well, anvil goes to mining nothing by way of mining at once.
    private async Task StopMining()
    {
        await _town.Node.Send("evm_setAutomine", [true], Stop);
        await _town.Node.Send("evm_setAutomine", [false], Stop);
    }

    private async Task<bool> PoolHoldsTheEmptyTransaction()
    {
        await using var database = NpgsqlDataSource.Create(_town.Database);
        await using var command = database.CreateCommand("select transaction_hash from gateway.transaction_version where kind = 2");
        return await command.ExecuteScalarAsync(Stop) is byte[] hash
            && (await _town.Node.Send("eth_getTransactionByHash", [hash], Stop)).ValueKind == System.Text.Json.JsonValueKind.Object;
    }

    private static async Task<SenderLease> Take(RunningGateway gateway)
    {
        var leases = gateway.Services.GetRequiredService<SenderLeases>();
        await leases.Renew(Stop);
        return (await leases.Take(1, Stop)).Single();
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var argument in _town.GatewayArguments())
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static void Signal(Process process, string signal) => Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();

    private async Task<long> Scalar(string sql)
    {
        await using var database = NpgsqlDataSource.Create(_town.Database);
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    private async Task Execute(string sql)
    {
        await using var database = NpgsqlDataSource.Create(_town.Database);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(50, Stop);
        }
    }
}
