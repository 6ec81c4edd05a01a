namespace FinanceChain.SubmissionBenchmark;

/// <summary>One gateway and two, each on a fresh stage with two senders: speed, and that no nonce was given out twice.</summary>
internal sealed class GatewaysRun(int operations, BlockPace pace, Action<string> say)
{
    public async Task Run(CancellationToken cancellationToken)
    {
        var rates = new double[3];
        foreach (var gateways in new[] { 1, 2 })
        {
            await using var stage = await Stage.Build(
                new StageOptions(Senders: 2, gateways)
                {
                    GatewaySettings = ["--FinanceGateway:QueueMaxOperations=100000", "--FinanceGateway:Submission:DoorCapacityOperations=20000", .. pace.GatewaySettings],
                },
                cancellationToken);
            var town = await Town.Settle(stage, suppliers: 4, clients: 4, cancellationToken);
            await pace.Begin(stage, cancellationToken);
            await ThroughputRun.Submit(stage, town, town.Issues(2000), null, cancellationToken);
            var (seconds, _) = await ThroughputRun.Submit(stage, town, town.Issues(operations), null, cancellationToken);
            rates[gateways] = operations / seconds;
            var twice = await stage.Scalar("select count(*) - count(distinct (sender, nonce)) from gateway.transaction", cancellationToken);
            var transactions = await stage.Scalar("select count(*) from gateway.transaction", cancellationToken);
            say($"{gateways} gateways: {rates[gateways]:F0} operations/s in {transactions} transactions, nonces given out twice: {twice}");
        }

        say($"two gateways are {rates[2] / rates[1]:P0} of one");
    }
}
