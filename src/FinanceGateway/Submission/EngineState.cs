namespace FinanceChain.FinanceGateway.Submission;

/// <summary>What the submission engine is doing; standby is healthy, because another gateway submits.</summary>
internal enum EnginePhase
{
    Starting,
    Standby,
    Running,
    Interrupted,
}

/// <summary>Written by the engine, read by the readiness probe.</summary>
internal sealed class EngineState
{
    private int _phase;
    private long _operationsSent;

    public EnginePhase Phase => (EnginePhase)Volatile.Read(ref _phase);

    public long OperationsSent => Volatile.Read(ref _operationsSent);

    public void Set(EnginePhase phase) => Volatile.Write(ref _phase, (int)phase);

    public void Sent(int operations) => Interlocked.Add(ref _operationsSent, operations);
}
