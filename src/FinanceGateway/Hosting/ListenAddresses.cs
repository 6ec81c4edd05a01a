namespace FinanceChain.FinanceGateway;

/// <summary>Where the gateway listens: <c>--urls</c> or <c>ASPNETCORE_URLS</c>, loopback when nothing is said.</summary>
internal static class ListenAddresses
{
    public const string Default = "http://127.0.0.1:8080";

    public static IReadOnlyList<Uri> Of(IConfiguration configuration) =>
        [.. (configuration["urls"] ?? Default).Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    // Kestrel's "any address" forms are no URIs.
    private static Uri Parse(string address) =>
        new(address.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal));
}
