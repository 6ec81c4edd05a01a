namespace FinanceChain.EmbeddedEngines;

/// <summary>How the embedded chain is started. All but the port must stay the same over the life of one data directory.</summary>
public sealed record ChainOptions
{
    /// <summary>Port on 127.0.0.1; 0 takes the port of the last start when it is free, else any free one.</summary>
    public int Port { get; init; }

    /// <summary>EIP-155 chain id.</summary>
    public ulong ChainId { get; init; } = 31337;

    /// <summary>
    /// When set, block 0 bears this time and the clock runs on from there, over restarts too, until
    /// <see cref="EmbeddedChain.ReturnToWallClock"/>. Null: the wall clock from the beginning.
    /// </summary>
    public DateTimeOffset? GenesisTime { get; init; }

    /// <summary>
    /// Blocks come when transactions arrive, and one in this interval besides: ledger time passes in quiet hours too, and
    /// anything forgotten in the pool gets mined.
    /// </summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often the state is written to disk: what a kill may cost. Anvil writes all of it each time, changed or not, some 8 kB for an
    /// operation (traces of execution are most of it), and stands still for about 50 ms per 25 MB.
    /// </summary>
    public TimeSpan StateInterval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gas of a block. A single transaction is limited to 2^24 = 16,777,216 gas (EIP-7825), as on every chain with Osaka rules.</summary>
    public ulong BlockGasLimit { get; init; } = 300_000_000;

    /// <summary>
    /// For so many of the latest blocks contract state can be read (eth_call at a number); after a restart for the latest only.
    /// Each kept block costs a copy of the whole state in memory.
    /// </summary>
    public int StatesKept { get; init; } = 128;

    /// <summary>How long start and stop may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);
}
