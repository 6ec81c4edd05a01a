using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Platform;

/// <summary>The paths of one local platform: chain, database, keys, logs.</summary>
internal sealed class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <param name="path">Null takes <c>.financechain</c> in the checkout.</param>
    public DataFolder(string? path) => Root = Path.GetFullPath(path ?? Path.Combine(Checkout.Root, ".financechain"));

    public string Root { get; }

    public string Chain => Path.Combine(Root, "chain");

    public string Postgres => Path.Combine(Root, "postgres");

    public string Keys => Path.Combine(Root, "keys");

    public string Logs => Path.Combine(Root, "logs");

    public string Scenario => Path.Combine(Root, "scenario");

    public string Ledger => Path.Combine(Root, "ledger.json");

    /// <summary>Run file of the <c>up</c> that works with this folder at the moment.</summary>
    public string Up => Path.Combine(Root, "up.json");

    public string RunFile(string service) => Path.Combine(Root, $"{service}.json");

    public string Log(string service) => Path.Combine(Logs, $"{service}.log");

    /// <summary>
    /// Closed to others. Of root's folder others may pass the door, not look inside: PostgreSQL runs as another user there and has to
    /// get to its own part. Keys and scenario stay closed in either case.
    /// </summary>
    public void Create()
    {
        UnixFileMode passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(Root, Environment.IsPrivilegedProcess ? passable : OwnerOnly);
        foreach (string folder in new[] { Keys, Logs, Scenario })
        {
            Directory.CreateDirectory(folder, OwnerOnly);
        }
    }
}
