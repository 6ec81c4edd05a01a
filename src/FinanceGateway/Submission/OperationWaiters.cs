namespace FinanceChain.FinanceGateway.Submission;

/// <summary>Requests that wait for operations to end, woken by the loop that ends them here and by <see cref="EndsElsewhere"/>.</summary>
internal sealed class OperationWaiters
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, List<Ticket>> _tickets = [];

    /// <summary>Register before the first look at the database, so that no end falls between the look and the wait.</summary>
    public Ticket Register(IReadOnlyCollection<Guid> operationIds)
    {
        var ticket = new Ticket(this, operationIds);
        lock (_lock)
        {
            foreach (var id in operationIds)
            {
                if (!_tickets.TryGetValue(id, out var tickets))
                {
                    _tickets.Add(id, tickets = []);
                }

                tickets.Add(ticket);
            }
        }

        return ticket;
    }

    /// <summary>What somebody waits for, each once.</summary>
    public Guid[] Awaited()
    {
        lock (_lock)
        {
            return [.. _tickets.Keys];
        }
    }

    public void Ended(Guid operationId)
    {
        Ticket[] woken;
        lock (_lock)
        {
            woken = _tickets.TryGetValue(operationId, out var tickets) ? [.. tickets] : [];
        }

        foreach (var ticket in woken)
        {
            ticket.Ended(operationId);
        }
    }

    private void Remove(Ticket ticket, IEnumerable<Guid> operationIds)
    {
        lock (_lock)
        {
            foreach (var id in operationIds)
            {
                if (_tickets.TryGetValue(id, out var tickets) && tickets.Remove(ticket) && tickets.Count == 0)
                {
                    _tickets.Remove(id);
                }
            }
        }
    }

    internal sealed class Ticket(OperationWaiters owner, IReadOnlyCollection<Guid> operationIds) : IDisposable
    {
        private readonly HashSet<Guid> _open = [.. operationIds];
        private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Ended(Guid operationId)
        {
            lock (_open)
            {
                _open.Remove(operationId);
                if (_open.Count == 0)
                {
                    _allEnded.TrySetResult();
                }
            }
        }

        /// <summary>Returns when all have ended or the time is up, whichever comes first.</summary>
        public async Task Wait(TimeSpan limit, CancellationToken cancellationToken)
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(_allEnded.Task, Task.Delay(limit, time.Token));
            await time.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        public void Dispose() => owner.Remove(this, operationIds);
    }
}
