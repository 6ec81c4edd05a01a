using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace FinanceChain.EmbeddedEngines;

/// <summary>
/// The files of one embedded chain. Anvil overwrites its state file in place, so a kill during a write leaves half a file, which it
/// then refuses to load: hence a second file, the checkpoint, that is only ever replaced as a whole.
/// </summary>
internal sealed class ChainFolder
{
    internal ChainFolder(string folder) => Root = Path.GetFullPath(folder);

    internal string Root { get; }

    internal string State => Path.Combine(Root, "state.json");

    internal string Checkpoint => Path.Combine(Root, "checkpoint.json");

    internal string Run => Path.Combine(Root, "run.json");

    internal string Log => Path.Combine(Root, "anvil.log");

    internal string Cache => Path.Combine(Root, "cache");

    /// <summary>There while the chain tells a story in another time than ours.</summary>
    internal string StoryClock => Path.Combine(Root, "story-clock");

    /// <summary>
    /// Unix seconds of block 0, as every start of the chain needs them: a restarted anvil makes a block 0 of its own, stores it beside the old one,
    /// and from the next restart on answers with either. Made of the same seconds both are one. Null in folders that did not keep them.
    /// </summary>
    internal string? GenesisTime => File.Exists(Genesis) ? File.ReadAllText(Genesis) : null;

    private string Genesis => Path.Combine(Root, "genesis-time");

    /// <param name="isStory">The chain tells a story in another time than ours.</param>
    internal void KeepGenesis(DateTimeOffset time, bool isStory)
    {
        Replace(Genesis, draft => File.WriteAllText(draft, time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        if (isStory)
        {
            File.WriteAllText(StoryClock, "");
        }
    }

    /// <summary>Puts a whole state file in place. False when the chain has none yet and begins at block 0.</summary>
    internal bool Restore()
    {
        if (IsWhole(State))
        {
            Replace(Checkpoint, draft => File.Copy(State, draft, overwrite: true));
            return true;
        }

        if (IsWhole(Checkpoint))
        {
            Replace(State, draft => File.Copy(Checkpoint, draft, overwrite: true));
            return true;
        }

        return File.Exists(State)
            ? throw new EngineException($"The chain was killed while it wrote {State}, and there is no older copy: delete {Root} to begin anew.")
            : false;
    }

    /// <summary>Keeps what anvil_dumpState gave: the JSON of the state file, compressed.</summary>
    internal void Keep(ReadOnlyMemory<byte> compressed) => Replace(Checkpoint, draft =>
    {
        using var source = new GZipStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        using FileStream target = File.Create(draft);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    });

    private static void Replace(string path, Action<string> write)
    {
        string draft = path + ".draft";
        write(draft);
        File.Move(draft, path, overwrite: true);
    }

    private static bool IsWhole(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        byte[] content = File.ReadAllBytes(path);
        var reader = new Utf8JsonReader(content);
        try
        {
            while (reader.Read())
            {
            }

            return content.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
