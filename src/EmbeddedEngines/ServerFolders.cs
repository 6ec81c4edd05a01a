using System.Security.Cryptography;

namespace FinanceChain.EmbeddedEngines;

/// <summary>Where the database cluster and PostgreSQL's programs stand so that the account that runs the server reaches both.</summary>
internal sealed record ServerFolders(ServerAccount? Account, string Cluster, string Home, string? Notice)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Others may pass through but not look around: the server's account has to get to its own folder.</summary>
    internal const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    internal bool HasCluster => File.Exists(Path.Combine(Cluster, "PG_VERSION"));

    internal static ServerFolders Prepare(string dataDirectory)
    {
        NativePackages.Require();
        NativePackages.LinkPostgresLibraries(NativePackages.PostgresHome);
        ServerAccount? account = ServerAccount.Needed();
        Directory.CreateDirectory(dataDirectory, account is null ? OwnerOnly : Passable);
        string cluster = Path.Combine(dataDirectory, "cluster");
        if (account is null)
        {
            Directory.CreateDirectory(cluster, OwnerOnly);
            return new ServerFolders(null, cluster, NativePackages.PostgresHome, null);
        }

        string record = Path.Combine(dataDirectory, "elsewhere");
        string? notice = null;
        if (File.Exists(record) || !CanKeep(account, cluster))
        {
            cluster = Path.Combine(Elsewhere(record), "cluster");
            CanKeep(account, cluster);
            notice = $"User {account.Name}, who runs PostgreSQL, cannot reach {dataDirectory}: its data are in {cluster}.";
        }

        string home = NativePackages.PostgresHome;
        if (!account.Reaches(Path.Combine(home, "bin", "postgres")))
        {
            home = CopyPrograms(home, Path.Combine(Elsewhere(record), "native"));
        }

        return new ServerFolders(account, cluster, home, notice);
    }

    /// <summary>Gives the folder to the account. False, and nothing left behind, when the account cannot reach it.</summary>
    private static bool CanKeep(ServerAccount account, string cluster)
    {
        bool existed = Directory.Exists(cluster);
        Directory.CreateDirectory(cluster, OwnerOnly);
        NativeCalls.ChangeOwner(cluster, account.UserId, account.GroupId);
        bool reached = account.Reaches(cluster);
        if (!reached && !existed)
        {
            Directory.Delete(cluster);
        }

        return reached;
    }

    /// <summary>A folder below /var/tmp, remembered in the data directory. Its name is random because everyone can write to /var/tmp.</summary>
    private static string Elsewhere(string record)
    {
        if (File.Exists(record))
        {
            string known = File.ReadAllText(record).Trim();
            return Directory.Exists(known)
                ? known
                : throw new EngineException($"PostgreSQL's folder {known} has gone: delete {Path.GetDirectoryName(record)} to begin anew.");
        }

        string folder = "/var/tmp/financechain-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        Directory.CreateDirectory(folder, Passable);
        File.WriteAllText(record, folder);
        return folder;
    }

    private static string CopyPrograms(string home, string copy)
    {
        if (Directory.Exists(copy))
        {
            return copy;
        }

        const UnixFileMode readable = Passable | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        string draft = copy + ".draft";
        Directory.CreateDirectory(draft, readable);
        foreach (string folder in Directory.EnumerateDirectories(home, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(draft, Path.GetRelativePath(home, folder)), readable);
        }

        foreach (string file in Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(draft, Path.GetRelativePath(home, file));
            File.Copy(file, target);
            File.SetUnixFileMode(target, readable);
        }

        Directory.Move(draft, copy);
        return copy;
    }
}
