using System.Reflection;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Store;

/// <summary>Brings the schemas <c>ledger</c> and <c>report</c> up to date: numbered scripts, forward only, under an advisory lock.</summary>
public static class Migrations
{
    /// <summary>"FCindexM" in ASCII: the lock under which one process at a time migrates.</summary>
    private const long MigrationLock = 0x4643_696e_6465_784d;

    /// <param name="postgres">Connection string of a role that may create schemas.</param>
    /// <exception cref="NpgsqlException">The database is away or refuses a script.</exception>
    public static async Task Apply(string postgres, ILogger logger, CancellationToken cancellationToken)
    {
        // Without pooling, the lock ends with the connection whatever happens.
        var single = new NpgsqlConnectionStringBuilder(postgres) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(single);
        await connection.OpenAsync(cancellationToken);
        await using var prepare = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Sql.Command("select pg_advisory_lock($1)", MigrationLock),
                Sql.Command("create schema if not exists ledger"),
                Sql.Command("create schema if not exists report"),
            },
        };
        await prepare.ExecuteNonQueryAsync(cancellationToken);
        var result = DeployChanges.To.PostgresqlDatabase(single)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.EndsWith(".sql", StringComparison.Ordinal))
            .JournalToPostgresqlTable("ledger", "migration")
            .WithTransaction()
            // plpgsql bodies are quoted with dollar signs.
            .WithVariablesDisabled()
            .LogTo(new MigrationLog(logger))
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new IndexerStoppedException(
                IndexerExit.DependencyFailed, $"The migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }
    }

    private sealed class MigrationLog(ILogger logger) : IUpgradeLog
    {
        public void LogTrace(string format, params object[] args)
        {
        }

        public void LogDebug(string format, params object[] args)
        {
        }

        public void LogInformation(string format, params object[] args) => Write(format, args);

        public void LogWarning(string format, params object[] args) => Write(format, args);

        public void LogError(string format, params object[] args) => Write(format, args);

        public void LogError(Exception ex, string format, params object[] args) => Write(format, args);

        private void Write(string format, object[] args) =>
            IndexerLog.Migrated(logger, string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args));
    }
}
