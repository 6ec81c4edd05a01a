namespace FinanceChain.FinanceGateway.Submission;

/// <summary>Tells everybody at once that operations have ended; which ones, the database says.</summary>
internal sealed class EndedNews
{
    private TaskCompletionSource _next = Fresh();

    public void Publish() => Interlocked.Exchange(ref _next, Fresh()).TrySetResult();

    /// <summary>Take it before the look at the database, so that no end falls between the look and the wait.</summary>
    public Task Next() => Volatile.Read(ref _next).Task;

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
