namespace FinanceChain.FinanceGateway;

/// <summary>
/// What is logged, and how: events with named values, and the request that they belong to. A terminal gets sentences; anything else one JSON object a
/// line, unless <c>Logging:Console:FormatterName</c> says otherwise.
/// </summary>
internal static class Logs
{
    private const string SignInFramework = "OpenIddict";

    public static void AddLogs(this WebApplicationBuilder builder)
    {
        // Half a dozen framework lines a request would cost a third of the throughput; the gateway's own events say what matters.
        builder.Logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter(SignInFramework, LogLevel.Warning);

        // Below this level OpenIddict writes tokens and assertions: no configuration may ask for it.
        builder.Services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            foreach (var rule in filters.Rules.Where(rule => IsTooFine(rule)).ToList())
            {
                filters.Rules.Remove(rule);
                filters.Rules.Add(new LoggerFilterRule(rule.ProviderName, rule.CategoryName, LogLevel.Information, null));
            }
        });
        builder.Logging.AddSimpleConsole(console => console.IncludeScopes = true);
        builder.Logging.AddJsonConsole(console => console.IncludeScopes = true);
        builder.Logging.AddConsole(console => console.FormatterName =
            builder.Configuration["Logging:Console:FormatterName"] ?? (Console.IsOutputRedirected ? "json" : "simple"));
    }

    private static bool IsTooFine(LoggerFilterRule rule) =>
        rule.CategoryName?.StartsWith(SignInFramework, StringComparison.OrdinalIgnoreCase) == true && rule.LogLevel < LogLevel.Information;
}
