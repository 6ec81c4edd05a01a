using System.Diagnostics;
using System.Globalization;

namespace FinanceChain.EmbeddedEngines;

/// <summary>The account that PostgreSQL runs as when we are root, which it refuses to run as.</summary>
internal sealed record ServerAccount(string Name, int UserId, int GroupId)
{
    /// <summary>Null when we are an ordinary user and run the server as ourselves.</summary>
    internal static ServerAccount? Needed()
    {
        if (NativeCalls.EffectiveUserId() != 0)
        {
            return null;
        }

        string[][] accounts = [.. File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length >= 4)];
        string[] found = accounts.FirstOrDefault(account => account[0] == "postgres")
            ?? accounts.FirstOrDefault(account => account[0] == "nobody")
            ?? throw new EngineException("PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody': create one.");
        return new ServerAccount(found[0], Number(found[2]), Number(found[3]));

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>The command as this account. setpriv belongs to util-linux, which Debian cannot do without.</summary>
    internal IReadOnlyList<string> Command(IReadOnlyList<string> command) =>
        ["setpriv", $"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups", .. command];

    /// <summary>True when the account may read this file or enter this folder; false below a closed home, for example.</summary>
    internal bool Reaches(string path)
    {
        IReadOnlyList<string> command = Command(["test", "-r", path, "-a", "-x", path]);
        var info = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, WorkingDirectory = "/" };
        using Process process = Process.Start(info) ?? throw new EngineException("setpriv (util-linux) could not be started.");
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
