using Npgsql;

namespace FinanceChain.FinanceGateway.Storage;

/// <summary>The same few statements run all day: each is parsed and planned once a connection, and not each time.</summary>
internal static class PreparedStatements
{
    /// <summary>The last word counts in a connection string.</summary>
    private const string Defaults = "Max Auto Prepare=100;Auto Prepare Min Usages=5;";

    /// <param name="postgres">A connection string; what it says itself about preparing stands, also that nothing is: a pooler may want that.</param>
    public static NpgsqlConnectionStringBuilder Settings(string postgres) => new(Defaults + postgres);

    public static NpgsqlDataSource Source(string postgres) => NpgsqlDataSource.Create(Settings(postgres).ConnectionString);
}
