using System.Collections.Concurrent;
using System.Threading.Channels;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>Wakes one loop. Pulses that arrive while it works count as one.</summary>
internal sealed class Pulse
{
    private readonly Channel<bool> _channel =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _channel.Writer.TryWrite(true);

    /// <summary>Returns at a pulse or after <paramref name="limit"/>, whichever comes first.</summary>
    public async Task Wait(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_channel.Reader.TryRead(out _))
        {
            return;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await _channel.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit passed.
        }
    }
}

/// <summary>Wakes every loop that makes transactions: at new operations and at ended transactions.</summary>
internal sealed class QueuePulse
{
    private readonly ConcurrentDictionary<Pulse, bool> _pulses = new();

    public void Set()
    {
        foreach (var pulse in _pulses.Keys)
        {
            pulse.Set();
        }
    }

    public Pulse Join()
    {
        var pulse = new Pulse();
        _pulses.TryAdd(pulse, true);
        return pulse;
    }

    public void Leave(Pulse pulse) => _pulses.TryRemove(pulse, out _);
}

/// <summary>The loop that ends operations: pulsed by the indexer's notices.</summary>
internal sealed class IndexedPulse
{
    public Pulse Pulse { get; } = new();
}
