using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Npgsql;

namespace FinanceChain.EmbeddedEngines;

/// <summary>
/// A PostgreSQL server of our own: UTF-8, builtin C.UTF-8 collation (the same order on every machine), SCRAM passwords, 127.0.0.1 only.
/// As root it runs as user <c>postgres</c> or <c>nobody</c>, because PostgreSQL refuses to run as root.
/// </summary>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private const string SuperUser = "financechain";

    private readonly Daemon _daemon;
    private readonly string _password;
    private TemporaryFolder? _temporary;

    private EmbeddedPostgres(Daemon daemon, string password, string? notice)
    {
        _daemon = daemon;
        _password = password;
        Notice = notice;
    }

    public int Port => _daemon.Run.Port;

    public RunFile Run => _daemon.Run;

    public ProcessIdentity Process => _daemon.Run.Process;

    public bool IsRunning => _daemon.IsRunning;

    public string LogFile => _daemon.LogFile;

    /// <summary>One sentence for the user when the data had to be put elsewhere than asked for, else null.</summary>
    public string? Notice { get; }

    /// <summary>As superuser to database <c>postgres</c>. Holds the password.</summary>
    public string ConnectionString => ConnectionStringTo("postgres");

    /// <summary>Starts the server, or attaches to the one that already serves this folder. The first start takes about two seconds.</summary>
    /// <param name="dataDirectory">Made when absent; holds cluster, password file (0600), log and run file.</param>
    /// <param name="port">See <see cref="PostgresOptions.Port"/>.</param>
    /// <exception cref="EngineException">Not installed, port taken, or the server ended; the message carries the end of its log.</exception>
    public static Task<EmbeddedPostgres> Start(string dataDirectory, int port, CancellationToken cancellation) =>
        Start(dataDirectory, new PostgresOptions { Port = port }, cancellation);

    /// <inheritdoc cref="Start(string, int, CancellationToken)"/>
    public static async Task<EmbeddedPostgres> Start(string dataDirectory, PostgresOptions options, CancellationToken cancellation)
    {
        dataDirectory = Path.GetFullPath(dataDirectory);
        ServerFolders folders = ServerFolders.Prepare(dataDirectory);
        if (Attach(dataDirectory) is { } running && await running.BecomesReady(options.Patience, cancellation))
        {
            return running;
        }

        string password = await CreateCluster(dataDirectory, folders, options.IsDurable, cancellation);
        ForgetReusedProcessNumber(folders.Cluster, RunFilePath(dataDirectory));
        int port = ChoosePort(options.Port, RunFile.Read(RunFilePath(dataDirectory))?.Port ?? 0);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            Daemon daemon = Daemon.Start(Plan(dataDirectory, folders, port, options));
            var server = new EmbeddedPostgres(daemon, password, folders.Notice);
            if (await server.BecomesReady(options.Patience, cancellation))
            {
                return server;
            }

            // After a kill the former server's workers hold its shared memory for a moment longer.
            if (!daemon.LogTail().Contains("still in use", StringComparison.Ordinal) || clock.Elapsed > TimeSpan.FromSeconds(15))
            {
                throw new EngineException($"PostgreSQL ended at once; the end of {daemon.LogFile}:\n{daemon.LogTail()}");
            }

            await Task.Delay(250, cancellation);
        }
    }

    /// <summary>The server that runs for this folder, or null.</summary>
    public static EmbeddedPostgres? Attach(string dataDirectory)
    {
        dataDirectory = Path.GetFullPath(dataDirectory);
        return Daemon.Attach(RunFilePath(dataDirectory), LogPath(dataDirectory)) is { } daemon
            ? new EmbeddedPostgres(daemon, File.ReadAllText(PasswordPath(dataDirectory)).Trim(), null)
            : null;
    }

    /// <summary>A server in a temporary folder, without fsync, for one test fixture. Disposal ends it and removes the folder.</summary>
    public static async Task<EmbeddedPostgres> StartTemporary(CancellationToken cancellation)
    {
        NativePackages.Require();
        TemporaryFolder folder = await TemporaryFolder.Create("postgres", cancellation);
        var options = new PostgresOptions { IsDurable = false };
        EmbeddedPostgres server = await Start(folder.Path, options, cancellation);
        server._temporary = folder;
        return server;
    }

    public string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = SuperUser,
        Password = _password,
        Database = database,
    }.ConnectionString;

    /// <summary>Makes the database unless it is there, and gives the connection string to it.</summary>
    /// <param name="name">Lower-case letters, digits and underscores, at most 63, not beginning with a digit.</param>
    public async Task<string> CreateDatabase(string name, CancellationToken cancellation)
    {
        if (!DatabaseName().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is no database name: lower-case letters, digits and underscores.", nameof(name));
        }

        await using var connection = new NpgsqlConnection(UnpooledConnectionString());
        await connection.OpenAsync(cancellation);
        await using var seek = new NpgsqlCommand("select exists (select from pg_database where datname = $1)", connection);
        seek.Parameters.Add(new NpgsqlParameter { Value = name });
        if (await seek.ExecuteScalarAsync(cancellation) is not true)
        {
            // A database's name cannot be a parameter; the pattern above has left nothing to quote.
            await using var create = new NpgsqlCommand($"create database {name}", connection);
            await create.ExecuteNonQueryAsync(cancellation);
        }

        return ConnectionStringTo(name);
    }

    /// <summary>PostgreSQL's fast shutdown: open transactions are rolled back, everything committed is on disk.</summary>
    public Task Stop(CancellationToken cancellation) =>
        _daemon.Stop(StopSignal.Interrupt, new PostgresOptions().Patience, cancellation);

    /// <summary>Ends a temporary server; leaves any other running.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_temporary is not null)
        {
            await Stop(CancellationToken.None);
            _temporary.Dispose();
            _temporary = null;
        }
    }

    internal static string RunFilePath(string dataDirectory) => Path.Combine(dataDirectory, "run.json");

    private static string LogPath(string dataDirectory) => Path.Combine(dataDirectory, "postgres.log");

    private static string PasswordPath(string dataDirectory) => Path.Combine(dataDirectory, "password");

    private static int ChoosePort(int wanted, int last)
    {
        if (wanted == 0)
        {
            return Daemon.FreePort(last);
        }

        return Daemon.IsFree(wanted) ? wanted : throw new EngineException($"Port {wanted}, asked for PostgreSQL, is taken by another program.");
    }

    private static DaemonStart Plan(string dataDirectory, ServerFolders folders, int port, PostgresOptions options)
    {
        string number = port.ToString(CultureInfo.InvariantCulture);
        string connections = options.MaxConnections.ToString(CultureInfo.InvariantCulture);
        List<string> command =
        [
            Path.Combine(folders.Home, "bin", "postgres"), "-D", folders.Cluster, "-p", number,
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", $"max_connections={connections}",
            "-c", "timezone=UTC", "-c", "log_timezone=UTC",
        ];
        if (!options.IsDurable)
        {
            command.AddRange(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
        }

        return new DaemonStart(
            "PostgreSQL",
            folders.Account?.Command(command) ?? command,
            port,
            "/",
            LogPath(dataDirectory),
            RunFilePath(dataDirectory),
            LibraryPath(folders));
    }

    private static Dictionary<string, string> LibraryPath(ServerFolders folders) =>
        new() { ["LD_LIBRARY_PATH"] = Path.Combine(folders.Home, "lib") };

    /// <summary>The superuser's password: of the cluster that is there, or a new one with a new cluster.</summary>
    private static async Task<string> CreateCluster(string dataDirectory, ServerFolders folders, bool isDurable, CancellationToken cancellation)
    {
        string passwordFile = PasswordPath(dataDirectory);
        if (folders.HasCluster)
        {
            return (await File.ReadAllTextAsync(passwordFile, cancellation)).Trim();
        }

        string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        PrivateFile.Write(passwordFile, password);
        await PostgresCluster.Create(folders, SuperUser, password, isDurable, LibraryPath(folders), cancellation);
        return password;
    }

    /// <summary>
    /// PostgreSQL leaves its process number in the cluster. Where another process of the same user has that number by now (after a
    /// reboot, say), it takes that one for itself and refuses to start. Our run file knows better.
    /// </summary>
    private static void ForgetReusedProcessNumber(string cluster, string runFile)
    {
        string lockFile = Path.Combine(cluster, "postmaster.pid");
        if (RunFile.Read(runFile) is not { } last || last.Process.IsRunning || !File.Exists(lockFile))
        {
            return;
        }

        string holder = File.ReadLines(lockFile).FirstOrDefault("");
        bool isReused = ProcessIdentity.Of(last.Process.Pid) is not null;
        if (isReused && holder == last.Process.Pid.ToString(CultureInfo.InvariantCulture))
        {
            File.Delete(lockFile);
        }
    }

    private string UnpooledConnectionString() =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, Timeout = 5 }.ConnectionString;

    /// <summary>False when the server has ended.</summary>
    private async Task<bool> BecomesReady(TimeSpan patience, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (_daemon.IsRunning)
        {
            try
            {
                await using var connection = new NpgsqlConnection(UnpooledConnectionString());
                await connection.OpenAsync(cancellation);
                return true;
            }
            catch (NpgsqlException fault) when (clock.Elapsed < patience && IsStartingUp(fault))
            {
                await Task.Delay(50, cancellation);
            }
            catch (NpgsqlException fault)
            {
                throw new EngineException($"PostgreSQL on port {Port} cannot be used: {fault.Message}", fault);
            }
        }

        return false;
    }

    /// <summary>Not listening yet, or "the database system is starting up".</summary>
    private static bool IsStartingUp(NpgsqlException fault) => fault is not PostgresException refusal || refusal.SqlState == "57P03";

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$")]
    private static partial Regex DatabaseName();
}
