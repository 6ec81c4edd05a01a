namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <summary>Time that passes a hundred times as fast, so that pauses after failures do not fill the test.</summary>
internal sealed class HastyClock : TimeProvider
{
    private const int Haste = 100;

    private readonly DateTimeOffset _start = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _start + ((System.GetUtcNow() - _start) * Haste);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Hasten(dueTime), Hasten(period));

    private static TimeSpan Hasten(TimeSpan span) => span > TimeSpan.Zero ? span / Haste : span;
}
