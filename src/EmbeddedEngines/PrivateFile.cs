namespace FinanceChain.EmbeddedEngines;

/// <summary>Files that only their owner may read (0600), such as keys and passwords.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the whole file or nothing: a crash leaves no half-written secret behind.</summary>
    public static async Task Write(string path, string content, CancellationToken cancellation)
    {
        string draft = path + ".draft";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        await using (var file = new StreamWriter(draft, options))
        {
            await file.WriteAsync(content.AsMemory(), cancellation);
        }

        File.Move(draft, path, overwrite: true);
    }
}
