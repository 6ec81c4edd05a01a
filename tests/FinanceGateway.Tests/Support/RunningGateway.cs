using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;
using Microsoft.AspNetCore.Builder;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>The gateway itself, on Kestrel at a loopback port.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LedgerDomain _ledger;

    private RunningGateway(WebApplication app, LedgerDomain ledger)
    {
        _app = app;
        _ledger = ledger;
        Address = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>Without credentials.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="submits">False: it accepts and stores, as one that dies before it would send.</param>
    public static async Task<RunningGateway> Start(Town town, CancellationToken cancellationToken, bool submits = true, params string[] more)
    {
        var app = Program.Create(town.GatewayArguments(more), submits);
        await app.Prepare(cancellationToken);
        await app.StartAsync(cancellationToken);
        return new RunningGateway(app, town.Ledger);
    }

    public GatewayClient Client(string clientId, string secret) => new(Address, _ledger, clientId, secret);

    public GatewayClient Client(ClientProof proof) => new(Address, _ledger, proof);

    public GatewayClient Operator(Town town) => Client("operator", town.OperatorSecret);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
