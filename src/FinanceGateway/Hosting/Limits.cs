using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FinanceChain.FinanceGateway;

/// <summary>Limits on everything that a stranger can send.</summary>
internal static class Limits
{
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxHeaders = 64;
    private const int MaxRequestLineBytes = 8 * 1024;
    private const int MaxConnections = 2000;
    private const double MinBodyBytesPerSecond = 240;

    private static readonly TimeSpan HeaderPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    public static void AddLimits(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["urls"] is null)
        {
            builder.WebHost.UseUrls(ListenAddresses.Default);
        }

        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            var settings = context.Configuration.GetSection(GatewayOptions.Section);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.GetValue(nameof(GatewayOptions.MaxBodyBytes), new GatewayOptions().MaxBodyBytes);
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
            kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = HeaderPatience;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(MinBodyBytesPerSecond, BodyGrace);
        });
    }
}
