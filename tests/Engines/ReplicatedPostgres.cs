using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace FinanceChain.Tests;

/// <summary>
/// A PostgreSQL server and a streaming replica of it that pg_basebackup made, both in a temporary folder and on loopback. They are the system's
/// own programs: the embedded ones come without pg_basebackup.
/// </summary>
internal sealed class ReplicatedPostgres : IAsyncDisposable
{
    private const string SystemPrograms = "/usr/lib/postgresql";
    private const string Account = "postgres";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _programs;
    private readonly string _folder;
    private readonly int _primaryPort = FreePort();
    private readonly int _replicaPort = FreePort();
    private Process? _primary;
    private Process? _replica;

    private ReplicatedPostgres(string programs, string folder)
    {
        _programs = programs;
        _folder = folder;
    }

    public string Primary => Settings($"{Host}:{_primaryPort}").ConnectionString;

    public string Replica => Settings($"{Host}:{_replicaPort}").ConnectionString;

    /// <summary>Whichever of the two takes writes.</summary>
    public string Writable
    {
        get
        {
            var settings = Settings($"{Host}:{_primaryPort},{Host}:{_replicaPort}");
            settings["Target Session Attributes"] = "primary";
            return settings.ConnectionString;
        }
    }

    private static string Host => "127.0.0.1";

    /// <summary>Skips the test on a machine without the programs; in CI it fails.</summary>
    public static async Task<ReplicatedPostgres> Start()
    {
        var programs = Directory.Exists(SystemPrograms)
            ? Directory.GetDirectories(SystemPrograms).Select(home => Path.Combine(home, "bin")).Order(StringComparer.Ordinal)
                .LastOrDefault(bin => File.Exists(Path.Combine(bin, "pg_basebackup")) && File.Exists(Path.Combine(bin, "postgres")))
            : null;
        if (programs is null)
        {
            const string Sentence = "This test needs PostgreSQL with pg_basebackup (Debian: apt install postgresql).";
            Assert.That(Environment.GetEnvironmentVariable("CI"), Is.Not.EqualTo("true"), Sentence);
            Assert.Ignore(Sentence);
        }

        var folder = Directory.CreateTempSubdirectory("financechain-replica-").FullName;
        var servers = new ReplicatedPostgres(programs!, folder);
        await servers.Prepare();
        return servers;
    }

    /// <summary>From now on what the primary says is committed stands on the replica too.</summary>
    public async Task CommitOnBoth()
    {
        await using var primary = NpgsqlDataSource.Create(Primary);
        foreach (var sql in new[] { "alter system set synchronous_standby_names = '*'", "select pg_reload_conf()" })
        {
            await using var command = primary.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        await using var look = primary.CreateCommand("select exists (select from pg_stat_replication where sync_state = 'sync')");
        for (var until = DateTime.UtcNow + Patience; await look.ExecuteScalarAsync() is not true;)
        {
            Assert.That(DateTime.UtcNow, Is.LessThan(until), "the replica follows");
            await Task.Delay(50);
        }
    }

    /// <summary>As the operating system ends a process: nothing is flushed, nobody is told.</summary>
    public async Task KillPrimary()
    {
        _primary!.Kill();
        await _primary.WaitForExitAsync();
    }

    public Task Promote() => Run("pg_ctl", "promote", "-D", Path.Combine(_folder, "replica"), "-w");

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _replica, _primary }.OfType<Process>())
        {
            if (!server.HasExited)
            {
                server.Kill(entireProcessTree: true);
                await server.WaitForExitAsync();
            }

            server.Dispose();
        }

        NpgsqlConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private static NpgsqlConnectionStringBuilder Settings(string hosts) =>
        new() { Host = hosts, Username = Account, Database = "postgres", Timeout = 5, IncludeErrorDetail = true };

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task Prepare()
    {
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root.
            await RunPlain("chown", Account, _folder);
        }

        var primary = Path.Combine(_folder, "primary");
        await Run("initdb", "-D", primary, "-U", Account, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
        _primary = StartServer(primary, _primaryPort);
        await Answers(Primary);
        var replica = Path.Combine(_folder, "replica");
        await Run(
            "pg_basebackup", "-D", replica, "-h", Host, "-p", Number(_primaryPort), "-U", Account, "--checkpoint=fast", "-X", "stream", "-R", "--create-slot",
            "--slot=replica");
        _replica = StartServer(replica, _replicaPort);
        await Answers(Replica);
    }

    private Process StartServer(string cluster, int port) => Process.Start(Plan(
        "postgres", "-D", cluster, "-p", Number(port), "-c", $"listen_addresses={Host}", "-c", "unix_socket_directories=", "-c", "timezone=UTC",
        "-c", "logging_collector=on", "-c", "fsync=off"))!;

    private static async Task Answers(string server)
    {
        for (var until = DateTime.UtcNow + Patience; ;)
        {
            try
            {
                await using var connection = new NpgsqlConnection(server);
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (DateTime.UtcNow < until)
            {
                await Task.Delay(100);
            }
        }
    }

    private Task Run(string program, params string[] arguments) => End(Plan(program, arguments));

    private static Task RunPlain(string program, params string[] arguments) => End(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });

    private static async Task End(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, errors);
    }

    private ProcessStartInfo Plan(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid", Account, "--regid", Account, "--clear-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.WorkingDirectory = "/";
        start.RedirectStandardOutput = program != "postgres";
        start.RedirectStandardError = program != "postgres";
        return start;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
