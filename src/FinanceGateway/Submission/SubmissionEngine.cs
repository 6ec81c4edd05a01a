using System.Net.Sockets;
using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Keeps a lane for every sender that this gateway holds a lease of. There is no leader: every gateway does the same, and what one of them
/// holds when it dies is free for the others when its leases run out.
/// </summary>
internal sealed partial class SubmissionEngine(
    SenderLeases leases, LaneParts parts, EngineState state, IOptions<GatewayOptions> options, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(3);

    private readonly ILogger _logger = loggers.CreateLogger<SubmissionEngine>();
    private readonly Dictionary<Address, RunningLane> _lanes = [];

    private sealed record RunningLane(SenderLane Lane, Task Work, CancellationTokenSource Stop);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Tick(stoppingToken);
                await Task.Delay(Beat, stoppingToken);
            }
        }
        finally
        {
            await Leave();
        }
    }

    private async Task Tick(CancellationToken cancellationToken)
    {
        try
        {
            var (held, share) = await leases.Renew(cancellationToken);
            await Settle(held, cancellationToken);
            if (held.Count < share)
            {
                foreach (var lease in await leases.Take(share - held.Count, cancellationToken))
                {
                    Start(lease, cancellationToken);
                }
            }
            else if (held.Count > share)
            {
                await GiveBack([.. held.Skip(share).Select(lease => lease.Sender)], cancellationToken);
            }

            state.Set(_lanes.Count == 0 ? EnginePhase.Standby : _lanes.Values.Any(l => l.Lane.IsInterrupted) ? EnginePhase.Interrupted : EnginePhase.Running);
        }
        catch (Exception problem) when (problem is NpgsqlException or SocketException)
        {
            state.Set(EnginePhase.Interrupted);
            LogNoDatabase(problem.Message);
        }
    }

    // Ends lanes whose lease is gone, and starts those whose lease is held without a lane: after a lane ended by itself.
    private async Task Settle(List<SenderLease> held, CancellationToken cancellationToken)
    {
        var ended = _lanes.Values.Where(lane => lane.Work.IsCompleted || !held.Contains(lane.Lane.Lease)).Select(lane => lane.Lane.Lease.Sender).ToList();
        foreach (var sender in ended)
        {
            await End(sender);
        }

        foreach (var lease in held.Where(lease => !_lanes.ContainsKey(lease.Sender)))
        {
            Start(lease, cancellationToken);
        }
    }

    private void Start(SenderLease lease, CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lane = new SenderLane(parts, lease, options, loggers.CreateLogger<SenderLane>());
        _lanes[lease.Sender] = new RunningLane(lane, Task.Run(() => lane.Run(stop.Token), CancellationToken.None), stop);
    }

    /// <exception cref="Exception">Whatever a lane could not live with: it ends the gateway, loudly.</exception>
    private async Task End(Address sender)
    {
        var lane = _lanes[sender];
        _lanes.Remove(sender);
        await lane.Stop.CancelAsync();
        await lane.Work;
        lane.Stop.Dispose();
    }

    private async Task GiveBack(List<Address> senders, CancellationToken cancellationToken)
    {
        foreach (var sender in senders.Where(_lanes.ContainsKey))
        {
            await End(sender);
        }

        await leases.Release(senders, leaving: false, cancellationToken);
        LogGivenBack(senders.Count);
    }

    // Whoever stands by takes over at once instead of at the end of the leases.
    private async Task Leave()
    {
        var senders = _lanes.Keys.ToList();
        using var patience = new CancellationTokenSource(FarewellPatience);
        try
        {
            foreach (var sender in senders)
            {
                await End(sender);
            }

            await leases.Release(senders, leaving: true, patience.Token);
        }
        catch (Exception problem) when (problem is NpgsqlException or SocketException or OperationCanceledException)
        {
            LogNoDatabase(problem.Message);
        }
    }

    [LoggerMessage(2005, LogLevel.Warning, "The leases of the senders could not be kept up: {Problem}")]
    private partial void LogNoDatabase(string problem);

    [LoggerMessage(2006, LogLevel.Information, "Gave {Count} senders back: another gateway has come")]
    private partial void LogGivenBack(int count);
}
