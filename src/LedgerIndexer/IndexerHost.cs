using FinanceChain.LedgerIndexer.Chain;
using FinanceChain.LedgerIndexer.Store;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace FinanceChain.LedgerIndexer;

/// <summary>Puts the process together; tests start the same host in their own process.</summary>
public static class IndexerHost
{
    /// <param name="arguments">Command line, read as configuration (<c>--LedgerIndexer:LedgerAddress=0x..</c>).</param>
    /// <param name="settings">Further settings that win over environment and files.</param>
    public static IHost Create(string[] arguments, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var builder = Host.CreateApplicationBuilder(arguments);
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Services.AddOptions<LedgerIndexerOptions>().BindConfiguration(LedgerIndexerOptions.Section, binder => binder.BindNonPublicProperties = true)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(services => services.GetRequiredService<IOptions<LedgerIndexerOptions>>().Value)
            .AddFollowing()
            .AddHostedService<HealthEndpoint>()
            .AddHostedService<IndexerWorker>();

        // The exporter finds the collector's address itself; without one nothing is exported.
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(IndexerMetrics.MeterName).AddOtlpExporter());
        }

        return builder.Build();
    }

    /// <summary>What follows one ledger; clock and options are the caller's.</summary>
    internal static IServiceCollection AddFollowing(this IServiceCollection services) => services
        .AddMetrics()
        .AddSingleton(provider => Sql.Source(provider.GetRequiredService<LedgerIndexerOptions>().Postgres))
        .AddSingleton<IndexerProgress>()
        .AddSingleton<IndexerMetrics>()
        .AddSingleton<NodeSet>()
        .AddSingleton<HeadBell>()
        .AddSingleton<RangeReader>()
        .AddSingleton<Follower>()
        .AddSingleton<LedgerView>()
        .AddSingleton<LedgerWriter>()
        .AddSingleton<RangesAhead.Source>()
        .AddSingleton<LedgerRebuild>()
        .AddSingleton<LedgerFollowing>();
}
