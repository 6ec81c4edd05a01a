using Npgsql;

namespace FinanceChain.FinanceGateway.Storage;

/// <summary>How the gateway connects. A connection string that says otherwise is followed.</summary>
internal static class ConnectionSettings
{
    /// <summary>
    /// The same few statements run all day: each is parsed and planned once a connection, and not each time. Few connections, so that they stay warm and a
    /// moment in which everybody asks does not start a process of the server for each: the rest waits its turn for milliseconds.
    /// </summary>
    private const string Defaults = "Max Auto Prepare=100;Auto Prepare Min Usages=5;Maximum Pool Size=20;";

    /// <param name="postgres">A connection string; the last word counts. A pooler in between may want that nothing is prepared.</param>
    public static NpgsqlConnectionStringBuilder Settings(string postgres) => new(Defaults + postgres);

    public static NpgsqlDataSource Source(string postgres) => NpgsqlDataSource.Create(Settings(postgres).ConnectionString);
}
