using FinanceChain.Ethereum;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>What a transaction must offer now, asked once in a few seconds: a batch must not wait for it each time.</summary>
internal sealed class ChainFees(EthereumClient chain, TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);

    private (FeeSuggestion Fee, long BlockGasLimit)? _known;
    private long _askedAt;

    /// <exception cref="NodeUnreachableException">The chain is away.</exception>
    public async ValueTask<(FeeSuggestion Fee, long BlockGasLimit)> Current(CancellationToken cancellationToken)
    {
        if (_known is { } known && clock.GetElapsedTime(_askedAt) < Freshness)
        {
            return known;
        }

        var fee = await chain.Fees(cancellationToken);
        if (fee.BaseFeePerGas.IsZero)
        {
            // A chain without fees: nodes suggest a tip out of habit, which an account without money cannot offer.
            fee = new FeeSuggestion(0, 0, 0);
        }

        var block = await chain.Block(BlockTag.Latest, cancellationToken)
            ?? throw new NodeResponseException("The chain has no latest block.");
        _known = (fee, checked((long)block.GasLimit));
        _askedAt = clock.GetTimestamp();
        return _known.Value;
    }
}
