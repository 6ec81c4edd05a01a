using System.Diagnostics;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>
/// A gateway before a queue of many waiting operations: how long it takes to start, what memory it holds, how fast the queue goes down against a
/// short one of the same operations, and how fast other clients' operations are accepted and come to their end meanwhile, against an empty queue.
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
        await Post(stage, town, "empty queue", cancellationToken);
        await WaitingQueue.Fill(stage, town, Short, cancellationToken);
        var few = await Drain(stage, cancellationToken);
        say($"{Short} waiting: they go down by {few:F0} operations/s");
        while (await stage.Scalar("select count(*) from gateway.operation_claim", cancellationToken) > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }

        await stage.Gateways[0]!.Stop();
        await WaitingQueue.Fill(stage, town, waiting, cancellationToken);
        say($"{waiting} operations stand in the queue");
        var clock = Stopwatch.StartNew();
        stage.StartGateway(0);
        await stage.WaitUntilReady(cancellationToken);
        say($"{waiting} waiting: ready {clock.Elapsed.TotalSeconds:F1} s after the start");
        await Post(stage, town, $"{waiting} waiting", cancellationToken);
        var many = await Drain(stage, cancellationToken);
        say($"{waiting} waiting: they go down by {many:F0} operations/s, {many / few:P0} of a short queue's");
        say($"memory of the gateway: {Signals.MemoryMegabytes(stage.Gateways[0]!.Pid)} MB");
    }

    // The waiting ones are the first client's; these come from the others.
    private async Task Post(Stage stage, Town town, string state, CancellationToken cancellationToken)
    {
        var others = town with { Clients = [.. town.Clients.Skip(1)] };
        var operations = others.Issues(Measured);
        var theirs = $"select count(*) from gateway.operation_outcome where client_id in ({string.Join(", ", others.Clients.Select(c => $"'{c.ClientId}'"))})";
        var (before, theirsBefore) = (await Ended(stage, cancellationToken), await stage.Scalar(theirs, cancellationToken));
        var clock = Stopwatch.StartNew();
        await ThroughputRun.Accept(stage, others, operations, cancellationToken);
        say($"{state}: {Measured / clock.Elapsed.TotalSeconds:F0} operations/s accepted");
        while (await stage.Scalar(theirs, cancellationToken) < theirsBefore + Measured)
        {
            await Task.Delay(50, cancellationToken);
        }

        var total = await Ended(stage, cancellationToken) - before;
        say($"{state}: theirs ended after {clock.Elapsed.TotalSeconds:F1} s, in which {total / clock.Elapsed.TotalSeconds:F0} operations/s ended in all");
    }

    private static async Task<double> Drain(Stage stage, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken);
        var before = await Ended(stage, cancellationToken);
        var clock = Stopwatch.StartNew();
        await Task.Delay(Window, cancellationToken);
        return (await Ended(stage, cancellationToken) - before) / clock.Elapsed.TotalSeconds;
    }

    private static Task<long> Ended(Stage stage, CancellationToken cancellationToken) =>
        stage.Scalar("select last_value from gateway.end_sequence", cancellationToken);
}
