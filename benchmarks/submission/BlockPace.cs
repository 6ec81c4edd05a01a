namespace FinanceChain.SubmissionBenchmark;

/// <summary>When the chain makes blocks.</summary>
/// <param name="Seconds">0: one for each transaction that arrives. Else the seconds from block to block.</param>
internal sealed record BlockPace(int Seconds)
{
    /// <summary>Transactions that a block of the embedded chain has room for.</summary>
    private const int TransactionsPerBlock = 17;

    public bool IsOnDemand => Seconds == 0;

    /// <summary>What is under way must fill a block where blocks do not come by themselves.</summary>
    public IEnumerable<string> GatewaySettings => IsOnDemand ? [] : [$"--FinanceGateway:MaxTransactionsInFlight={2 * TransactionsPerBlock}"];

    public async Task Begin(Stage stage, CancellationToken cancellationToken)
    {
        if (!IsOnDemand)
        {
            await stage.Node.Send("evm_setAutomine", [false], cancellationToken);
            await stage.Node.Send("evm_setIntervalMining", [Seconds], cancellationToken);
        }
    }
}
