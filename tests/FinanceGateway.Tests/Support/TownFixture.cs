namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>One town with one gateway for the tests of a class.</summary>
internal abstract class TownFixture
{
    protected Town Town { get; private set; } = null!;

    protected RunningGateway Gateway { get; private set; } = null!;

    protected static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    /// <summary>What the gateway is told beside the usual, as command line arguments.</summary>
    protected virtual string[] Options => [];

    [OneTimeSetUp]
    public async Task BuildTown()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Town = await Town.Build(patience.Token);
        Gateway = await RunningGateway.Start(Town, patience.Token, more: Options);
        await Settle(patience.Token);
    }

    [OneTimeTearDown]
    public async Task LeaveTown()
    {
        await Leave();
        if (Gateway is not null)
        {
            await Gateway.DisposeAsync();
        }

        if (Town is not null)
        {
            await Town.DisposeAsync();
        }
    }

    /// <summary>Who lives here before the tests begin.</summary>
    protected virtual Task Settle(CancellationToken cancellationToken) => Task.CompletedTask;

    protected virtual Task Leave() => Task.CompletedTask;
}
