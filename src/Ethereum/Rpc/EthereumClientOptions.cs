namespace FinanceChain.Ethereum;

/// <summary>Limits of one client. Each bounds what a slow or hostile node can take.</summary>
public sealed record EthereumClientOptions
{
    /// <summary>Of one attempt, from sending to the last byte. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longer answers are refused. Default 256 MiB; logs are decoded as they arrive and are not held as text.</summary>
    public long MaxResponseBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Repetitions after the first attempt of what is safe to repeat. Default 3; 0 for none.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Before the first repetition; doubles each time, with jitter. Default 100 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Simultaneous connections to the node. Default 16.</summary>
    public int MaxConnections { get; init; } = 16;

    /// <summary>Requests in one batch; longer lists are sent as several. Default 100, which every node accepts.</summary>
    public int MaxBatch { get; init; } = 100;

    /// <summary>The clock of the delays between attempts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
