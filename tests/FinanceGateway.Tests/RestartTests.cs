using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OperationStatus = FinanceChain.FinanceGateway.Client.OperationStatus;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>Whatever dies between acceptance and the end, each operation is executed once.</summary>
[TestFixture]
internal sealed class RestartTests : FreshTown
{
    [Test]
    [CancelAfter(60_000)]
    public async Task Gateway_DyingBeforeItSigns_ExecutesOnceAfterRestart()
    {
        Guid[] ids;
        await using (var dying = await RunningGateway.Start(Town, Stop, submits: false))
        {
            ids = await Accept(dying, 5);
        }

        await AssertExecutedOnce(ids);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Gateway_DyingBetweenStoringAndSending_ExecutesOnceAfterRestart()
    {
        Guid[] ids;
        await using (var dying = await RunningGateway.Start(Town, Stop, submits: false))
        {
            ids = await Accept(dying, 5);
            Assert.That(await StoreBatch(dying), Is.Not.Null);
        }

        await AssertExecutedOnce(ids);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Gateway_DyingAfterSending_ExecutesOnceAfterRestart()
    {
        Guid[] ids;
        await using (var dying = await RunningGateway.Start(Town, Stop, submits: false))
        {
            ids = await Accept(dying, 5);
            var stored = await StoreBatch(dying);
            await Town.Node.SendRawTransaction(stored!.Raw, Stop);
        }

        await AssertExecutedOnce(ids);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Process_KilledUnderLoad_LosesNothingAndDoesNothingTwice()
    {
        var ids = new List<Guid>();
        for (var round = 0; round < 3; round++)
        {
            var url = new Uri($"http://127.0.0.1:{FreePort()}");
            var process = StartProcess($"--urls={url}");
            using var api = new GatewayClient(url, Town.Ledger, Trade.Core.Credentials.ClientId, Trade.Core.Credentials.ClientSecret);
            var items = await Items(120);
            var results = await api.Submit(items, Stop);
            ids.AddRange(results.Select(result => result.OperationId!.Value));
            await Task.Delay(20 * round, Stop);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(Stop);
        }

        await AssertExecutedOnce([.. ids]);
    }

    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(60_000)]
    public async Task Chain_ThatLostItsTail_GetsTheStoredTransactionsAgain(bool gatewayRestarts)
    {
        var snapshot = await Town.Node.Send("evm_snapshot", [], Stop);
        var gateway = await RunningGateway.Start(Town, Stop);
        try
        {
            var ids = await Accept(gateway, 3);
            using (var api = Api(gateway))
            {
                await api.Wait(ids, Stop);
            }

            if (gatewayRestarts)
            {
                await gateway.DisposeAsync();
            }

            await Town.StopIndexer(Stop);
            await Town.Node.Send("evm_revert", [snapshot.GetString()], Stop);
            await Town.Node.Send("anvil_mine", ["0x5"], Stop);
            if (gatewayRestarts)
            {
                gateway = await RunningGateway.Start(Town, Stop);
            }

            await Eventually(async () => await Scalar("select count(*) from gateway.transaction where recast_block is not null") > 0);
            await Town.StartIndexer(rebuild: true, Stop);
            await Eventually(async () => await Scalar("select count(*) from gateway.transaction where status = 1") == 0);
            await AssertExecutedOnce(ids);
        }
        finally
        {
            await gateway.DisposeAsync();
        }

        await AssertEndsStandInTheLedger();
    }

    /// <summary>The block's number is the old one again; what happened in it is not.</summary>
    /// <param name="seen">Whether the gateway had seen the end before the chain lost it.</param>
    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(60_000)]
    public async Task Chain_ThatLostItsTail_GivesATransactionItsOldBlockWithOtherNumbers_AndTheNewOnesCount(bool seen)
    {
        await using var session = await Database.OpenConnectionAsync(Stop);
        if (!seen)
        {
            await new NpgsqlCommand($"select pg_advisory_lock({OperationEnder.EndingLock})", session).ExecuteNonQueryAsync(Stop);
        }

        var snapshot = await Town.Node.Send("evm_snapshot", [], Stop);
        await Town.Node.Send("anvil_mine", ["0x1"], Stop);
        Guid id;
        await using (var gateway = await RunningGateway.Start(Town, Stop))
        {
            id = (await Accept(gateway, 1))[0];
            await Eventually(async () => await Scalar(IndexedSql(id)) == 1);
            await Eventually(async () => !seen || await Scalar($"select count(*) from gateway.operation_outcome where operation_id = '{id}'") == 1);
        }

        var block = await Scalar(BlockSql(id));
        await Town.StopIndexer(Stop);
        await Town.Node.Send("evm_revert", [snapshot.GetString()], Stop);
        await new DirectLedger(Town).Execute(await Trade.Issue(7_000, Stop));
        await using (var gateway = await RunningGateway.Start(Town, Stop))
        {
            await Eventually(async () => await Scalar("select count(*) from gateway.transaction where recast_block > 0") == 1);
            await new NpgsqlCommand("select pg_advisory_unlock_all()", session).ExecuteNonQueryAsync(Stop);
            await Task.Delay(1_000, Stop);
            Assert.That(await Scalar("select count(*) from gateway.transaction where status = 1"), Is.EqualTo(1), "the index has the old events only");
            await Town.StartIndexer(rebuild: true, Stop);
            await Eventually(async () => await Scalar("select count(*) from gateway.transaction where status = 1") == 0);
        }

        Assert.That(await Scalar(BlockSql(id)), Is.EqualTo(block), "the block that this test is about");
        Assert.That(await Scalar("select count(*) from gateway.operation_state where status = 3"), Is.EqualTo(await Scalar("select count(*) from gateway.operation")));
        await AssertEndsStandInTheLedger();
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Transaction_ThatFailedAsAWhole_IsReplacedByAnother()
    {
        Guid[] ids;
        await using (var dying = await RunningGateway.Start(Town, Stop, submits: false))
        {
            ids = await Accept(dying, 3);
            await StoreBatch(dying);
            await Resign(gasLimit: 300_000);
        }

        await AssertExecutedOnce(ids);
        Assert.That(await Scalar("select count(*) from gateway.transaction where status = 3"), Is.EqualTo(1));
    }

    /// <summary>What was final has not happened after all: its chain lost it, and its transaction cannot come back.</summary>
    [Test]
    [CancelAfter(60_000)]
    public async Task Operation_ThatWasFinal_OfATransactionThatIsGivenUp_WaitsAgain_WithItsClaim()
    {
        Guid id;
        await using (var gateway = await RunningGateway.Start(Town, Stop))
        {
            id = (await Accept(gateway, 1))[0];
            using var api = Api(gateway);
            await api.Wait([id], Stop);
        }

        await using var connection = await Database.OpenConnectionAsync(Stop);
        var transaction = await Scalar($"select transaction_id from gateway.operation_state where operation_id = '{id}' and status = 3");
        Assert.That(await Scalar($"select count(*) from gateway.operation_claim where operation_id = '{id}'"), Is.Zero, "it has ended");
        await Execute($"update gateway.transaction set status = 1, recast_block = 0 where transaction_id = {transaction}");
        await TransactionStore.Close(connection, transaction, TransactionStatus.Superseded, Stop);
        Assert.That(await Scalar($"select count(*) from gateway.operation_state where operation_id = '{id}' and status = 1"), Is.EqualTo(1));
        Assert.That(await Scalar($"select count(*) from gateway.operation_queued where operation_id = '{id}'"), Is.EqualTo(1));
        Assert.That(await Scalar($"select count(*) from gateway.operation_claim where operation_id = '{id}'"), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Transaction_WhoseNonceWasTaken_IsReplacedByAnother()
    {
        Guid[] ids;
        await using (var dying = await RunningGateway.Start(Town, Stop, submits: false))
        {
            ids = await Accept(dying, 3);
            var stored = await StoreBatch(dying);
            var rival = new Eip1559Transaction(Town.Ledger.Domain.ChainId, stored!.Nonce, 0, 0, 21_000, Town.Sender.Address, 0, []).Sign(Town.Sender);
            await Town.Node.SendRawTransaction(rival.Raw, Stop);
            await Eventually(async () => await Town.Node.Receipt(rival.Hash, Stop) is not null);
        }

        await AssertExecutedOnce(ids);
        Assert.That(await Scalar("select count(*) from gateway.transaction where status = 4"), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task TwoGateways_OnOneSender_TakeTurns()
    {
        await using var first = await RunningGateway.Start(Town, Stop);
        await using var second = await RunningGateway.Start(Town, Stop);
        await Eventually(() => Task.FromResult(Phases(first, second).SequenceEqual([EnginePhase.Standby, EnginePhase.Running])));
        var ids = (await Accept(first, 10)).Concat(await Accept(second, 10)).ToArray();
        await AssertExecutedOnce(ids);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Registration_RefusedOnExecution_SaysWhyAndFreesItsUscc()
    {
        var signer = Secp256k1Key.Create();
        var party = await Actor.Registration(Town, PartyKind.Enterprise, [signer], [Rights.Enterprise], Stop);
        Guid[] ids;
        await using (var dying = await RunningGateway.Start(Town, Stop, submits: false))
        {
            using var desk = dying.Operator(Town);
            ids = [(await Register(desk, party)).OperationId];
        }

        // Somebody else is faster, without a gateway.
        await new DirectLedger(Town).Register(PartyKind.Enterprise, (signer, Rights.Enterprise));
        await using var gateway = await RunningGateway.Start(Town, Stop);
        using var again = gateway.Operator(Town);
        var state = (await again.Wait(ids, Stop))[0];
        Assert.Multiple(() =>
        {
            Assert.That(state.Status, Is.EqualTo(OperationStatus.Refused));
            Assert.That((state.Refusal!.Code, state.Refusal!.Field), Is.EqualTo(("signer_taken", "signers")));
            Assert.That(state.Result, Is.Null);
        });
        signer = Secp256k1Key.Create();
        Assert.That(async () => await Register(again, party with { Signers = [SignerId.Grant(signer, Rights.Enterprise)] }), Throws.Nothing);

        Task<Accepted> Register(GatewayClient desk, PartyRegistration party) =>
            desk.RegisterParty(party, [Town.Ledger.Sign(party.ToOperation(), signer)], Trade.Key(), Stop);
    }

    private static EnginePhase[] Phases(params RunningGateway[] gateways) =>
        [.. gateways.Select(gateway => gateway.Services.GetRequiredService<EngineState>().Phase).Order()];

    /// <summary>What the engine does, up to the moment before it sends. The lease that it took for that is given back.</summary>
    private static async Task<StoredTransaction?> StoreBatch(RunningGateway gateway)
    {
        var leases = gateway.Services.GetRequiredService<SenderLeases>();
        await leases.Renew(Stop);
        var lease = (await leases.Take(1, Stop)).Single();
        await using var connection = await gateway.Services.GetRequiredService<EngineDatabase>().Open(Stop);
        await gateway.Services.GetRequiredService<ChainRepair>().Bring(connection, lease, Stop);
        var stored = await gateway.Services.GetRequiredService<BatchBuilder>().Next(connection, lease, Stop);
        await leases.Release([lease.Sender], leaving: true, Stop);
        return stored;
    }

    /// <summary>Replaces the stored transaction by one with less gas, as if the ceilings had been too low.</summary>
    private async Task Resign(ulong gasLimit)
    {
        await using var find = Database.CreateCommand("select nonce, array_agg(s.calldata order by s.position) from gateway.transaction t join gateway.operation_state s using (transaction_id) where t.status = 1 group by nonce");
        ulong nonce;
        byte[][] calldata;
        await using (var reader = await find.ExecuteReaderAsync(Stop))
        {
            await reader.ReadAsync(Stop);
            nonce = (ulong)reader.GetInt64(0);
            calldata = reader.GetFieldValue<byte[][]>(1);
        }

        var data = FinanceLedgerContract.EncodeSubmit([.. calldata.Select(ByteString.Wrap)]);
        var signed = new Eip1559Transaction(Town.Ledger.Domain.ChainId, nonce, 0, 0, gasLimit, Town.LedgerAddress, 0, data).Sign(Town.Sender);
        await using var replace = Database.CreateCommand("""
            with t as (update gateway.transaction set transaction_hash = $2 where status = 1 returning transaction_id)
            update gateway.transaction_version v set raw = $1, transaction_hash = $2 from t where v.transaction_id = t.transaction_id
            """);
        replace.Parameters.Add(new() { Value = signed.Raw });
        replace.Parameters.Add(new() { Value = signed.Hash.ToArray() });
        await replace.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>A gateway that starts now brings all to their end, and the ledger holds one event for each.</summary>
    private async Task AssertExecutedOnce(Guid[] ids)
    {
        await using var gateway = await RunningGateway.Start(Town, Stop);
        using var api = Api(gateway);
        var states = await api.Wait(ids, Stop);
        var issued = await Scalar("select count(*) from ledger.event where kind = 4");
        var refused = await Scalar("select count(*) from ledger.event where kind = 11");
        Assert.Multiple(() =>
        {
            Assert.That(states.Select(state => state.Status), Is.All.EqualTo(OperationStatus.Final));
            Assert.That(states.Select(state => state.Number("receivable")).Distinct().Count(), Is.EqualTo(ids.Length));
            Assert.That((issued, refused), Is.EqualTo((ids.Length, 0)));
        });
    }

    /// <summary>What the gateway says of each operation is what the ledger has, and where it has it.</summary>
    private async Task AssertEndsStandInTheLedger() => Assert.That(
        await Scalar("""
            select count(*) from gateway.operation_state s
            where not exists (select 1 from ledger.event e where e.transaction_hash = s.transaction_hash
                and e.block_number = s.block_number and e.log_index = s.log_index and e.topics = s.topics and e.data = s.data)
            """),
        Is.Zero);

    private static string IndexedSql(Guid id) => $"""
        select count(*) from gateway.operation_place p join gateway.transaction t on t.transaction_id = p.transaction_id
        join ledger.transaction x on x.transaction_hash = t.transaction_hash where p.operation_id = '{id}'
        """;

    private static string BlockSql(Guid id) => IndexedSql(id).Replace("count(*)", "max(x.block_number)", StringComparison.Ordinal);

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
