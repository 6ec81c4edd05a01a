using FinanceChain.FinanceGateway.Tests.Support;

namespace FinanceChain.Portal.Tests;

/// <summary>A gateway with everything real around it, and a browser.</summary>
internal abstract class PortalFixture : TownFixture
{
    protected Chromium Chromium { get; private set; } = null!;

    protected override async Task Settle(CancellationToken cancellationToken) => Chromium = await Chromium.Start();

    protected override async Task Leave()
    {
        if (Chromium is not null)
        {
            await Chromium.DisposeAsync();
        }
    }

    protected Task<Visitor> Visit() => Chromium.Visit(Gateway.Address);
}
