using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json;

namespace FinanceChain.EmbeddedEngines;

/// <summary>
/// An EVM chain of one node (anvil, Osaka rules) on 127.0.0.1: no funded accounts, no fees, a block as soon as a transaction arrives.
/// Its state is on disk; see <see cref="ChainOptions.StateInterval"/> for what a kill costs.
/// </summary>
public sealed class EmbeddedChain : IAsyncDisposable
{
    private readonly ChainFolder _folder;
    private readonly Daemon _daemon;
    private readonly NodeDoor _door;
    private TemporaryFolder? _temporary;

    private EmbeddedChain(ChainFolder folder, Daemon daemon)
    {
        _folder = folder;
        _daemon = daemon;
        Endpoint = new Uri($"http://127.0.0.1:{daemon.Run.Port}");
        _door = new NodeDoor(Endpoint);
    }

    /// <summary>Where JSON-RPC is served.</summary>
    public Uri Endpoint { get; }

    public int Port => _daemon.Run.Port;

    public RunFile Run => _daemon.Run;

    public ProcessIdentity Process => _daemon.Run.Process;

    public bool IsRunning => _daemon.IsRunning;

    public string LogFile => _daemon.LogFile;

    /// <summary>What the user should know about this start; usually nothing.</summary>
    public string? Notice { get; private set; }

    /// <summary>Starts the chain, or attaches to the one that already runs for this folder.</summary>
    /// <param name="dataDirectory">Made when absent; holds state, log and run file.</param>
    /// <exception cref="EngineException">Not installed, port taken, state file damaged, or anvil ended.</exception>
    public static async Task<EmbeddedChain> Start(string dataDirectory, ChainOptions options, CancellationToken cancellation)
    {
        NativePackages.Require();
        var folder = new ChainFolder(dataDirectory);
        if (Attach(dataDirectory) is { } running && await running.BecomesReady(options.Patience, cancellation))
        {
            return running;
        }

        Directory.CreateDirectory(folder.Root);
        IReadOnlyList<StateFile> candidates = folder.Candidates();
        if (candidates.Count == 0)
        {
            folder.KeepGenesis(options.GenesisTime ?? DateTimeOffset.UtcNow, isStory: options.GenesisTime is not null);
            return await StartProcess(folder, options, cancellation);
        }

        bool isTorn = File.Exists(folder.State) && candidates.All(file => file.Path != folder.State);
        foreach (StateFile file in candidates)
        {
            folder.Use(file);
            EmbeddedChain chain = await StartProcess(folder, options, cancellation);
            if (await chain.HeaderNamesTheState(cancellation))
            {
                folder.Confirm();
                await chain.ResumeClock(cancellation);
                string instead = file == candidates[0] ? "" : $" instead of {candidates[0].Block}";
                chain.Notice = isTorn || instead.Length > 0
                    ? $"The chain was killed while it wrote its state: it goes on from block {file.Block}{instead}."
                    : null;
                return chain;
            }

            await chain._daemon.Kill(cancellation);
            chain._door.Dispose();
        }

        throw folder.Beyond();
    }

    /// <summary>The chain that runs for this folder, or null.</summary>
    public static EmbeddedChain? Attach(string dataDirectory)
    {
        var folder = new ChainFolder(dataDirectory);
        return Daemon.Attach(folder.Run, folder.Log) is { } daemon ? new EmbeddedChain(folder, daemon) : null;
    }

    /// <summary>A chain in a temporary folder for one test fixture. Disposal ends it and removes the folder.</summary>
    public static Task<EmbeddedChain> StartTemporary(CancellationToken cancellation) => StartTemporary(new ChainOptions(), cancellation);

    /// <inheritdoc cref="StartTemporary(CancellationToken)"/>
    public static async Task<EmbeddedChain> StartTemporary(ChainOptions options, CancellationToken cancellation)
    {
        NativePackages.Require();
        TemporaryFolder place = await TemporaryFolder.Create("chain", cancellation);
        EmbeddedChain chain = await Start(place.Path, options, cancellation);
        chain._temporary = place;
        return chain;
    }

    /// <summary>Time of the latest block.</summary>
    public async Task<DateTimeOffset> Time(CancellationToken cancellation)
    {
        JsonElement block = await LatestBlock(cancellation);
        return DateTimeOffset.FromUnixTimeSeconds((long)Quantity(block.GetProperty("timestamp")));
    }

    /// <summary>Number of the latest block.</summary>
    public async Task<ulong> BlockNumber(CancellationToken cancellation) => Quantity(await _door.Send("eth_blockNumber", [], cancellation));

    /// <summary>The next block bears this time and the clock runs on from there. Refused when it is before the latest block.</summary>
    public Task SetNextBlockTimestamp(DateTimeOffset time, CancellationToken cancellation) =>
        _door.Send("evm_setNextBlockTimestamp", [time.ToUnixTimeSeconds()], cancellation);

    /// <summary>Moves the clock forward; no block is mined.</summary>
    public Task IncreaseTime(TimeSpan by, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(by.Ticks, nameof(by));
        return _door.Send("evm_increaseTime", [(long)by.TotalSeconds], cancellation);
    }

    /// <summary>Ends the story: an empty block and all after it, over restarts too, bear the time of this machine.</summary>
    /// <exception cref="EngineException">The story has run past our own time.</exception>
    public async Task ReturnToWallClock(CancellationToken cancellation)
    {
        await SetClock(DateTimeOffset.UtcNow, cancellation);
        File.Delete(_folder.StoryClock);
        await Mine(1, cancellation);
    }

    /// <summary>Mines so many empty blocks, or one with what waits in the pool.</summary>
    public Task Mine(int blocks, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        return _door.Send("anvil_mine", [$"0x{blocks:x}"], cancellation);
    }

    /// <summary>From now on, until the next start, transactions wait for <see cref="Mine"/> and share its block.</summary>
    public Task MineOnDemand(CancellationToken cancellation) => _door.Send("evm_setIntervalMining", [0], cancellation);

    /// <summary>Sets an account's balance, in a block of its own. Gas is free, but a sender that follows <c>eth_maxPriorityFeePerGas</c>, which says 1 gwei as long as it
    /// has seen no transactions, needs something to offer.</summary>
    /// <param name="account">0x and 40 hex digits.</param>
    public async Task SetBalance(string account, BigInteger wei, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wei);
        string digits = wei.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        string balance = "0x" + (digits.Length == 0 ? "0" : digits);
        JsonElement before = await _door.Send("eth_getBalance", [account, "latest"], cancellation);
        if (before.GetString() != balance)
        {
            // Without the block, the latest header would not name the state that a restart finds.
            await _door.Send("anvil_setBalance", [account, balance], cancellation);
            await Mine(1, cancellation);
        }
    }

    /// <summary>Puts the state of this moment safely on disk, so that even a kill in the middle of a write loses nothing before it.</summary>
    /// <returns>False, and the last checkpoint stays, when blocks came so fast that no state of one moment could be had.</returns>
    public async Task<bool> SaveCheckpoint(CancellationToken cancellation)
    {
        const int Attempts = 3;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            byte[] state = Unpack(await _door.Send("anvil_dumpState", [], cancellation));

            // Anvil takes the accounts last: when no block has come since it took the blocks, both are of the same.
            if (StateFile.LatestBlock(state) == await BlockNumber(cancellation))
            {
                _folder.Keep(state);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Saves a checkpoint again and again while blocks bring something new, until cancelled. A chain that does not answer is asked again later.
    /// </summary>
    public async Task KeepCheckpoints(TimeSpan interval, CancellationToken cancellation)
    {
        string? saved = null;
        while (true)
        {
            await Task.Delay(interval, cancellation);
            try
            {
                string root = (await LatestBlock(cancellation)).GetProperty("stateRoot").GetString()!;
                if (root != saved && await SaveCheckpoint(cancellation))
                {
                    saved = root;
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or EngineException || (fault is TaskCanceledException && !cancellation.IsCancellationRequested))
            {
                saved = null;
            }
        }
    }

    /// <summary>Writes the state and ends the chain.</summary>
    public async Task Stop(CancellationToken cancellation)
    {
        await _daemon.Stop(StopSignal.Terminate, new ChainOptions().Patience, cancellation);
        _door.Dispose();
    }

    /// <summary>Ends a temporary chain; leaves any other running.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_temporary is not null)
        {
            await _daemon.Kill(CancellationToken.None);
            _temporary.Dispose();
            _temporary = null;
        }

        _door.Dispose();
    }

    private static async Task<EmbeddedChain> StartProcess(ChainFolder folder, ChainOptions options, CancellationToken cancellation)
    {
        var chain = new EmbeddedChain(folder, Daemon.Start(Plan(folder, options)));
        return await chain.BecomesReady(options.Patience, cancellation)
            ? chain
            : throw new EngineException($"The chain ended at once; the end of {chain.LogFile}:\n{chain._daemon.LogTail()}");
    }

    private static DaemonStart Plan(ChainFolder folder, ChainOptions options)
    {
        int last = RunFile.Read(folder.Run)?.Port ?? 0;
        int port = options.Port == 0 ? Daemon.FreePort(last) : options.Port;
        if (!Daemon.IsFree(port))
        {
            throw new EngineException($"Port {port}, asked for the chain, is taken by another program.");
        }

        // A random mnemonic and no accounts: nobody's well-known test key holds anything here.
        List<string> command =
        [
            NativePackages.Anvil, "--host", "127.0.0.1", "--port", Number(port), "--no-cors", "--no-request-size-limit", "--quiet",
            "--hardfork", "osaka", "--enable-tx-gas-limit", "--chain-id", options.ChainId.ToString(CultureInfo.InvariantCulture),
            "--accounts", "0", "--mnemonic-random", "12",
            "--base-fee", "0", "--gas-price", "0", "--disable-min-priority-fee",
            "--gas-limit", options.BlockGasLimit.ToString(CultureInfo.InvariantCulture),
            "--block-time", Number((int)options.Heartbeat.TotalSeconds), "--mixed-mining",
            "--state", folder.State, "--state-interval", Number((int)options.StateInterval.TotalSeconds),
            "--prune-history", Number(options.StatesKept), "--cache-path", folder.Cache,
        ];
        if (folder.GenesisTime is { } genesis)
        {
            command.AddRange(["--timestamp", genesis]);
        }

        return new DaemonStart("Chain", command, port, folder.Root, folder.Log, folder.Run);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static ulong Quantity(JsonElement hex) =>
        ulong.Parse(hex.GetString().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static byte[] Unpack(JsonElement dump)
    {
        using var source = new GZipStream(new MemoryStream(Convert.FromHexString(dump.GetString().AsSpan(2))), CompressionMode.Decompress);
        using var target = new MemoryStream();
        source.CopyTo(target);
        return target.ToArray();
    }

    private Task<JsonElement> LatestBlock(CancellationToken cancellation) => _door.Send("eth_getBlockByNumber", ["latest", false], cancellation);

    /// <summary>
    /// Whether the accounts that were loaded are those after the latest block: a proof for any account begins with the root of all. Block 0 has
    /// none: anvil gives it its accounts later.
    /// </summary>
    private async Task<bool> HeaderNamesTheState(CancellationToken cancellation)
    {
        JsonElement block = await LatestBlock(cancellation);
        JsonElement proof = await _door.Send("eth_getProof", ["0x0000000000000000000000000000000000000000", Array.Empty<string>(), "latest"], cancellation);
        JsonElement root = await _door.Send("web3_sha3", [proof.GetProperty("accountProof")[0].GetString()], cancellation);
        return Quantity(block.GetProperty("number")) == 0 || root.GetString() == block.GetProperty("stateRoot").GetString();
    }

    /// <summary>
    /// A restarted anvil counts from the genesis again. A story goes on where it stopped, any other chain with our time, which blocks in quick
    /// succession can be a little ahead of.
    /// </summary>
    private async Task ResumeClock(CancellationToken cancellation)
    {
        DateTimeOffset latest = await Time(cancellation);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await SetClock(File.Exists(_folder.StoryClock) || latest > now ? latest : now, cancellation);
    }

    /// <summary>Anvil would let its clock go back, and with it the time of the blocks.</summary>
    private async Task SetClock(DateTimeOffset time, CancellationToken cancellation)
    {
        DateTimeOffset latest = await Time(cancellation);
        if (time.ToUnixTimeSeconds() < latest.ToUnixTimeSeconds())
        {
            throw new EngineException($"The chain's clock stands at {latest:u} and cannot go back to {time:u}.");
        }

        await _door.Send("evm_setTime", [time.ToUnixTimeSeconds()], cancellation);
    }

    /// <summary>False when the process has ended.</summary>
    private async Task<bool> BecomesReady(TimeSpan patience, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await _door.Send("eth_chainId", [], cancellation);
                return true;
            }
            catch (HttpRequestException) when (!_daemon.IsRunning)
            {
                return false;
            }
            catch (HttpRequestException) when (clock.Elapsed < patience)
            {
                await Task.Delay(25, cancellation);
            }
            catch (HttpRequestException fault)
            {
                throw new EngineException($"The chain on port {Port} does not answer: {fault.Message}", fault);
            }
        }
    }
}
