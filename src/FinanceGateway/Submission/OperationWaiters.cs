using System.Collections.Concurrent;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>Requests that wait for operations to end, woken in process by the loop that ends them.</summary>
internal sealed class OperationWaiters
{
    private readonly ConcurrentDictionary<Guid, ConcurrentDictionary<Ticket, bool>> _tickets = new();

    /// <summary>Register before the first look at the database, so that no end falls between the look and the wait.</summary>
    public Ticket Register(IReadOnlyCollection<Guid> operationIds)
    {
        var ticket = new Ticket(this, operationIds);
        foreach (var id in operationIds)
        {
            _tickets.GetOrAdd(id, _ => new ConcurrentDictionary<Ticket, bool>()).TryAdd(ticket, true);
        }

        return ticket;
    }

    public void Ended(Guid operationId)
    {
        if (_tickets.TryGetValue(operationId, out var tickets))
        {
            foreach (var ticket in tickets.Keys)
            {
                ticket.Ended(operationId);
            }
        }
    }

    internal sealed class Ticket(OperationWaiters owner, IReadOnlyCollection<Guid> operationIds) : IDisposable
    {
        private readonly ConcurrentDictionary<Guid, bool> _open = new(operationIds.Select(id => KeyValuePair.Create(id, true)));
        private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Ended(Guid operationId)
        {
            _open.TryRemove(operationId, out _);
            if (_open.IsEmpty)
            {
                _allEnded.TrySetResult();
            }
        }

        /// <summary>True when all have ended, false when the time is up.</summary>
        public async Task<bool> Wait(TimeSpan limit, CancellationToken cancellationToken)
        {
            var first = await Task.WhenAny(_allEnded.Task, Task.Delay(limit, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            return first == _allEnded.Task;
        }

        public void Dispose()
        {
            foreach (var id in operationIds)
            {
                if (owner._tickets.TryGetValue(id, out var tickets))
                {
                    tickets.TryRemove(this, out _);
                    if (tickets.IsEmpty)
                    {
                        // A ticket added to this very set in between only loses its wake-up, not its answer: waits look at the database too.
                        owner._tickets.TryRemove(id, out _);
                    }
                }
            }
        }
    }
}
