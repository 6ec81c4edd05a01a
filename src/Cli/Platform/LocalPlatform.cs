using FinanceChain.EmbeddedEngines;

namespace FinanceChain.Cli.Platform;

/// <summary>One process of a local platform.</summary>
/// <param name="Stop">Ends it as it wants to be ended.</param>
internal sealed record Part(string Name, RunFile Run, string LogFile, Func<CancellationToken, Task> Stop)
{
    public bool IsRunning => Run.Process.IsRunning;
}

/// <summary>The processes that run for a data folder, whoever has started them.</summary>
internal static class LocalPlatform
{
    public const string Chain = "chain";
    public const string Database = "database";
    public const string Indexer = "indexer";
    public const string Gateway = "gateway";

    /// <summary>In the order in which they start.</summary>
    public static IReadOnlyList<string> Names { get; } = [Chain, Database, Indexer, Gateway];

    /// <summary>What runs now, in the order in which it started; stop in reverse.</summary>
    public static IReadOnlyList<Part> Running(DataFolder data)
    {
        var parts = new List<Part>();
        if (EmbeddedChain.Attach(data.Chain) is { } chain)
        {
            parts.Add(new Part(Chain, chain.Run, chain.LogFile, chain.Stop));
        }

        if (EmbeddedPostgres.Attach(data.Postgres) is { } postgres)
        {
            parts.Add(new Part(Database, postgres.Run, postgres.LogFile, postgres.Stop));
        }

        foreach (string name in new[] { Indexer, Gateway })
        {
            if (Service.Attach(data, name) is { } service)
            {
                parts.Add(new Part(name, service.Run, service.LogFile, cancellation => Service.Stop(service, cancellation)));
            }
        }

        return parts;
    }

    /// <summary>Ends whatever runs, the last started first.</summary>
    public static async Task StopAll(DataFolder data, Action<Part> stopping, CancellationToken cancellation)
    {
        foreach (Part part in Running(data).Reverse())
        {
            stopping(part);
            await part.Stop(cancellation);
        }
    }

    /// <summary>Waits until one of the parts has ended, and gives that one.</summary>
    public static async Task<Part> FirstToEnd(IReadOnlyList<Part> parts, CancellationToken cancellation)
    {
        while (true)
        {
            if (parts.FirstOrDefault(part => !part.IsRunning) is { } ended)
            {
                return ended;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellation);
        }
    }
}
