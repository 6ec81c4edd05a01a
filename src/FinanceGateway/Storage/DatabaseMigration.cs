using System.Reflection;
using DbUp;
using DbUp.Engine.Output;
using Npgsql;

namespace FinanceChain.FinanceGateway.Storage;

/// <summary>Brings the schema <c>gateway</c> up to date from the numbered scripts in this assembly, forward only, one process at a time.</summary>
internal static class DatabaseMigration
{
    private const long LockKey = 0x4743_4741_5445_0001;

    /// <exception cref="NpgsqlException">The database is away or refused a script.</exception>
    public static void Run(string connectionString)
    {
        // The lock lives on its own session, so that it is released even when this process is killed.
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        using (var command = new NpgsqlCommand("select pg_advisory_lock($1); ", connection) { Parameters = { new() { Value = LockKey } } })
        {
            command.ExecuteNonQuery();
        }

        using (var command = new NpgsqlCommand("create schema if not exists gateway", connection))
        {
            command.ExecuteNonQuery();
        }

        var result = DeployChanges.To
            .PostgresqlDatabase(connectionString)
            .JournalToPostgresqlTable("gateway", "schema_version")
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.EndsWith(".sql", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }
    }
}
