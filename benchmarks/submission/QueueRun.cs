using System.Diagnostics;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>
/// A gateway before a queue of many waiting operations: how long it takes to start, what memory it holds, how fast the queue goes down against a
/// short one of the same operations, and how fast other clients' operations are accepted and come to their end meanwhile, against an empty queue.
/// The node takes longer for a block the more the ledger holds, and machines drift: each figure of the long queue stands between two of the short or
/// empty one, and what goes down is measured on the same two ledgers, before and after the posts.
/// </summary>
internal sealed class QueueRun(int waiting, Action<string> say)
{
    private const int Measured = 5_000;
    private const int Short = 60_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    public async Task Run(CancellationToken cancellationToken)
    {
        await using var stage = await Stage.Build(
            new StageOptions
            {
                GatewaySettings = ["--FinanceGateway:QueueMaxOperations=2000000", "--FinanceGateway:Submission:DoorCapacityOperations=20000"],
            },
            cancellationToken);
        var town = await Town.Settle(stage, suppliers: 4, clients: 4, cancellationToken);
        await ThroughputRun.Submit(stage, town, town.Issues(2000), null, cancellationToken);

        var emptyBefore = await Post(stage, town, "empty queue", cancellationToken);
        await WaitingQueue.Fill(stage, town, Short, cancellationToken);
        var shortBefore = await Drain(stage, "short queue", cancellationToken);
        await WaitUntilEmpty(stage, cancellationToken);

        await stage.Gateways[0]!.Stop();
        await WaitingQueue.Fill(stage, town, waiting, cancellationToken);
        say($"{waiting} operations stand in the queue");
        var clock = Stopwatch.StartNew();
        stage.StartGateway(0);
        await stage.WaitUntilReady(cancellationToken);
        say($"long queue: ready {clock.Elapsed.TotalSeconds:F1} s after the start");
        var longBefore = await Drain(stage, "long queue", cancellationToken);
        var beside = await Post(stage, town, "long queue", cancellationToken);
        var longAfter = await Drain(stage, "long queue", cancellationToken);
        say($"long queue: memory of the gateway {Signals.MemoryMegabytes(stage.Gateways[0]!.Pid)} MB");

        await WaitingQueue.Shorten(stage, Short, cancellationToken);
        var shortAfter = await Drain(stage, "short queue", cancellationToken);
        await WaitUntilEmpty(stage, cancellationToken);
        var emptyAfter = await Post(stage, town, "empty queue", cancellationToken);

        say($"a long queue goes down at {(longBefore + longAfter) / (shortBefore + shortAfter):P0} of a short one's speed");
        say($"beside a long queue operations end at {2 * beside / (emptyBefore + emptyAfter):P0} of an empty one's speed");
    }

    // The waiting ones are the first client's; these come from the others.
    private async Task<double> Post(Stage stage, Town town, string state, CancellationToken cancellationToken)
    {
        var others = town with { Clients = [.. town.Clients.Skip(1)] };
        var operations = others.Issues(Measured);
        var theirs = $"select count(*) from gateway.operation_outcome where client_id in ({string.Join(", ", others.Clients.Select(c => $"'{c.ClientId}'"))})";
        var (before, theirsBefore) = (await Ended(stage, cancellationToken), await stage.Scalar(theirs, cancellationToken));
        var clock = Stopwatch.StartNew();
        await ThroughputRun.Accept(stage, others, operations, cancellationToken);
        var accepted = Measured / clock.Elapsed.TotalSeconds;
        while (await stage.Scalar(theirs, cancellationToken) < theirsBefore + Measured)
        {
            await Task.Delay(50, cancellationToken);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var ended = (await Ended(stage, cancellationToken) - before) / seconds;
        say($"{state}: {accepted:F0} operations/s of others accepted; all of them ended after {seconds:F1} s, in which {ended:F0}/s ended, whoever sent them");
        return ended;
    }

    private async Task<double> Drain(Stage stage, string state, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken);
        var before = await Ended(stage, cancellationToken);
        var clock = Stopwatch.StartNew();
        await Task.Delay(Window, cancellationToken);
        var pace = (await Ended(stage, cancellationToken) - before) / clock.Elapsed.TotalSeconds;
        say($"{state}: goes down by {pace:F0} operations/s");
        return pace;
    }

    private static async Task WaitUntilEmpty(Stage stage, CancellationToken cancellationToken)
    {
        while (await stage.Scalar("select count(*) from gateway.operation_claim", cancellationToken) > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private static Task<long> Ended(Stage stage, CancellationToken cancellationToken) =>
        stage.Scalar("select last_value from gateway.end_sequence", cancellationToken);
}
