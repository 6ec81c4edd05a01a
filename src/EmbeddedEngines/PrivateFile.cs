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
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var file = new StreamWriter(draft, options))
        {
            file.Write(content);
        }

        File.Move(draft, path, overwrite: true);
    }
}
