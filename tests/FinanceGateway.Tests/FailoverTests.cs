using FinanceChain.FinanceGateway.Tests.Support;
using FinanceChain.Tests;
using OperationStatus = FinanceChain.FinanceGateway.Client.OperationStatus;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>The day on which the primary dies, for a gateway whose connection string names its replica too.</summary>
[TestFixture]
internal sealed class FailoverTests : FreshTown
{
    private const int PerRequest = 10;
    private const int Requests = 40;

    private ReplicatedPostgres? _servers;

    [Test]
    [CancelAfter(120_000)]
    public async Task Primary_KilledAndReplicaPromoted_GatewayGoesOnWithNothingLostAndNothingTwice()
    {
        await using var gateway = await RunningGateway.Start(Town, Stop);
        using var api = Api(gateway);
        var accepted = new List<Guid>();
        var submitting = Task.Run(async () =>
        {
            for (var i = 0; i < Requests; i++)
            {
                var results = await api.Submit(await Items(PerRequest), Stop);
                lock (accepted)
                {
                    accepted.AddRange(results.Select(result => result.OperationId!.Value));
                }
            }
        });
        await Eventually(() => Task.FromResult(accepted.Count >= Requests * PerRequest / 4));
        await _servers!.KillPrimary();
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        await _servers.Promote();
        await submitting;
        var states = await api.Wait(accepted, Stop);
        Assert.Multiple(() =>
        {
            Assert.That(states.Select(state => state.Status), Is.All.EqualTo(OperationStatus.Final));
            Assert.That(states.Select(state => state.Number("receivable")), Is.Unique.And.Exactly(Requests * PerRequest).Items);
        });
        Assert.That(await Scalar("select count(*) from ledger.event where kind = 4"), Is.EqualTo(Requests * PerRequest));
        Assert.That(await Scalar("select count(*) from ledger.event where kind = 11"), Is.Zero, "the ledger refused no second time");
    }

    protected override async Task<Town> Found(CancellationToken cancellationToken)
    {
        _servers = await ReplicatedPostgres.Start();
        await _servers.CommitOnBoth();
        return await Town.Build(cancellationToken, _servers.Writable);
    }

    protected override async Task Leave()
    {
        if (_servers is not null)
        {
            await _servers.DisposeAsync();
        }
    }
}
