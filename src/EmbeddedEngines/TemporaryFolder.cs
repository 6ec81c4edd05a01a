using System.Globalization;

namespace FinanceChain.EmbeddedEngines;

/// <summary>
/// A folder for an engine that lives as long as a test. A test run that was killed cannot clean up, so each run first ends and
/// removes what dead runs have left behind.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private TemporaryFolder(string path) => Path = path;

    internal string Path { get; }

    internal static async Task<TemporaryFolder> Create(string kind, CancellationToken cancellation)
    {
        string all = AllOfThisUser();
        Directory.CreateDirectory(all, ServerFolders.Passable);
        await RemoveOrphans(all, cancellation);
        string path = System.IO.Path.Combine(all, $"{kind}-{Guid.NewGuid():n}");
        Directory.CreateDirectory(path, ServerFolders.Passable);
        ProcessIdentity self = ProcessIdentity.Of(Environment.ProcessId)!;
        new RunFile("owner", self, 0, DateTimeOffset.UtcNow, "").Write(OwnerFile(path));
        return new TemporaryFolder(path);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string AllOfThisUser()
    {
        string user = NativeCalls.EffectiveUserId().ToString(CultureInfo.InvariantCulture);
        return System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"financechain-engines-{user}");
    }

    private static string OwnerFile(string folder) => System.IO.Path.Combine(folder, "owner.json");

    private static async Task RemoveOrphans(string all, CancellationToken cancellation)
    {
        foreach (string folder in Directory.EnumerateDirectories(all))
        {
            if (RunFile.Read(OwnerFile(folder)) is not { } owner || owner.Process.IsRunning)
            {
                continue;
            }

            if (Daemon.Attach(EmbeddedPostgres.RunFilePath(folder), "") is { } orphan)
            {
                await orphan.Kill(cancellation);
            }

            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another test run was quicker.
            }
        }
    }
}
