using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Platform;

/// <summary>Chain and database: embedded, or someone else's by environment variable.</summary>
/// <param name="Chain">Null when the chain is someone else's.</param>
/// <param name="Postgres">Null when the database is someone else's.</param>
/// <param name="Database">Connection string to the platform's database.</param>
internal sealed record Engines(EmbeddedChain? Chain, Uri ChainUrl, EmbeddedPostgres? Postgres, string Database)
{
    public const string ChainVariable = "FINANCECHAIN_CHAIN_URL";
    public const string PostgresVariable = "FINANCECHAIN_POSTGRES";

    public const string DatabaseName = "financechain";

    public static string? ForeignChain => NonEmpty(ChainVariable);

    public static string? ForeignPostgres => NonEmpty(PostgresVariable);

    public static async Task<(EmbeddedChain? Chain, Uri Url)> StartChain(DataFolder data, IScenario? scenario, CancellationToken cancellation)
    {
        if (ForeignChain is { } url)
        {
            return Uri.TryCreate(url, UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https"
                ? (null, endpoint)
                : throw new CommandException($"{ChainVariable} is '{url}', which is no http or https address.");
        }

        var options = new ChainOptions { GenesisTime = scenario?.GenesisTime };
        EmbeddedChain chain = await EmbeddedChain.Start(data.Chain, options, cancellation);
        return (chain, chain.Endpoint);
    }

    public static async Task<(EmbeddedPostgres? Postgres, string Database)> StartPostgres(DataFolder data, CancellationToken cancellation)
    {
        if (ForeignPostgres is { } connectionString)
        {
            return (null, connectionString);
        }

        EmbeddedPostgres postgres = await EmbeddedPostgres.Start(data.Postgres, 0, cancellation);
        return (postgres, await postgres.CreateDatabase(DatabaseName, cancellation));
    }

    private static string? NonEmpty(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
