using System.Globalization;

namespace FinanceChain.Cli.Platform;

/// <summary>Finds out who listens on a TCP port of this machine.</summary>
internal static class PortHolder
{
    private const string Listening = "0A";

    /// <summary>Such as "nginx (process 812)"; null when it is another user's and the kernel does not tell.</summary>
    public static string? Find(int port)
    {
        HashSet<string> sockets = [.. Inodes("/proc/net/tcp", port), .. Inodes("/proc/net/tcp6", port)];
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && Holds(process, sockets))
            {
                return $"{File.ReadAllText(Path.Combine(process, "comm")).Trim()} (process {pid})";
            }
        }

        return null;
    }

    private static IEnumerable<string> Inodes(string table, int port)
    {
        if (!File.Exists(table))
        {
            return [];
        }

        string suffix = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return File.ReadLines(table).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] == Listening)
            .Select(fields => $"socket:[{fields[9]}]");
    }

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(handle => sockets.Contains(new FileInfo(handle).LinkTarget ?? ""));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
