using Npgsql;

namespace FinanceChain.FinanceGateway.Storage;

/// <summary>The same few statements run all day: each is parsed and planned once a connection, and not each time.</summary>
internal static class PreparedStatements
{
    private const int Kept = 100;
    private const int FromUse = 5;

    /// <param name="postgres">A connection string; what it says itself about preparing stands.</param>
    public static NpgsqlConnectionStringBuilder Settings(string postgres)
    {
        var settings = new NpgsqlConnectionStringBuilder(postgres);
        if (settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = Kept;
            settings.AutoPrepareMinUsages = FromUse;
        }

        return settings;
    }

    public static NpgsqlDataSource Source(string postgres) => NpgsqlDataSource.Create(Settings(postgres).ConnectionString);
}
