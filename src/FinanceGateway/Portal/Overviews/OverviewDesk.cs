using System.Net.Sockets;
using Npgsql;

namespace FinanceChain.FinanceGateway.Portal.Overviews;

/// <summary>
/// Hands out the overview. The page is public: however many people look at it, the database is read once a second at most, and a database
/// that hangs is not asked by each of them.
/// </summary>
internal sealed partial class OverviewDesk(OverviewReader reader, TimeProvider clock, ILogger<OverviewDesk> logger)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<OverviewState>? _reading;
    private long _begun;

    public Task<OverviewState> Current(CancellationToken cancellationToken)
    {
        Task<OverviewState> reading;
        lock (_gate)
        {
            if (_reading is null || (_reading.IsCompleted && clock.GetElapsedTime(_begun) >= KeptFor))
            {
                _begun = clock.GetTimestamp();
                // Off this request: others wait for the same reading, so it must not end with the first one.
                _reading = Task.Run(Read, CancellationToken.None);
            }

            reading = _reading;
        }

        return reading.WaitAsync(cancellationToken);
    }

    private async Task<OverviewState> Read()
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        try
        {
            return await reader.Read(limit.Token) is { } overview
                ? OverviewState.Of(overview)
                : OverviewState.Without(OverviewAbsence.NotIndexed);
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction)
        {
            // The indexer drops and makes these schemas when it rebuilds.
            return OverviewState.Without(OverviewAbsence.NotIndexed);
        }
        catch (Exception away) when (away is NpgsqlException or SocketException or TimeoutException or OperationCanceledException)
        {
            LogAway(away.Message);
            return OverviewState.Without(OverviewAbsence.DatabaseAway);
        }
    }

    [LoggerMessage(7001, LogLevel.Warning, "The portal has nothing to show: {Problem}")]
    private partial void LogAway(string problem);
}
