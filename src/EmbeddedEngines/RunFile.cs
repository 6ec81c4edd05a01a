using System.Text.Json;

namespace FinanceChain.EmbeddedEngines;

/// <summary>What a started process leaves behind so that a later one can attach to it or stop it.</summary>
/// <param name="Port">The port on 127.0.0.1 that the process serves; 0 when it serves none.</param>
/// <param name="Settings">What the starter was asked for, compared by whoever attaches later.</param>
public sealed record RunFile(string Name, ProcessIdentity Process, int Port, DateTimeOffset StartedAt, string Settings)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Null when there is no such file or a crash left it half written.</summary>
    public static RunFile? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunFile>(File.ReadAllText(path), Format);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Write(string path)
    {
        PrivateFile.Write(path, JsonSerializer.Serialize(this, Format));
    }
}
