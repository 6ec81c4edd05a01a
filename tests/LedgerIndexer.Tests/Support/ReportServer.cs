using FinanceChain.FinanceGateway;
using FinanceChain.FinanceGateway.Reports;
using FinanceChain.FinanceGateway.Storage;
using FinanceChain.LedgerContract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FinanceChain.LedgerIndexer.Tests.Support;

/// <summary>The gateway's reports alone, on a port of their own, over the tables of an indexer.</summary>
internal sealed class ReportServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ReportServer(WebApplication application)
    {
        _application = application;
        Http = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };
    }

    public HttpClient Http { get; }

    public static async Task<ReportServer> Start(string database, string? replica = null)
    {
        DatabaseMigration.Run(database);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<GatewayOptions>(options =>
        {
            options.LedgerId = 1;
            options.Postgres = database;
            options.ReportsPostgres = replica;
        });
        builder.Services.ConfigureHttpJsonOptions(json => LedgerJson.Configure(json.SerializerOptions));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddReports();
        var application = builder.Build();
        application.MapReports();
        await application.StartAsync();
        return new ReportServer(application);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _application.DisposeAsync();
    }
}
