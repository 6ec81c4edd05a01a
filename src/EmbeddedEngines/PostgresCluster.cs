using System.Diagnostics;

namespace FinanceChain.EmbeddedEngines;

/// <summary>Makes a database cluster with initdb.</summary>
internal static class PostgresCluster
{
    internal static async Task Create(
        ServerFolders folders, string superUser, string password, bool isDurable, Dictionary<string, string> environment, CancellationToken cancellation)
    {
        Clear(folders.Cluster);

        // initdb wants the password in a file that its account can read, and an empty cluster folder: so a file beside it for a moment.
        string handOver = folders.Cluster + ".password";
        PrivateFile.Write(handOver, password);
        try
        {
            if (folders.Account is { } account)
            {
                NativeCalls.ChangeOwner(handOver, account.UserId, account.GroupId);
            }

            await Run(folders, InitDb(folders, superUser, handOver, isDurable), environment, cancellation);
        }
        finally
        {
            File.Delete(handOver);
        }
    }

    private static List<string> InitDb(ServerFolders folders, string superUser, string passwordFile, bool isDurable) =>
    [
        Path.Combine(folders.Home, "bin", "initdb"), "-D", folders.Cluster, "-U", superUser, $"--pwfile={passwordFile}",
        "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
        .. isDurable ? Array.Empty<string>() : ["--no-sync"],
    ];

    /// <summary>What an interrupted initdb left; the folder itself stays because its owner is right.</summary>
    private static void Clear(string cluster)
    {
        foreach (string folder in Directory.EnumerateDirectories(cluster))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (string file in Directory.EnumerateFiles(cluster))
        {
            File.Delete(file);
        }
    }

    private static async Task Run(
        ServerFolders folders, List<string> program, Dictionary<string, string> environment, CancellationToken cancellation)
    {
        IReadOnlyList<string> command = folders.Account?.Command(program) ?? program;
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            info.Environment[name] = value;
        }

        using Process process = Process.Start(info) ?? throw new EngineException("initdb could not be started.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        string errors = await process.StandardError.ReadToEndAsync(cancellation);
        await output;
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new EngineException($"initdb could not make the database cluster in {folders.Cluster}:\n{errors.Trim()}");
        }
    }
}
