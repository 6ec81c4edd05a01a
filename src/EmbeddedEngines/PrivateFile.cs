namespace FinanceChain.EmbeddedEngines;

/// <summary>Files that only their owner may read (0600), such as keys and passwords.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the whole file or nothing: a crash leaves no half-written secret behind.</summary>
    public static void Write(string path, string content)
    {
        string draft = path + ".draft";
        File.Delete(draft);
        using (StreamWriter file = Create(draft))
        {
            file.Write(content);
        }

        File.Move(draft, path, overwrite: true);
    }

    /// <inheritdoc cref="Write(string, string)"/>
    public static async Task Write(string path, string content, CancellationToken cancellation)
    {
        string draft = path + ".draft";
        File.Delete(draft);
        await using (StreamWriter file = Create(draft))
        {
            await file.WriteAsync(content.AsMemory(), cancellation);
        }

        File.Move(draft, path, overwrite: true);
    }

    private static StreamWriter Create(string draft) =>
        new(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
}
