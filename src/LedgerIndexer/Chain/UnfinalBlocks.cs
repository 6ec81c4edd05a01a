using FinanceChain.Ethereum;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>The headers between the final block and the head, kept as a chain by parent hashes, so that a reorganisation is seen when it happens.</summary>
internal sealed class UnfinalBlocks
{
    /// <summary>More are not kept: where finality is further behind, the lowest are left out.</summary>
    private const int MaxKept = 256;

    private readonly List<BlockHeader> _blocks = [];

    /// <summary>Brings the chain up to a new head.</summary>
    /// <returns>The reorganisation that happened since the last call; null for none.</returns>
    public async Task<ChainSignal.Reorg?> Follow(NodeSet nodes, BlockHeader head, long final, CancellationToken cancellationToken)
    {
        _blocks.RemoveAll(block => (long)block.Number <= final);
        if (_blocks is [.., var last] && last.Hash == head.Hash)
        {
            return null;
        }

        var from = Math.Max(final + 1, (long)head.Number - MaxKept + 1);
        var numbers = new List<ulong>();
        for (var number = from; number < (long)head.Number; number++)
        {
            numbers.Add((ulong)number);
        }

        var headers = numbers.Count == 0 ? [] : await nodes.Ask((client, token) => client.Blocks(numbers, token), cancellationToken);
        List<BlockHeader> chain = [];
        foreach (var header in headers.Append(head))
        {
            // The chain moved on between the two answers: the next look sees it whole.
            if (header is null || (chain is [.., var before] && header.ParentHash != before.Hash))
            {
                return null;
            }

            chain.Add(header);
        }

        return Replace(chain);
    }

    private ChainSignal.Reorg? Replace(List<BlockHeader> chain)
    {
        _blocks.RemoveAll(block => block.Number < chain[0].Number);
        var kept = _blocks.TakeWhile(block => chain.Exists(other => other.Number == block.Number && other.Hash == block.Hash)).Count();
        var left = _blocks.Count - kept;
        var ancestor = left == 0 ? 0 : (long)_blocks[kept].Number - 1;
        _blocks.Clear();
        _blocks.AddRange(chain);
        return left == 0 ? null : new ChainSignal.Reorg(ancestor, left);
    }
}
