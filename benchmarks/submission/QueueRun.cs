using System.Diagnostics;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>
/// A gateway before a queue of many waiting operations: how long it takes to start, what memory it holds, and how fast another client's
/// operations go through, against an empty queue. The waiting ones are real rows of one client; they are copies of one refused operation, so that
/// what is measured is the queue and not the ledger.
/// </summary>
internal sealed class QueueRun(int waiting, Action<string> say)
{
    private const int Measured = 5_000;

    public async Task Run(CancellationToken cancellationToken)
    {
        await using var stage = await Stage.Build(
            new StageOptions
            {
                GatewaySettings = ["--FinanceGateway:QueueMaxOperations=1000000", "--FinanceGateway:Submission:DoorCapacityOperations=20000"],
            },
            cancellationToken);
        var town = await Town.Settle(stage, suppliers: 4, clients: 4, cancellationToken);
        await ThroughputRun.Submit(stage, town, town.Issues(1000), null, cancellationToken);
        var (empty, _) = await ThroughputRun.Submit(stage, town, town.Issues(Measured), null, cancellationToken);
        say($"empty queue: {Measured / empty:F0} operations/s");

        await stage.Gateways[0]!.Stop();
        await WaitingQueue.Fill(stage, town, waiting, cancellationToken);
        say($"{waiting} operations stand in the queue");
        var clock = Stopwatch.StartNew();
        stage.StartGateway(0);
        await stage.WaitUntilReady(cancellationToken);
        say($"{waiting} waiting: ready {clock.Elapsed.TotalSeconds:F1} s after the start");

        var before = await Ended(stage, cancellationToken);
        clock.Restart();
        await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
        var ended = await Ended(stage, cancellationToken) - before;
        say($"the queue goes down by {ended / clock.Elapsed.TotalSeconds:F0} operations/s");
        say($"memory of the gateway: {Signals.MemoryMegabytes(stage.Gateways[0]!.Pid)} MB");
    }

    private static Task<long> Ended(Stage stage, CancellationToken cancellationToken) =>
        stage.Scalar("select count(*) from gateway.operation where end_sequence is not null", cancellationToken);
}
