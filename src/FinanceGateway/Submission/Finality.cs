using FinanceChain.Ethereum;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>Up to which block nothing changes any more. Only what happened there lets an operation go into another transaction.</summary>
internal sealed class Finality(EthereumClient node, IOptions<SubmissionOptions> options)
{
    /// <summary>The last final block, and null where the chain has none yet.</summary>
    public async Task<ulong?> Block(CancellationToken cancellationToken) => options.Value.Finality switch
    {
        FinalityRule.Safe => (await node.Block(BlockTag.Safe, cancellationToken))?.Number,
        FinalityRule.Finalized => (await node.Block(BlockTag.Finalized, cancellationToken))?.Number,
        _ => BelowHead(await node.BlockNumber(cancellationToken)),
    };

    /// <summary>How many nonces of the account are spent for good; null where the node no longer has the state of that block.</summary>
    public async Task<ulong?> SpentNonces(Address sender, ulong? final, CancellationToken cancellationToken)
    {
        if (final is not { } block)
        {
            return null;
        }

        try
        {
            var at = options.Value is { Finality: FinalityRule.Depth, FinalityDepth: 0 } ? BlockTag.Latest : BlockTag.At(block);
            return await node.TransactionCount(sender, at, cancellationToken);
        }
        catch (JsonRpcException)
        {
            return null;
        }
    }

    private ulong? BelowHead(ulong head) => head < (ulong)options.Value.FinalityDepth ? null : head - (ulong)options.Value.FinalityDepth;
}
