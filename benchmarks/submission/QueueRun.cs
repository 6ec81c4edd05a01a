using System.Diagnostics;
using FinanceChain.LedgerContract;
using Npgsql;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>
/// A gateway before a queue of many waiting operations: how long it takes to start, what memory it holds, and how fast another client's
/// operations go through, against an empty queue. The waiting ones are real rows of one client; they are copies of one refused operation, so that
/// what is measured is the queue and not the ledger.
/// </summary>
internal sealed class QueueRun(int waiting, Action<string> say)
{
    private const int Measured = 5_000;

    private const string FillSql = """
        insert into gateway.operation (operation_id, client_id, idempotency_key, kind, calldata, operation_hash, order_keys)
        select gen_random_uuid(), $1, 'waiting-' || n, 4, $2, sha256(('waiting ' || n)::bytea), array[hashtextextended(n::text, 1)]
        from generate_series(1, $3) as n
        """;

    public async Task Run(CancellationToken cancellationToken)
    {
        await using var stage = await Stage.Build(
            new StageOptions
            {
                GatewaySettings = ["--FinanceGateway:QueueMaxOperations=1000000", "--FinanceGateway:Submission:DoorCapacityOperations=20000"],
            },
            cancellationToken);
        var town = await Town.Settle(stage, suppliers: 4, clients: 4, cancellationToken);
        await ThroughputRun.Submit(stage, town, Sign(town, 1000), null, cancellationToken);
        var (empty, _) = await ThroughputRun.Submit(stage, town, Sign(town, Measured), null, cancellationToken);
        say($"empty queue: {Measured / empty:F0} operations/s");

        await stage.Gateways[0]!.Stop();
        await Fill(stage, town, cancellationToken);
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

    private static SignedOperation[] Sign(Town town, int count)
    {
        var signed = new SignedOperation[count];
        Parallel.For(0, count, i => signed[i] = town.Issue(town.Suppliers[i % town.Suppliers.Count], 100_000, Town.Unique()));
        return signed;
    }

    private static Task<long> Ended(Stage stage, CancellationToken cancellationToken) =>
        stage.Scalar("select count(*) from gateway.operation where end_sequence is not null", cancellationToken);

    private async Task Fill(Stage stage, Town town, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(stage.Database);
        await connection.OpenAsync(cancellationToken);
        await using var fill = new NpgsqlCommand(FillSql, connection) { CommandTimeout = 1800 };
        fill.Parameters.Add(new() { Value = town.Clients[0].ClientId });
        fill.Parameters.Add(new() { Value = Sign(town, 1)[0].Encode() });
        fill.Parameters.Add(new() { Value = waiting });
        await fill.ExecuteNonQueryAsync(cancellationToken);
        say($"{waiting} operations stand in the queue");
    }
}
