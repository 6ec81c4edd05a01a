using System.Diagnostics;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.FinanceGateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>A gateway whose lease went to another while it was away: none of its writes passes, and none of its locks stays.</summary>
[TestFixture]
internal sealed class FenceTests : FreshTown
{
    private RunningGateway? _idle;
    private SenderLease _lease = null!;
    private NpgsqlConnection? _connection;

    [SetUp]
    public async Task TakeTheSender()
    {
        _idle = await RunningGateway.Start(Town, CancellationToken.None, submits: false);
        _lease = await Take(_idle);
        _connection = await Service<EngineDatabase>().Open(CancellationToken.None);
    }

    [TearDown]
    public async Task LeaveTheSender()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        if (_idle is not null)
        {
            await _idle.DisposeAsync();
        }
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Batch_OfALostLease_IsNotMade()
    {
        await Accept(_idle!, 1);
        await LoseTheLease();
        AssertFenced(() => Service<BatchBuilder>().Next(_connection!, _lease, Stop));
        Assert.That(await Scalar("select count(*) from gateway.operation_state where status = 1"), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Gap_OfALostLease_IsNotFilled()
    {
        await Execute("update gateway.sender set next_nonce = next_nonce + 1");
        await LoseTheLease();
        AssertFenced(() => Service<ChainRepair>().Bring(_connection!, _lease, Stop));
        Assert.That(await Scalar("select count(*) from gateway.transaction where operations = 0"), Is.Zero);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Replacement_OfALostLease_IsNotStored()
    {
        await StoreAHopelessBatch();
        await LoseTheLease();
        AssertFenced(() => Service<StuckTransactions>().Mend(_connection!, _lease, Stop));
        Assert.That(await Scalar("select count(*) from gateway.transaction_version where kind = 2"), Is.Zero);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Operations_OfALostLease_AreNotQueuedAgain()
    {
        await StoreAHopelessBatch();
        await Service<StuckTransactions>().Mend(_connection!, _lease, Stop);
        await Service<ChainRepair>().Bring(_connection!, _lease, Stop);
        await Eventually(IsLevel);
        await LoseTheLease();
        AssertFenced(() => Service<StuckTransactions>().Mend(_connection!, _lease, Stop));
        Assert.That(await Scalar("select count(*) from gateway.operation_state where status = 2"), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Block_OfALostLease_IsNotWrittenDown()
    {
        await Accept(_idle!, 1);
        var stored = await Service<BatchBuilder>().Next(_connection!, _lease, Stop);
        await Execute("update gateway.transaction set recast_block = 0 where status = 1");
        await Service<ChainRepair>().Send(stored!, Stop);
        await Eventually(async () => await Town.Node.Receipt(stored!.Hash, Stop) is not null);
        await LoseTheLease();
        AssertFenced(() => Service<StuckTransactions>().Mend(_connection!, _lease, Stop));
        Assert.That(await Scalar("select recast_block from gateway.transaction where status = 1"), Is.Zero);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Sender_InTheMiddleOfAWrite_IsTakenBehindIt()
    {
        await using var other = await RunningGateway.Start(Town, Stop, submits: false);
        await EndTheLease();
        await using (var write = await _connection!.BeginTransactionAsync(Stop))
        {
            await Service<TransactionStore>().Enter(_connection!, _lease, Stop);
            Assert.That(await TakeWhatIsFree(other), Is.Empty);
            await write.CommitAsync(Stop);
        }

        Assert.That((await TakeWhatIsFree(other)).Single().Epoch, Is.EqualTo(_lease.Epoch + 1));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Holder_SilentInTheMiddleOfAWrite_LosesTheSenderWithinSeconds()
    {
        await using var other = await RunningGateway.Start(Town, Stop, submits: false);
        await EndTheLease();
        await using var write = await _connection!.BeginTransactionAsync(Stop);
        await Service<TransactionStore>().Enter(_connection!, _lease, Stop);
        var silent = Stopwatch.StartNew();
        await Eventually(async () => (await TakeWhatIsFree(other)).Count == 1);
        Assert.That(silent.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(async () => await write.CommitAsync(Stop), Throws.InstanceOf<NpgsqlException>());
    }

    private T Service<T>()
        where T : notnull => _idle!.Services.GetRequiredService<T>();

    private static Task<List<SenderLease>> TakeWhatIsFree(RunningGateway gateway) => gateway.Services.GetRequiredService<SenderLeases>().Take(1, Stop);

    private static void AssertFenced(Func<Task> write) => Assert.That(async () => await write(), Throws.InstanceOf<LeaseLostException>());

    /// <summary>As when another gateway took the sender.</summary>
    private Task LoseTheLease() => Execute("update gateway.sender set epoch = epoch + 1");

    private Task EndTheLease() => Execute("update gateway.sender set lease_until = now() - interval '1 second'");

    /// <summary>One that the chain did not get, and that is too old to wait for.</summary>
    private async Task StoreAHopelessBatch()
    {
        await Accept(_idle!, 1);
        Assert.That(await Service<BatchBuilder>().Next(_connection!, _lease, Stop), Is.Not.Null);
        await Execute("update gateway.transaction set signed_at = now() - interval '1 day' where status = 1");
    }
}
