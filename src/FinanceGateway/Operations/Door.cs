using System.Threading.Channels;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.Submission;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>
/// Where requests become operations. Requests that arrive together are checked by one simulation and stored by one statement, so that a
/// client with one operation and a client with a hundred cost about the same.
/// </summary>
internal sealed class Door(
    Admissions admissions, QueuePulse queue, IOptions<GatewayOptions> options, IOptions<SubmissionOptions> submission) : BackgroundService
{
    /// <summary>One is checked by the chain while the other is stored by the database.</summary>
    private const int ConcurrentBatches = 2;

    private readonly Channel<Group> _groups = Channel.CreateUnbounded<Group>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _slots = new(ConcurrentBatches);
    private readonly DoorCapacity _capacity = new(submission.Value.DoorCapacityOperations);

    private sealed record Group(IReadOnlyList<Candidate> Candidates, TaskCompletionSource<IReadOnlyList<Admission>> Answer);

    /// <summary>
    /// One admission for each candidate, in order. What is admitted stands in the database. All candidates are of one client; when more are being
    /// checked than memory is set aside for, they are refused with <c>queue_full</c>.
    /// </summary>
    /// <exception cref="Npgsql.NpgsqlException">The database is away.</exception>
    /// <exception cref="Ethereum.EthereumException">The chain is away.</exception>
    public async Task<IReadOnlyList<Admission>> Admit(IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0)
        {
            return [];
        }

        var clientId = candidates[0].ClientId;
        if (!_capacity.TryEnter(clientId, candidates.Count))
        {
            return [.. candidates.Select(_ => Admission.Refuse(ProblemKind.QueueFull))];
        }

        // It leaves when it was looked at, also when the caller has gone before.
        var group = new Group(candidates, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _ = group.Answer.Task.ContinueWith(
            _ => _capacity.Leave(clientId, candidates.Count), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await _groups.Writer.WriteAsync(group, cancellationToken);
        return await group.Answer.Task.WaitAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _groups.Reader.WaitToReadAsync(stoppingToken))
        {
            await _slots.WaitAsync(stoppingToken);
            var groups = await Collect(stoppingToken);
            _ = Process(groups, stoppingToken);
        }
    }

    private async Task<List<Group>> Collect(CancellationToken cancellationToken)
    {
        var groups = new List<Group>();
        var count = TakeWaiting(groups, 0);
        if (count < options.Value.DoorMaxOperations)
        {
            await Task.Delay(options.Value.DoorWindowMilliseconds, cancellationToken);
            TakeWaiting(groups, count);
        }

        return groups;
    }

    private int TakeWaiting(List<Group> groups, int count)
    {
        while (count < options.Value.DoorMaxOperations && _groups.Reader.TryRead(out var group))
        {
            groups.Add(group);
            count += group.Candidates.Count;
        }

        return count;
    }

    private async Task Process(List<Group> groups, CancellationToken cancellationToken)
    {
        var work = admissions.Admit([.. groups.SelectMany(group => group.Candidates)], cancellationToken);
        await work.ContinueWith(_ => _slots.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (!work.IsCompletedSuccessfully)
        {
            foreach (var group in groups)
            {
                Fail(group.Answer, work, cancellationToken);
            }

            return;
        }

        var admitted = work.Result;
        if (admitted.Any(admission => admission is { Refusal: null, Replayed: false }))
        {
            queue.Set();
        }

        var start = 0;
        foreach (var group in groups)
        {
            group.Answer.SetResult([.. admitted.Skip(start).Take(group.Candidates.Count)]);
            start += group.Candidates.Count;
        }
    }

    private static void Fail(
        TaskCompletionSource<IReadOnlyList<Admission>> answer, Task<IReadOnlyList<Admission>> work, CancellationToken cancellationToken)
    {
        if (work.Exception is { } problem)
        {
            answer.SetException(problem.InnerExceptions);
        }
        else
        {
            answer.SetCanceled(cancellationToken);
        }
    }
}
