namespace FinanceChain.Ethereum.Tests;

/// <summary>Where the tools stand that these tests compare with.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>A laptop may lack what npm installs; a run for the record must not pass without it.</summary>
    public static void Require(string path, string remedy)
    {
        if (File.Exists(path))
        {
            return;
        }

        var message = $"{System.IO.Path.GetRelativePath(Root, path)} is missing: {remedy}.";
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
        {
            Assert.Fail(message);
        }

        Assert.Ignore(message);
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "FinanceChain.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run inside the repository.");
    }
}
