using System.Diagnostics;
using FinanceChain.EmbeddedEngines;
using FinanceChain.LedgerIndexer.Tests.Support;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests;

/// <summary>A streaming replica answers reports, and takes over when the primary is killed.</summary>
internal sealed class ReplicaTests
{
    [Test]
    public async Task Replica_AnswersReports_AndPromotedGoesOnWithoutLossOrRepetition()
    {
        var folder = Directory.CreateTempSubdirectory("financechain-replica-");

        // The server's account has to get through to its clusters.
        File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var primary = await EmbeddedPostgres.Start(Path.Combine(folder.FullName, "primary"), new PostgresOptions(), CancellationToken.None);
        EmbeddedPostgres? replica = null;
        try
        {
            var database = await primary.CreateDatabase("city", CancellationToken.None);
            using var ledger = await TestLedger.Deploy(Engines.Chain);
            var story = new Story(ledger, seed: 71);
            await story.Open(enterprises: 4, banks: 1);
            await RunningIndexer.CatchUp(ledger, database);
            replica = await Copy(primary, Path.Combine(folder.FullName, "primary"), Path.Combine(folder.FullName, "replica"));
            var onReplica = replica.ConnectionStringTo("city");

            var indexer = await RunningIndexer.Start(ledger, database);
            var block = await story.Play(operations: 20);
            await indexer.WaitFor(block);
            await Until(async () => await LedgerTables.Scalar<long>(onReplica, "select block_number from report.ledgers") >= block);
            Assert.That(await LedgerTables.Scalar<bool>(onReplica, "select ledger_totals_match from report.summary(1::smallint)"), "the replica answers reports");
            Assert.That(await LedgerTables.Scalar<bool>(onReplica, "select replica_lag is not null from report.ledgers"), "and says how far it is");
            Assert.That(await LedgerTables.Scalar<bool>(database, "select replica_lag is null from report.ledgers"));

            // Killed while the indexer writes.
            await story.Play(operations: 20);
            using (var process = Process.GetProcessById(primary.Process.Pid))
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            await indexer.DisposeAsync();
            Assert.That(await LedgerTables.Scalar<bool>(onReplica, "select pg_promote()"));
            await story.Play(operations: 20);
            await RunningIndexer.CatchUp(ledger, onReplica);

            var straight = await Engines.NewDatabase();
            await RunningIndexer.CatchUp(ledger, straight);
            Assert.That(await LedgerTables.Rows(onReplica), Is.EqualTo(await LedgerTables.Rows(straight)), "nothing lost, nothing twice");
        }
        finally
        {
            if (replica is not null)
            {
                await replica.Stop(CancellationToken.None);
            }

            if (primary.IsRunning)
            {
                await primary.Stop(CancellationToken.None);
            }

            folder.Delete(recursive: true);
        }
    }

    // A base backup by hand, as the embedded package lacks pg_basebackup: the same calls, the same files.
    private static async Task<EmbeddedPostgres> Copy(EmbeddedPostgres primary, string from, string to)
    {
        await using var connection = new NpgsqlConnection(primary.ConnectionString);
        await connection.OpenAsync();
        await Read(connection, "select pg_backup_start('replica', fast => true)::text");
        using (var copy = Process.Start("cp", ["-a", from, to]))
        {
            await copy.WaitForExitAsync();
        }

        var label = await Read(connection, "select labelfile from pg_backup_stop()");
        var cluster = Path.Combine(to, "cluster");
        File.Delete(Path.Combine(cluster, "postmaster.pid"));
        File.Delete(Path.Combine(to, "run.json"));
        await File.WriteAllTextAsync(Path.Combine(cluster, "backup_label"), label);
        await File.WriteAllTextAsync(Path.Combine(cluster, "standby.signal"), "");
        var source = new NpgsqlConnectionStringBuilder(primary.ConnectionString);
        await File.AppendAllTextAsync(
            Path.Combine(cluster, "postgresql.auto.conf"),
            $"primary_conninfo = 'host=127.0.0.1 port={source.Port} user={source.Username} password={source.Password}'\n");
        return await EmbeddedPostgres.Start(to, new PostgresOptions(), CancellationToken.None);
    }

    private static async Task<string> Read(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("The replica did not follow.");
    }
}
