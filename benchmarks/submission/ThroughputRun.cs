using System.Diagnostics;
using System.Numerics;
using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;
using Npgsql;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>
/// Three ways to bring the same kind of operations (issues with two secp256k1 signatures, signed beforehand) to the ledger, one after the other
/// on one machine: through the gateway until the row of the final event is there; as pre-signed full batches straight at the node, which is all
/// that the chain can do; and the simple way, one transaction for one operation, waiting for each receipt.
/// </summary>
/// <param name="pace">For all three ways.</param>
internal sealed class ThroughputRun(int operations, int senders, BlockPace pace, Action<string> say)
{
    private const int BatchOperations = 150;
    private const int Connections = 16;
    private const int ItemsPerRequest = 50;

    /// <summary>Operations that were submitted and have not ended: clients that send no faster than the whole works.</summary>
    private const int Outstanding = 6_000;

    public async Task Run(CancellationToken cancellationToken)
    {
        await using var stage = await Stage.Build(
            new StageOptions(senders) { GatewaySettings = ["--FinanceGateway:QueueMaxOperations=100000", "--FinanceGateway:Submission:DoorCapacityOperations=20000", .. pace.GatewaySettings] },
            cancellationToken);
        var town = await Town.Settle(stage, suppliers: 4, clients: 4, cancellationToken);
        var simple = pace.IsOnDemand ? operations / 100 : 15;
        say($"signing {(5 * operations / 2) + 4_000 + (2 * simple)} operations");
        SignedOperation[] warm = town.Issues(4_000), ours = town.Issues(operations), half = town.Issues(operations / 2);
        SignedOperation[] blasted = town.Issues(operations), one = town.Issues(2 * simple);

        await pace.Begin(stage, cancellationToken);

        // The node takes longer for a block the more state there is, so the others are measured before and after ours, half of each.
        await Submit(stage, town, warm, null, cancellationToken);
        var oneSeconds = await OneByOne(stage, one[..simple], cancellationToken);
        var blastSeconds = await Blast(stage, blasted[..(operations / 2)], cancellationToken);
        var blocks = await stage.Node.BlockNumber(cancellationToken);
        var before = Processes(stage);
        var (seconds, _) = await Submit(stage, town, ours, null, cancellationToken);
        var rate = operations / seconds;
        say($"ours: {rate:F0} operations/s from POST to final row ({operations} in {seconds:F1} s), {senders} senders");
        var after = Processes(stage);
        blocks = await stage.Node.BlockNumber(cancellationToken) - blocks;
        say($"{(double)operations / blocks:F0} operations a block");
        var shares = string.Join(", ", after.Keys.Select(name => $"{name} {(after[name] - before[name]) / seconds:P0}"));
        say($"processor while ours ran (100 % is one core of {Environment.ProcessorCount}): {shares}");
        blastSeconds += await Blast(stage, blasted[(operations / 2)..], cancellationToken);
        oneSeconds += await OneByOne(stage, one[simple..], cancellationToken);
        double limit = operations / blastSeconds, waiting = 2 * simple / oneSeconds;
        say($"(b) full batches at the node: {limit:F0} operations/s");
        say($"(a) one transaction each, waiting: {waiting:F0} operations/s");
        say($"ours is {rate / limit:P0} of (b) and {rate / waiting:F1} times (a)");

        var (_, latencies) = await Submit(stage, town, half, rate / 2, cancellationToken);
        say($"at half of our rate: p50 {Reports.Percentile(latencies, 0.5):F0} ms, p99 {Reports.Percentile(latencies, 0.99):F0} ms from POST to final");
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
        var (next, ended) = (-1, 0L);
        var watching = Watch(stage, agreements.Length, count => Volatile.Write(ref ended, count), cancellationToken);
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

                while (rate is null && Volatile.Read(ref next) * groups[0].Length - Volatile.Read(ref ended) > Outstanding)
                {
                    await Task.Delay(5, cancellationToken);
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
        await watching;
        clients.ForEach(client => client.Dispose());
        latencies.Sort();
        return (clock.Elapsed.TotalSeconds, latencies);
    }

    /// <summary>Returns when all are accepted, whatever becomes of them.</summary>
    public static Task Accept(Stage stage, Town town, SignedOperation[] agreements, CancellationToken cancellationToken)
    {
        var groups = agreements.Chunk(ItemsPerRequest).ToList();
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(async () =>
        {
            var credentials = town.Clients[i % town.Clients.Count];
            using var client = new GatewayClient(stage.Address(i % stage.Gateways.Length), town.Ledger, credentials.ClientId, credentials.ClientSecret);
            int mine;
            while ((mine = Interlocked.Increment(ref next)) < groups.Count)
            {
                var answers = await client.Submit([.. groups[mine].Select(a => new BulkItem(Guid.NewGuid().ToString("n"), a))], cancellationToken);
                if (answers.FirstOrDefault(answer => answer.OperationId is null) is { } refused)
                {
                    throw new InvalidOperationException(refused.Problem?.Code);
                }
            }
        }, cancellationToken)));
    }

    // How many of this run's operations have ended, by the counter that the gateway itself keeps.
    private static async Task Watch(Stage stage, int operations, Action<long> ended, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(stage.Database);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("select last_value from gateway.end_sequence", connection);
        var before = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        long count;
        do
        {
            await Task.Delay(20, cancellationToken);
            count = (long)(await command.ExecuteScalarAsync(cancellationToken))! - before;
            ended(count);
        }
        while (count < operations);
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
