using System.Globalization;

namespace FinanceChain.Cli.Platform;

/// <summary>Our two services and the settings that they are started with.</summary>
internal static class Services
{
    public static Service Gateway(Uri chainUrl, string database, LedgerDeployment ledger, string keys, int port)
    {
        string address = $"http://127.0.0.1:{port}";
        return new Service(LocalPlatform.Gateway, "FinanceGateway", port, new Uri($"{address}/health/ready"), new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = address,
            ["FinanceGateway__Postgres"] = database,
            ["FinanceGateway__ChainUrl"] = chainUrl.ToString(),
            ["FinanceGateway__LedgerAddress"] = ledger.Address.ToString(),
            ["FinanceGateway__KeysDirectory"] = keys,
        });
    }

    /// <param name="healthPort">Of the health endpoint on 127.0.0.1.</param>
    public static Service Indexer(Uri chainUrl, string database, LedgerDeployment ledger, int healthPort) =>
        new(LocalPlatform.Indexer, "LedgerIndexer", healthPort, new Uri($"http://127.0.0.1:{healthPort}/health/ready"), new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["LedgerIndexer__Postgres"] = database,
            ["LedgerIndexer__ChainUrl"] = chainUrl.ToString(),
            ["LedgerIndexer__LedgerAddress"] = ledger.Address.ToString(),
            ["LedgerIndexer__DeployBlock"] = (ledger.Block ?? 0).ToString(CultureInfo.InvariantCulture),
            ["LedgerIndexer__HealthPort"] = healthPort.ToString(CultureInfo.InvariantCulture),
        });
}
