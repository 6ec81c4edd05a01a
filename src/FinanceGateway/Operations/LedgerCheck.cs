using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>
/// Asks the ledger what it would say to operations, on its latest state. What waits in the queue has not happened yet: an operation that
/// builds on it is refused here, and submitted again once its condition is final. Operations of one batch see those before them.
/// </summary>
internal sealed class LedgerCheck(EthereumClient client, ChainIdentity chain, IOptions<GatewayOptions> options)
{
    /// <summary>For each operation the refusal it would get; null where it would be accepted.</summary>
    public async Task<IReadOnlyList<Refusal?>> Check(
        IReadOnlyList<SignedOperation> operations, IReadOnlyList<byte[]> calldata, CancellationToken cancellationToken)
    {
        var refusals = new List<Refusal?>(operations.Count);
        var ceilings = operations.Select((operation, i) => OperationGas.Ceiling(operation, calldata[i].Length)).ToList();
        while (refusals.Count < operations.Count)
        {
            var start = refusals.Count;
            var count = OperationGas.Fit(ceilings[start..], options.Value.TransactionMaxGas);
            var answers = await Simulate([.. calldata.Skip(start).Take(count)], cancellationToken);
            refusals.AddRange(answers.Select((answer, i) => answer is null ? null : Refusal.Of(answer, operations[start + i], chain)));
        }

        return refusals;
    }

    private async Task<IReadOnlyList<LedgerRefusal?>> Simulate(IReadOnlyList<byte[]> calldata, CancellationToken cancellationToken)
    {
        try
        {
            var reader = new LedgerReader(client, chain.Ledger);
            return await reader.Simulate([.. calldata.Select(ByteString.Wrap)], BlockTag.Latest, cancellationToken);
        }
        catch (JsonRpcException refused) when (calldata.Count > 1 && IsOutOfGas(refused))
        {
            var half = calldata.Count / 2;
            var before = await Simulate([.. calldata.Take(half)], cancellationToken);
            var after = await Simulate([.. calldata.Skip(half)], cancellationToken);
            return [.. before, .. after];
        }
    }

    private static bool IsOutOfGas(JsonRpcException refused) =>
        refused.RevertData is { } data && LedgerErrors.Decode(data).Code == RefusalCode.BatchGasTooLow;
}
