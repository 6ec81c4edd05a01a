using System.Diagnostics;
using System.Numerics;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>
/// Three ways to bring the same kind of operations (issues with two secp256k1 signatures, signed beforehand) to the ledger, one after the other
/// on one machine: through the gateway until the row of the final event is there; as pre-signed full batches straight at the node, which is all
/// that the chain can do; and the simple way, one transaction for one operation, waiting for each receipt.
/// </summary>
internal sealed class ThroughputRun(int operations, int senders, Action<string> say)
{
    private const int BatchOperations = 150;
    private const int SimpleOperations = 300;
    private const int Connections = 16;
    private const int ItemsPerRequest = 50;

    public async Task Run(CancellationToken cancellationToken)
    {
        await using var stage = await Stage.Build(
            new StageOptions(senders) { GatewaySettings = ["--FinanceGateway:QueueMaxOperations=100000", "--FinanceGateway:Submission:DoorCapacityOperations=20000"] },
            cancellationToken);
        var town = await Town.Settle(stage, suppliers: 4, clients: 4, cancellationToken);
        say($"signing {(2 * operations) + (operations / 2) + SimpleOperations} operations");
        var ours = Sign(town, operations);
        var half = Sign(town, operations / 2);
        var blasted = Sign(town, operations);
        var simple = Sign(town, SimpleOperations);

        await Submit(stage, town, Sign(town, 2000), null, cancellationToken);
        var before = Processes(stage);
        var (seconds, _) = await Submit(stage, town, ours, null, cancellationToken);
        var rate = operations / seconds;
        say($"ours: {rate:F0} operations/s from POST to final row ({operations} in {seconds:F1} s), {senders} senders");
        var after = Processes(stage);
        var shares = string.Join(", ", after.Keys.Select(name => $"{name} {(after[name] - before[name]) / seconds:P0}"));
        say($"processor while ours ran (100 % is one core of {Environment.ProcessorCount}): {shares}");

        var (_, latencies) = await Submit(stage, town, half, rate / 2, cancellationToken);
        say($"at half of that: p50 {Reports.Percentile(latencies, 0.5):F0} ms, p99 {Reports.Percentile(latencies, 0.99):F0} ms from POST to final");

        var limit = operations / await Blast(stage, blasted, cancellationToken);
        say($"(b) full batches at the node: {limit:F0} operations/s");
        var one = SimpleOperations / await OneByOne(stage, simple, cancellationToken);
        say($"(a) one transaction each, waiting: {one:F0} operations/s");
        say($"ours is {rate / limit:P0} of (b) and {rate / one:F1} times (a)");
    }

    private static SignedOperation[] Sign(Town town, int count)
    {
        var signed = new SignedOperation[count];
        Parallel.For(0, count, i => signed[i] = town.Issue(town.Suppliers[i % town.Suppliers.Count], 100_000, Town.Unique()));
        return signed;
    }

    /// <param name="rate">Operations a second; null for as many as go.</param>
    /// <returns>Seconds from the first request to the last end, and milliseconds from request to end of each request's operations.</returns>
    public static async Task<(double Seconds, List<double> Latencies)> Submit(
        Stage stage, Town town, SignedOperation[] agreements, double? rate, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var latencies = new List<double>();
        var groups = agreements.Chunk(rate is null ? ItemsPerRequest : 5).ToList();
        var clients = Enumerable.Range(0, Connections).Select(i =>
        {
            var credentials = town.Clients[i % town.Clients.Count];
            return new GatewayClient(stage.Address(i % stage.Gateways.Length), town.Ledger, credentials.ClientId, credentials.ClientSecret);
        }).ToList();
        var next = -1;
        var following = new List<Task>();
        await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            int mine;
            while ((mine = Interlocked.Increment(ref next)) < groups.Count)
            {
                if (rate is { } perSecond)
                {
                    var due = TimeSpan.FromSeconds(mine * groups[0].Length / perSecond) - clock.Elapsed;
                    await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, cancellationToken);
                }

                var asked = clock.Elapsed;
                var answers = await client.Submit([.. groups[mine].Select(a => new BulkItem(Guid.NewGuid().ToString("n"), a))], cancellationToken);
                var ids = answers.Select(answer => answer.OperationId ?? throw new InvalidOperationException(answer.Problem?.Code)).ToList();
                if (rate is not null)
                {
                    var follow = Task.Run(async () =>
                    {
                        await client.Wait(ids, cancellationToken);
                        lock (latencies)
                        {
                            latencies.Add((clock.Elapsed - asked).TotalMilliseconds);
                        }
                    }, cancellationToken);
                    lock (following)
                    {
                        following.Add(follow);
                    }
                }
            }
        }, cancellationToken)));
        await Task.WhenAll(following);
        while (await stage.Scalar("select count(*) from gateway.operation where status in (1, 2)", cancellationToken) > 0)
        {
            await Task.Delay(20, cancellationToken);
        }

        clients.ForEach(client => client.Dispose());
        latencies.Sort();
        return (clock.Elapsed.TotalSeconds, latencies);
    }

    // Signed beforehand, sent over four connections, until the last receipt.
    private static async Task<double> Blast(Stage stage, SignedOperation[] agreements, CancellationToken cancellationToken)
    {
        var sender = Secp256k1Key.Create();
        var raw = agreements.Chunk(BatchOperations).Select((batch, i) => Transaction(stage, sender, (ulong)i, [.. batch.Select(a => ByteString.Wrap(a.Encode()))])).ToList();
        var clock = Stopwatch.StartNew();
        foreach (var group in raw.Chunk(4))
        {
            await Task.WhenAll(group.Select(transaction => stage.Node.SendRawTransaction(transaction.Raw, cancellationToken)));
        }

        await Mined(stage, raw[^1].Hash, cancellationToken);
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> OneByOne(Stage stage, SignedOperation[] agreements, CancellationToken cancellationToken)
    {
        var sender = Secp256k1Key.Create();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < agreements.Length; i++)
        {
            var transaction = Transaction(stage, sender, (ulong)i, [ByteString.Wrap(agreements[i].Encode())]);
            await stage.Node.SendRawTransaction(transaction.Raw, cancellationToken);
            await Mined(stage, transaction.Hash, cancellationToken);
        }

        return clock.Elapsed.TotalSeconds;
    }

    private static SignedTransaction Transaction(Stage stage, Secp256k1Key sender, ulong nonce, IReadOnlyList<ByteString> calldata) => new Eip1559Transaction(
        stage.Ledger.Domain.ChainId, nonce, BigInteger.Zero, BigInteger.Zero, 16_777_216, stage.Ledger.Domain.VerifyingContract, 0,
        FinanceLedgerContract.EncodeSubmit(calldata)).Sign(sender);

    private static async Task Mined(Stage stage, Hash256 hash, CancellationToken cancellationToken)
    {
        while (await stage.Node.Receipt(hash, cancellationToken) is null)
        {
            await Task.Delay(2, cancellationToken);
        }
    }

    private static Dictionary<string, double> Processes(Stage stage) => new()
    {
        ["gateway"] = stage.Gateways.OfType<Child>().Sum(child => Signals.ProcessorSeconds(child.Pid)),
        ["indexer"] = Signals.ProcessorSeconds(stage.Indexer!.Pid),
        ["chain"] = Signals.ProcessorSeconds(stage.Chain.Process.Pid),
        ["database"] = Signals.ProcessorSeconds(stage.Postgres.Process.Pid),
        ["clients"] = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds,
    };
}
