using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Operations;
using FinanceChain.FinanceGateway.Storage;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.FinanceGateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using BulkItem = FinanceChain.FinanceGateway.Client.BulkItem;
using OperationStatus = FinanceChain.FinanceGateway.Client.OperationStatus;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>What waits in the queue counts at the door, and keeps its order on the way to the ledger.</summary>
[TestFixture]
internal sealed class WaitingTests
{
    private Town _town = null!;
    private Trade _trade = null!;
    private ulong _receivable;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task BuildTown()
    {
        _town = await Town.Build(CancellationToken.None);
        await using var gateway = await RunningGateway.Start(_town, CancellationToken.None);
        _trade = await Trade.Open(_town, gateway, CancellationToken.None);
        _receivable = await _trade.NewReceivable(100_000, CancellationToken.None);
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
    public async Task Operation_ThatBuildsOnAWaitingOne_IsAcceptedAndExecutedBehindIt_WithSeveralSenders()
    {
        _town.AddSenders(2);
        var ids = new List<Guid>();
        await using (var idle = await RunningGateway.Start(_town, Stop, submits: false))
        {
            using var api = Api(idle, _trade.Supplier);
            for (ushort revision = 1; revision <= 4; revision++)
            {
                ids.Add((await api.Submit(await _trade.Assign(_receivable, 1_000, revision, Stop), Trade.Key(), Stop)).OperationId);
                ids.Add((await api.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId);
            }

            await AssertRefused(api, "receivable_revision_stale", 409, await _trade.Assign(_receivable, 2_000, 1, Stop));
        }

        // Each sender takes one and then leaves the others a second.
        await using var gateway = await RunningGateway.Start(
            _town, Stop, true, "--FinanceGateway:BatchMaxOperations=1", "--FinanceGateway:BatchWindowMilliseconds=1000");
        using var following = Api(gateway, _trade.Supplier);
        var states = await following.Wait(ids, Stop);
        Assert.That(states.Select(state => (state.Status, state.Refusal?.Code)), Is.All.EqualTo((OperationStatus.Final, (string?)null)));
        Assert.That(await Scalar("select count(distinct sender) from gateway.transaction where operations > 0"), Is.EqualTo(3));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Invoice_OfAWaitingReceivable_BacksNoOther()
    {
        await using var idle = await RunningGateway.Start(_town, Stop, submits: false);
        using var api = Api(idle, _trade.Core);
        var first = await _trade.IssueTerms(5_000, Stop);
        await api.Submit(_town.Ledger.SignAll(first, _trade.Core.Trader, _trade.Supplier.Trader), Trade.Key(), Stop);
        var second = first with { MaturityDate = first.MaturityDate.AddDays(-1) };
        await AssertRefused(api, "fingerprint_taken", 409, _town.Ledger.SignAll(second, _trade.Core.Trader, _trade.Supplier.Trader));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Chain_OfWaitingOperations_HasABound()
    {
        await using var idle = await RunningGateway.Start(_town, Stop, submits: false, "--FinanceGateway:Submission:MaxEarlierOperations=2");
        using var api = Api(idle, _trade.Supplier);
        for (ushort revision = 1; revision <= 3; revision++)
        {
            await api.Submit(await _trade.Assign(_receivable, 1_000, revision, Stop), Trade.Key(), Stop);
        }

        var result = (await api.Submit([new BulkItem(Trade.Key(), await _trade.Assign(_receivable, 1_000, 4, Stop))], Stop))[0];
        Assert.That((result.Problem!.Code, result.Problem.Status), Is.EqualTo(("earlier_operations_waiting", 429)));
        Assert.That(result.Problem.Values!.Value.GetProperty("max").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Client_WithOneOperation_DoesNotWaitBehindAnothersMany()
    {
        await using var idle = await RunningGateway.Start(_town, Stop, submits: false, "--FinanceGateway:BatchMaxOperations=10");
        using var greedy = Api(idle, _trade.Core);
        using var modest = Api(idle, _trade.Supplier);
        await greedy.Submit([.. await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => new BulkItem(Trade.Key(), await _trade.Issue(1_000, Stop))))], Stop);
        var one = (await modest.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId;

        Assert.That(await StoreBatches(idle, 1), Is.EqualTo(new int?[] { 10 }));
        Assert.That((await modest.States([one], 0, Stop))[0].Status, Is.EqualTo(OperationStatus.Submitted));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Operation_ThatHasToWait_KeepsBackNoneBehindIt()
    {
        await using var idle = await RunningGateway.Start(_town, Stop, submits: false, "--FinanceGateway:BatchMaxOperations=1");
        using var api = Api(idle, _trade.Supplier);
        var ids = new List<Guid>();
        for (ushort revision = 1; revision <= 3; revision++)
        {
            ids.Add((await api.Submit(await _trade.Assign(_receivable, 1_000, revision, Stop), Trade.Key(), Stop)).OperationId);
        }

        ids.Add((await api.Submit(await _trade.Issue(1_000, Stop), Trade.Key(), Stop)).OperationId);

        // The first assignment is on no chain yet: what builds on it stays, what builds on nothing goes.
        Assert.That(await StoreBatches(idle, 3), Is.EqualTo(new int?[] { 1, 1, null }));
        Assert.That(
            (await api.States(ids, 0, Stop)).Select(state => state.Status),
            Is.EqualTo(new[] { OperationStatus.Submitted, OperationStatus.Queued, OperationStatus.Queued, OperationStatus.Submitted }));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task WhatWaits_IsFoundByItsKeys_ThoughNothingWaitedWhenThePlanWasMade()
    {
        const int Crowd = 3_000;
        await using var database = NpgsqlDataSource.Create(ConnectionSettings.Lookups(_town.Database, connections: 1));
        var earlier = new EarlierOperations(database, Options.Create(new GatewayOptions()));
        var candidates = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ => new Candidate("nobody", Trade.Key(), await _trade.Issue(1_000, Stop))));
        await Execute("vacuum analyze gateway.operation_claim"); // the server does so by itself every now and then
        for (var i = 0; i < 20; i++)
        {
            Assert.That(await earlier.Find(candidates, Stop), Is.Empty);
        }

        await Execute($"""
            insert into gateway.operation_claim (operation_hash, operation_id, client_id, changes_party, order_keys)
            select sha256(n::text::bytea), gen_random_uuid(), 'somebody', false, array[n] from generate_series(1, {Crowd}::bigint) n
            """);
        var before = await RowsReadInVain();
        Assert.That(await earlier.Find(candidates, Stop), Is.Empty);
        Assert.That(await RowsReadInVain() - before, Is.LessThan(Crowd));

        // On the one connection that the lookups had, whose counts are shown at once.
        async Task<long> RowsReadInVain()
        {
            await Execute("select pg_stat_force_next_flush()");
            await using var command = database.CreateCommand("select seq_tup_read from pg_stat_user_tables where schemaname = 'gateway' and relname = 'operation_claim'");
            return (long)(await command.ExecuteScalarAsync(Stop))!;
        }

        async Task Execute(string sql)
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Stop);
        }
    }

    private static GatewayClient Api(RunningGateway gateway, Actor actor) => gateway.Client(actor.Credentials.ClientId, actor.Credentials.ClientSecret);

    /// <summary>Takes a sender as the engine would, and makes batches without sending them. How many operations each has; null where nothing may go.</summary>
    private static async Task<List<int?>> StoreBatches(RunningGateway idle, int count)
    {
        var leases = idle.Services.GetRequiredService<SenderLeases>();
        await leases.Renew(Stop);
        var lease = (await leases.Take(1, Stop)).Single();
        await using var connection = await idle.Services.GetRequiredService<EngineDatabase>().Open(Stop);
        await idle.Services.GetRequiredService<ChainRepair>().Bring(connection, lease, Stop);
        var operations = new List<int?>();
        for (var batch = 0; batch < count; batch++)
        {
            operations.Add((await idle.Services.GetRequiredService<BatchBuilder>().Next(connection, lease, Stop))?.Operations);
        }

        return operations;
    }

    private static async Task AssertRefused(GatewayClient api, string code, int status, LedgerContract.SignedOperation agreement)
    {
        var result = (await api.Submit([new BulkItem(Trade.Key(), agreement)], Stop))[0];
        Assert.That((result.Problem?.Code, result.Problem?.Status), Is.EqualTo((code, status)));
    }

    private async Task<long> Scalar(string sql)
    {
        await using var database = NpgsqlDataSource.Create(_town.Database);
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
