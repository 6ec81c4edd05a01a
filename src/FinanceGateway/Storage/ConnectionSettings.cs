using System.Globalization;
using Npgsql;

namespace FinanceChain.FinanceGateway.Storage;

/// <summary>How the gateway connects. A connection string that says otherwise is followed.</summary>
internal static class ConnectionSettings
{
    /// <summary>Statements that run all day are parsed and planned once a connection, and not each time.</summary>
    private const string Prepared = "Max Auto Prepare=100;Auto Prepare Min Usages=5;";

    /// <summary>
    /// Submission asks for rows by their keys and for nothing else. A plan is kept as long as its connection, and it is often made while a table is empty: to
    /// read all of an empty table costs nothing, so all of it was read later too, once for each key, while thousands of operations waited in it. Those ways
    /// are closed here; that no join walks a whole index is up to each statement (docs/adr/0021).
    /// </summary>
    private const string ByKey = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    /// <summary>For statements that look rows up by their keys, whatever the planner believes of the tables.</summary>
    /// <param name="postgres">A connection string; the last word counts. A pooler in between may want that nothing is prepared.</param>
    /// <param name="connections">
    /// At most. Few, so that they stay warm and a moment in which everybody asks does not start a process of the server for each: the rest waits its turn for
    /// milliseconds.
    /// </param>
    public static NpgsqlConnectionStringBuilder Lookups(string postgres, int connections)
    {
        var settings = Defaults(postgres, connections);
        settings.Options = $"{ByKey} {settings.Options}".TrimEnd();
        return settings;
    }

    /// <summary>For reports, some of which are sums over many rows.</summary>
    public static NpgsqlConnectionStringBuilder Reports(string postgres) => Defaults(postgres, connections: 10);

    private static NpgsqlConnectionStringBuilder Defaults(string postgres, int connections) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Prepared}Maximum Pool Size={connections};{postgres}"));
}
