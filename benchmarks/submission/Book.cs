using System.Collections.Concurrent;
using FinanceChain.Ethereum;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>What clients were promised: by idempotency key the operation, and what was refused at the door.</summary>
internal sealed class Book
{
    private long _repeated;
    private long _allowed;

    public ConcurrentDictionary<string, Guid> Promised { get; } = new();

    /// <summary>Keys whose operation was refused, with the fingerprint that it would have used.</summary>
    public ConcurrentDictionary<string, Hash256> RefusedAtTheDoor { get; } = new();

    /// <summary>The fingerprint of each issue by its key.</summary>
    public ConcurrentDictionary<string, Hash256> Fingerprints { get; } = new();

    public ConcurrentBag<string> Findings { get; } = [];

    public long Accepted => Promised.Count;

    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Operations come in step with the faults, so that there is something to hit until the last.</summary>
    public bool HasRoom => Accepted + RefusedAtTheDoor.Count < Interlocked.Read(ref _allowed);

    public void Allow(long operations) => Interlocked.Exchange(ref _allowed, operations);

    public void Repeat() => Interlocked.Increment(ref _repeated);

    public void Promise(string key, Guid operation)
    {
        var first = Promised.GetOrAdd(key, operation);
        if (first != operation)
        {
            Findings.Add($"Key {key} was promised as {first} and as {operation}.");
        }
    }
}
