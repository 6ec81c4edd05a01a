using FinanceChain.Ethereum;
using Npgsql;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>
/// Many transactions of one operation each, made by two gateways that share four senders: at the end each sender's nonces are those from zero
/// up, one transaction each, and the chain counts as many.
/// </summary>
internal sealed class NoncesRun(int transactions, Action<string> say)
{
    private const int Senders = 4;

    public async Task Run(CancellationToken cancellationToken)
    {
        await using var stage = await Stage.Build(
            new StageOptions(Senders, Gateways: 2)
            {
                GatewaySettings =
                [
                    "--FinanceGateway:QueueMaxOperations=1000000", "--FinanceGateway:BatchMaxOperations=1", "--FinanceGateway:BatchWindowMilliseconds=0",
                ],
            },
            cancellationToken);
        var town = await Town.Settle(stage, suppliers: 1, clients: 1, cancellationToken);
        await WaitingQueue.Fill(stage, town, transactions, cancellationToken);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        long left;
        while ((left = await stage.Scalar("select count(*) from gateway.operation_claim", cancellationToken)) > 0)
        {
            say($"{left} operations wait");
            await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken);
        }

        say($"{await stage.Scalar("select count(*) from gateway.transaction", cancellationToken)} transactions in {clock.Elapsed.TotalSeconds:F0} s");
        await using var connection = new NpgsqlConnection(stage.Database);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "select sender, count(*), count(distinct nonce), min(nonce), max(nonce) from gateway.transaction group by sender order by sender", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var sender = Address.FromBytes(reader.GetFieldValue<byte[]>(0));
            var mined = await stage.Node.TransactionCount(sender, BlockTag.Latest, cancellationToken);
            say($"sender {sender}: {reader.GetInt64(1)} transactions, {reader.GetInt64(2)} nonces from {reader.GetInt64(3)} to {reader.GetInt64(4)}, {mined} on the chain");
        }
    }
}
