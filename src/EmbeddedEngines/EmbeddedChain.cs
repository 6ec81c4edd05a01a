using System.Diagnostics;
using System.Globalization;
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
        bool isNew = !folder.Restore();
        if (isNew)
        {
            folder.KeepGenesis(options.GenesisTime ?? DateTimeOffset.UtcNow, isStory: options.GenesisTime is not null);
        }

        var chain = new EmbeddedChain(folder, Daemon.Start(Plan(folder, options)));
        if (!await chain.BecomesReady(options.Patience, cancellation))
        {
            throw new EngineException($"The chain ended at once; the end of {chain.LogFile}:\n{chain._daemon.LogTail()}");
        }

        if (!isNew)
        {
            // A restarted anvil counts from the genesis again. A story goes on where it stopped, any other chain with our time, which blocks
            // in quick succession can be a little ahead of.
            DateTimeOffset latest = await chain.Time(cancellation);
            DateTimeOffset now = DateTimeOffset.UtcNow;
            await chain.SetClock(File.Exists(folder.StoryClock) || latest > now ? latest : now, cancellation);
        }

        return chain;
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
        JsonElement block = await _door.Send("eth_getBlockByNumber", ["latest", false], cancellation);
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

    /// <summary>Sets an account's balance. Gas is free, but a sender that follows <c>eth_maxPriorityFeePerGas</c>, which says 1 gwei as long as it
    /// has seen no transactions, needs something to offer.</summary>
    /// <param name="account">0x and 40 hex digits.</param>
    public Task SetBalance(string account, BigInteger wei, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wei);
        string digits = wei.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return _door.Send("anvil_setBalance", [account, "0x" + (digits.Length == 0 ? "0" : digits)], cancellation);
    }

    /// <summary>Puts the state of this moment safely on disk, so that even a kill in the middle of a write loses nothing before it.</summary>
    public async Task SaveCheckpoint(CancellationToken cancellation)
    {
        JsonElement dump = await _door.Send("anvil_dumpState", [], cancellation);
        _folder.Keep(Convert.FromHexString(dump.GetString().AsSpan(2)));
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
