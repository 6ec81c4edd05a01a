namespace FinanceChain.EmbeddedEngines;

/// <summary>How the embedded PostgreSQL is started.</summary>
public sealed record PostgresOptions
{
    /// <summary>Port on 127.0.0.1; 0 takes the port of the last start when it is free, else any free one.</summary>
    public int Port { get; init; }

    /// <summary>False gives up fsync: for throw-away databases of tests only.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Connections that the server allows at once.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>How long start and stop may take. Recovery after a kill reads the write-ahead log back first.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);
}
