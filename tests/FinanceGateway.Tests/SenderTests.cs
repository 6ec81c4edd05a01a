using System.Diagnostics;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Keys;
using FinanceChain.FinanceGateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using OperationStatus = FinanceChain.FinanceGateway.Client.OperationStatus;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Accounts that pay: shared by gateways, taken over from dead ones, and never left stuck.</summary>
[TestFixture]
internal sealed class SenderTests : FreshTown
{
    private const long Gwei = 1_000_000_000;

    [Test]
    [CancelAfter(120_000)]
    public async Task TwoGateways_ShareTheSenders_AndTheOtherTakesOverWhatOneGivesBack()
    {
        Town.AddSenders(1);
        await using var first = await RunningGateway.Start(Town, Stop);
        await using (await RunningGateway.Start(Town, Stop))
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
        var paused = StartProcess();
        await Eventually(async () => await Scalar("select count(*) from gateway.sender where holder is not null and lease_until > now()") == 1);
        var epoch = await Scalar("select epoch from gateway.sender");
        Signal(paused, "STOP");
        await using var other = await RunningGateway.Start(Town, Stop);
        await Eventually(async () => await Scalar("select epoch from gateway.sender") > epoch);
        await AssertFinal(other, 20);
        Signal(paused, "CONT");
        await AssertFinal(other, 20);
        Assert.That(await Scalar("select count(*) from ledger.event where kind = 11"), Is.Zero);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Gateway_Killed_IsReplacedWithinSeconds()
    {
        var holder = StartProcess();
        await Eventually(async () => await Scalar("select count(*) from gateway.sender where lease_until > now()") == 1);
        await using var other = await RunningGateway.Start(Town, Stop);
        holder.Kill();
        var without = Stopwatch.StartNew();
        await AssertFinal(other, 5);
        Assert.That(without.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)), "a lease of 4 s, a beat of 1 s, and a busy machine");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Transaction_ThatOffersTooLittle_OffersMore_AndAnyOfItsVersionsCounts()
    {
        await ChargeFees();
        await using var gateway = await RunningGateway.Start(Town, Stop, true, "--FinanceGateway:Submission:BumpAfterSeconds=1");
        await Town.StopMining(Stop);
        using var api = Api(gateway);
        var id = (await api.Submit(await Trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId;
        await Eventually(async () => await Scalar("select count(*) from gateway.transaction_version where max_fee_per_gas > 0") >= 3);
        Assert.That(
            await Scalar("""
                select count(*) from (
                    select max_fee_per_gas as fee, max_priority_fee_per_gas as tip, lag(max_fee_per_gas) over w as fee_before, lag(max_priority_fee_per_gas) over w as tip_before
                    from gateway.transaction_version where max_fee_per_gas > 0 window w as (order by signed_at)) as v
                where fee_before is not null and (fee < fee_before * 1.125 or tip < tip_before * 1.125)
                """),
            Is.Zero);
        await Town.MineAgain(Stop);
        var state = (await api.Wait([id], Stop))[0];
        Assert.That(state.Status, Is.EqualTo(OperationStatus.Final));
        Assert.That(await Town.Node.Receipt(Hash256.Parse(state.Transaction!), Stop), Is.Not.Null);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Transaction_ThatIsGivenUp_FreesItsNonce_AndItsOperationsGoInAnother()
    {
        await ChargeFees();
        await using var gateway = await RunningGateway.Start(Town, Stop, true, "--FinanceGateway:Submission:CancelAfterSeconds=2");
        await Town.StopMining(Stop);
        using var api = Api(gateway);
        var id = (await api.Submit(await Trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId;
        await Eventually(PoolHoldsTheEmptyTransaction);
        await Town.Chain.Mine(1, Stop);
        await Eventually(async () => await Scalar("select count(*) from gateway.transaction where status = 5") == 1);
        await Town.MineAgain(Stop);
        Assert.That((await api.Wait([id], Stop))[0].Status, Is.EqualTo(OperationStatus.Final));
        Assert.That(await Scalar("select count(*) from ledger.event where kind = 11"), Is.Zero);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Sender_WhoseKeyIsTakenAway_BringsToItsEndWhatItHasUnderWay_AndTakesNothingNew()
    {
        await ChargeFees();
        await using var gateway = await RunningGateway.Start(
            Town, Stop, true, "--FinanceGateway:Submission:BumpAfterSeconds=1", "--FinanceGateway:SenderWatchSeconds=1");
        await Town.StopMining(Stop);
        using var api = Api(gateway);
        var underWay = (await api.Submit(await Trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId;
        await Eventually(async () => await Scalar("select count(*) from gateway.transaction where status = 1") == 1);

        Town.AddSenders(1);
        File.Delete(Path.Combine(Town.KeysDirectory, "sender.json"));
        await Eventually(() => Task.FromResult(!gateway.Services.GetRequiredService<ISenderKeys>().Current.Contains(Town.Sender.Address)));
        var versions = await Scalar("select count(*) from gateway.transaction_version");
        await Task.Delay(TimeSpan.FromSeconds(6), Stop); // longer than a lease that nobody renews
        await Eventually(async () => await Scalar("select count(*) from gateway.transaction_version") >= versions + 2);

        await Town.MineAgain(Stop);
        Assert.That((await api.Wait([underWay], Stop))[0].Status, Is.EqualTo(OperationStatus.Final));
        var next = await Scalar("select max(next_nonce) from gateway.sender");
        await api.Submit(await Trade.Issue(1_000, Stop), Trade.Key(), Stop);
        await Eventually(async () => await Scalar("select count(distinct sender) from gateway.transaction") == 2);
        Assert.That(await Scalar("select max(next_nonce) from gateway.sender"), Is.EqualTo(next), "the new work is another's");
    }

    /// <summary>From now on blocks have a base fee, and the sender something to pay it with.</summary>
    private async Task ChargeFees()
    {
        await Town.Chain.SetBalance(Town.Sender.Address.ToString(), System.Numerics.BigInteger.Pow(10, 21), Stop);
        await Town.Node.Send("anvil_setNextBlockBaseFeePerGas", [$"0x{Gwei:x}"], Stop);
        await Town.Chain.Mine(1, Stop);
    }

    private async Task<bool> PoolHoldsTheEmptyTransaction()
    {
        await using var command = Database.CreateCommand("select transaction_hash from gateway.transaction_version where kind = 2");
        return await command.ExecuteScalarAsync(Stop) is byte[] hash
            && (await Town.Node.Send("eth_getTransactionByHash", [hash], Stop)).ValueKind == System.Text.Json.JsonValueKind.Object;
    }

    private static void Signal(Process process, string signal) => Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();
}
