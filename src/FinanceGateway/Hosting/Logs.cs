namespace FinanceChain.FinanceGateway;

/// <summary>
/// What is logged, and how: events with named values, and the request that they belong to. A terminal gets sentences; anything else one JSON object a
/// line, unless <c>Logging:Console:FormatterName</c> says otherwise.
/// </summary>
internal static class Logs
{
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        // Half a dozen framework lines a request would cost a third of the throughput; the gateway's own events say what matters.
        builder.Logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("OpenIddict", LogLevel.Warning);
        builder.Logging.AddSimpleConsole(console => console.IncludeScopes = true);
        builder.Logging.AddJsonConsole(console => console.IncludeScopes = true);
        builder.Logging.AddConsole(console => console.FormatterName =
            builder.Configuration["Logging:Console:FormatterName"] ?? (Console.IsOutputRedirected ? "json" : "simple"));
    }
}
