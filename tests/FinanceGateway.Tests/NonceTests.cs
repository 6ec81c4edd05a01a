using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Tests.Support;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Between the nonces of the chain and those of the database nothing is missing and nothing is spent twice.</summary>
[TestFixture]
internal sealed class NonceTests : FreshTown
{
    [Test]
    [CancelAfter(120_000)]
    public async Task Nonce_WithoutATransaction_IsFilled()
    {
        await Execute("update gateway.sender set next_nonce = next_nonce + 2");
        await using var gateway = await RunningGateway.Start(Town, Stop);
        await AssertFinal(gateway, 3);
        Assert.That(await Scalar("select count(*) from gateway.transaction where operations = 0"), Is.EqualTo(2));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Nonce_SpentBySomebodyElse_IsNotUsed()
    {
        var next = await Town.Node.TransactionCount(Town.Sender.Address, BlockTag.Latest, Stop);
        var rival = new Eip1559Transaction(Town.Ledger.Domain.ChainId, next, 0, 0, 21_000, Town.Sender.Address, 0, []).Sign(Town.Sender);
        await Town.Node.SendRawTransaction(rival.Raw, Stop);
        await Eventually(async () => await Town.Node.Receipt(rival.Hash, Stop) is not null);
        await using var gateway = await RunningGateway.Start(Town, Stop);
        await AssertFinal(gateway, 3);
        Assert.That(await Scalar($"select count(*) from gateway.transaction where nonce <= {next} and status <> 2"), Is.Zero);
    }

    // The chain goes back behind a transaction whose operations went into another one since: its old bytes must not be mined, and its nonce must be.
    [TestCase(3, "failed as a whole")]
    [TestCase(5, "was given up")]
    [CancelAfter(120_000)]
    public async Task Nonce_OfATransactionWithoutOperations_IsFilledAgain_WhereTheChainLostIt(int status, string why)
    {
        var snapshot = await Town.Node.Send("evm_snapshot", [], Stop);
        await using (var gateway = await RunningGateway.Start(Town, Stop))
        {
            await AssertFinal(gateway, 1);
            await AssertFinal(gateway, 1);
        }

        // As far as nonces go, the first of the two ended like this.
        await Execute($"""
            with emptied as (
                update gateway.transaction set status = {status} where nonce = (select max(nonce) - 1 from gateway.transaction) returning transaction_id),
            displaced as (
                delete from gateway.operation_place where transaction_id = (select transaction_id from emptied) returning operation_id),
            unended as (
                delete from gateway.operation_outcome where operation_id in (select operation_id from displaced))
            delete from gateway.operation where operation_id in (select operation_id from displaced)
            """);
        await Town.StopIndexer(Stop);
        await Town.Node.Send("evm_revert", [snapshot.GetString()], Stop);
        await Town.Node.Send("anvil_mine", ["0x5"], Stop);
        await using var next = await RunningGateway.Start(Town, Stop);
        await Eventually(IsLevel);
        await Town.StartIndexer(rebuild: true, Stop);
        await AssertFinal(next, 1);
        Assert.That(await Scalar("select count(*) from gateway.transaction where operations = 0"), Is.EqualTo(1), why);
        Assert.That(await Scalar("select count(*) from ledger.event where kind = 4"), Is.EqualTo(2), why);
    }
}
