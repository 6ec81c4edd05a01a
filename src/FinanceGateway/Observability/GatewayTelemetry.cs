using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FinanceChain.FinanceGateway.Observability;

/// <summary>
/// Traces and metrics by OpenTelemetry. Nothing leaves the gateway, and nothing is computed for it, unless <see cref="GatewayOptions.OtlpEndpoint"/> names
/// a collector (OTLP over HTTP). A scrape page is not offered: the exporter for it has never had a stable release.
/// </summary>
internal static class GatewayTelemetry
{
    public const string Name = "FinanceChain.Gateway";

    public static readonly ActivitySource Traces = new(Name);
    public static readonly Meter Metrics = new(Name);

    private static readonly Counter<long> Refusals = Metrics.CreateCounter<long>("gateway.refusals", "{refusal}", "Refused requests by code.");

    public static void Refused(string code) => Refusals.Add(1, new KeyValuePair<string, object?>("code", code));

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SubmissionMetrics>();
        var settings = builder.Configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>();
        if (settings?.OtlpEndpoint is not { } collector)
        {
            return;
        }

        builder.Services.AddHostedService<OperationTraces>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SubmissionMetrics>());
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("financechain-gateway"))
            .WithTracing(traces => traces
                .AddSource(Name)
                .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !context.Request.Path.StartsWithSegments("/health"))
                .AddOtlpExporter(exporter => To(exporter, collector, "v1/traces")))
            .WithMetrics(metrics => metrics
                .AddMeter(Name)
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddOtlpExporter(exporter => To(exporter, collector, "v1/metrics")));
    }

    private static void To(OtlpExporterOptions exporter, Uri collector, string signal)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(new Uri(collector.AbsoluteUri.TrimEnd('/') + "/"), signal);
    }
}
