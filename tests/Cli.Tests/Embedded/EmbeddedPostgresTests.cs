using FinanceChain.EmbeddedEngines;
using FinanceChain.Tests;
using Npgsql;

namespace FinanceChain.Cli.Tests.Embedded;

public sealed class EmbeddedPostgresTests
{
    private string _folder = "";

    [SetUp]
    public void Prepare()
    {
        EmbeddedEngineGate.Require();
        _folder = Path.Combine(Path.GetTempPath(), $"financechain-test-{Guid.NewGuid():n}");
    }

    [TearDown]
    public async Task EndServer()
    {
        if (EmbeddedPostgres.Attach(_folder) is { } server)
        {
            await server.Stop(CancellationToken.None);
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test, CancelAfter(60_000)]
    public async Task Data_AfterStopAndStart_AreThere(CancellationToken cancellation)
    {
        EmbeddedPostgres first = await EmbeddedPostgres.Start(_folder, 0, cancellation);
        await Execute(await first.CreateDatabase("ledgers", cancellation), "create table city(name text); insert into city values ('永康')");
        await first.Stop(cancellation);
        Assert.That(first.IsRunning, Is.False);

        EmbeddedPostgres second = await EmbeddedPostgres.Start(_folder, 0, cancellation);

        Assert.That(await Read(await second.CreateDatabase("ledgers", cancellation), "select name from city"), Is.EqualTo("永康"));
        Assert.That(second.Port, Is.EqualTo(first.Port), "a restart keeps its port when nobody else took it");
    }

    [Test, CancelAfter(60_000)]
    public async Task Data_AfterKill_AreThere(CancellationToken cancellation)
    {
        EmbeddedPostgres first = await EmbeddedPostgres.Start(_folder, 0, cancellation);
        await Execute(first.ConnectionString, "create table city(name text); insert into city values ('永康')");
        using (var server = System.Diagnostics.Process.GetProcessById(first.Process.Pid))
        {
            server.Kill();
        }

        EmbeddedPostgres second = await EmbeddedPostgres.Start(_folder, 0, cancellation);

        Assert.That(second.Process, Is.Not.EqualTo(first.Process));
        Assert.That(await Read(second.ConnectionString, "select name from city"), Is.EqualTo("永康"));
    }

    [Test, CancelAfter(60_000)]
    public async Task Start_WhileItRuns_AttachesToTheSameServer(CancellationToken cancellation)
    {
        EmbeddedPostgres first = await EmbeddedPostgres.Start(_folder, 0, cancellation);

        EmbeddedPostgres second = await EmbeddedPostgres.Start(_folder, 0, cancellation);

        Assert.That(second.Process, Is.EqualTo(first.Process));
    }

    [Test, CancelAfter(60_000)]
    public async Task Server_WithoutPassword_LetsNobodyIn(CancellationToken cancellation)
    {
        EmbeddedPostgres server = await EmbeddedPostgres.Start(_folder, 0, cancellation);
        string stranger = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess", Pooling = false }.ConnectionString;

        PostgresException? refusal = await Assert.ThrowsAsync<PostgresException>(() => Execute(stranger, "select 1"));

        Assert.That(refusal?.SqlState, Is.EqualTo(PostgresErrorCodes.InvalidPassword));
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.That(File.GetUnixFileMode(Path.Combine(_folder, "password")), Is.EqualTo(ownerOnly));
    }

    [Test, CancelAfter(60_000)]
    public async Task Server_Defaults_AreUtf8BuiltinCollationAndDurable(CancellationToken cancellation)
    {
        EmbeddedPostgres server = await EmbeddedPostgres.Start(_folder, 0, cancellation);

        const string query = """
            select concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, datlocale, current_setting('fsync'),
                             current_setting('listen_addresses'), current_setting('data_checksums'))
            from pg_database where datname = current_database()
            """;
        Assert.That(await Read(server.ConnectionString, query), Is.EqualTo("UTF8 b C.UTF-8 on 127.0.0.1 on"));
    }

    [Test, CancelAfter(60_000)]
    public async Task Temporary_AfterDisposal_LeavesNothing(CancellationToken cancellation)
    {
        EmbeddedPostgres server = await EmbeddedPostgres.StartTemporary(cancellation);
        string home = Path.GetDirectoryName(server.LogFile)!;
        Assert.That(Directory.Exists(home), Is.True);

        await server.DisposeAsync();

        Assert.That(server.IsRunning, Is.False);
        Assert.That(Directory.Exists(home), Is.False);
    }

    [Test]
    public async Task CreateDatabase_UnfitName_IsRefused()
    {
        EmbeddedPostgres server = await EmbeddedPostgres.Start(_folder, 0, CancellationToken.None);

        Assert.Multiple(() =>
        {
            foreach (string name in (string[])["", "1st", "Upper", "a b", "x\"; drop database postgres"])
            {
                Assert.That(async () => await server.CreateDatabase(name, CancellationToken.None), Throws.ArgumentException, name);
            }
        });
    }

    /// <summary>Without the pool, which would hand out connections to the server that was stopped.</summary>
    private static NpgsqlConnection Connect(string connectionString) =>
        new(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);

    private static async Task Execute(string connectionString, string sql)
    {
        await using var connection = Connect(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string?> Read(string connectionString, string sql)
    {
        await using var connection = Connect(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }
}
