namespace FinanceChain.FinanceGateway;

/// <summary>A secret that the gateway makes for itself: one file, readable by its account only, the same for all replicas that share the directory.</summary>
internal static class KeyFile
{
    public static string LoadOrCreate(string directory, string name, Func<string> create)
    {
        var path = Path.Combine(directory, name);
        if (!File.Exists(path))
        {
            Write(path, create());
        }

        return File.ReadAllText(path);
    }

    private static void Write(string path, string content)
    {
        var own = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(own, options))
        {
            writer.Write(content);
        }

        try
        {
            // Whole or not at all, and the first of two that start together wins.
            File.Move(own, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(own);
        }
    }
}
