using System.Globalization;

namespace FinanceChain.EmbeddedEngines;

/// <summary>
/// The files of one embedded chain. Anvil overwrites its state file in place, so a kill during a write leaves half a file, which it
/// then refuses to load; and it collects blocks first and accounts later, so that a block in between is in the accounts only. Hence a second
/// file, the checkpoint, that is only ever replaced as a whole, by a state of one moment.
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

    /// <summary>A copy of what a start has loaded, until it proves good.</summary>
    private string Trial => Path.Combine(Root, "trial.json");

    /// <param name="isStory">The chain tells a story in another time than ours.</param>
    internal void KeepGenesis(DateTimeOffset time, bool isStory)
    {
        Replace(Genesis, draft => File.WriteAllText(draft, time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        if (isStory)
        {
            File.WriteAllText(StoryClock, "");
        }
    }

    /// <summary>From what the chain can go on, the latest first; nothing when it has never run and begins at block 0.</summary>
    /// <exception cref="EngineException">There are files, but none is whole.</exception>
    internal IReadOnlyList<StateFile> Candidates()
    {
        StateFile[] whole = [.. new[] { StateFile.Read(State), StateFile.Read(Checkpoint) }.OfType<StateFile>().OrderByDescending(file => file.Block)];
        return whole.Length > 0 || !(File.Exists(State) || File.Exists(Checkpoint)) ? whole : throw Beyond();
    }

    internal EngineException Beyond() =>
        new($"The chain was killed while it wrote {State}, and there is no older copy: delete {Root} to begin anew.");

    /// <summary>Lets the next start load this file, and keeps a copy of it that no chain writes to.</summary>
    internal void Use(StateFile file)
    {
        Replace(Trial, draft => File.Copy(file.Path, draft, overwrite: true));
        if (file.Path != State)
        {
            Replace(State, draft => File.Copy(file.Path, draft, overwrite: true));
        }
    }

    /// <summary>The file used last was good: it is the checkpoint.</summary>
    internal void Confirm() => File.Move(Trial, Checkpoint, overwrite: true);

    /// <summary>Makes this content of a state file the checkpoint.</summary>
    internal void Keep(byte[] json) => Replace(Checkpoint, draft =>
    {
        using FileStream target = File.Create(draft);
        target.Write(json);
        target.Flush(flushToDisk: true);
    });

    private static void Replace(string path, Action<string> write)
    {
        string draft = path + ".draft";
        write(draft);
        File.Move(draft, path, overwrite: true);
    }
}
