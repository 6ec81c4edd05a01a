using FinanceChain.Ethereum;
using Microsoft.Extensions.Logging;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>
/// Reads the logs of a range of final blocks from one node, with proof that they are of one chain and whole: every header
/// is read, each tied to the one before, and its filter says whether logs are missing.
/// </summary>
internal sealed class RangeReader(NodeSet nodes, LedgerIndexerOptions options, ILogger<RangeReader> logger)
{
    private readonly Address _ledger = Address.Parse(options.LedgerAddress);

    public RangeSize Size { get; } = new(options.MaxBlocksPerRange);

    /// <summary>
    /// The blocks <paramref name="from"/> to <paramref name="to"/>, or fewer where the node refuses so many at once.
    /// </summary>
    /// <param name="before">The block that they must follow; null where it is not known yet, and the caller compares.</param>
    /// <param name="known">The header of the only block of the range, where the caller has it.</param>
    /// <exception cref="IndexerStoppedException">The chain no longer contains <paramref name="before"/>.</exception>
    public async Task<LogRange> Read(long from, long to, BlockMark? before, BlockHeader? known, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var last = to;
                return await nodes.Ask((client, token) => ReadOnce(client, from, last, before, known, token), cancellationToken);
            }
            catch (EthereumException refused) when (to > from && NodeLimits.RefusesSize(refused))
            {
                IndexerLog.RangeHalved(logger, to - from + 1, refused.Message);
                to = from + ((to - from) / 2);
                known = null;
                Size.Refused(checked((int)(to - from + 1)));
            }
        }
    }

    /// <summary>Whether the chain still contains a block.</summary>
    /// <exception cref="NodeBehindException">The node's head is below it.</exception>
    /// <exception cref="IndexerStoppedException">The chain replaced it.</exception>
    public Task RequireStands(BlockMark mark, BlockHeader? head, CancellationToken cancellationToken) =>
        nodes.Ask(
            async (client, token) =>
            {
                var tip = head ?? await client.Block(BlockTag.Latest, token) ?? throw new NodeResponseException("The node has no latest block.");
                if (checked((long)tip.Number) < mark.Number)
                {
                    throw new NodeBehindException(checked((long)tip.Number), mark.Number);
                }

                if (mark.Number < options.DeployBlock)
                {
                    return true;
                }

                var stands = checked((long)tip.Number) == mark.Number
                    ? tip
                    : await client.Block((ulong)mark.Number, token) ?? throw new NodeBehindException(mark.Number - 1, mark.Number);
                return stands.Hash == mark.Hash
                    ? true
                    : throw Contradiction.Reorganised(mark.Number, $"its hash was {mark.Hash} and is now {stands.Hash}");
            },
            cancellationToken);

    private async Task<LogRange> ReadOnce(
        EthereumClient client, long from, long to, BlockMark? before, BlockHeader? known, CancellationToken cancellationToken)
    {
        var headers = known is not null ? [known] : await Headers(client, from, to, cancellationToken);
        var (first, end) = (headers[0], headers[^1]);
        if (before is not null && first.ParentHash != before.Hash)
        {
            throw Contradiction.Reorganised(before.Number, $"its hash was {before.Hash}, but block {first.Number} follows {first.ParentHash}");
        }

        var logs = await client.Logs(_ledger, (ulong)from, (ulong)to, topics0: null, cancellationToken);
        RequireOf(headers, logs);
        await RequireComplete(client, headers, logs, cancellationToken);

        // The end is read once more after the logs: the same hash on both sides says that the logs are of that chain.
        var again = await client.Block((ulong)to, cancellationToken) ?? throw new NodeBehindException(to - 1, to);
        if (again.Hash != end.Hash)
        {
            throw Contradiction.Reorganised(to, $"it was replaced while its logs were read; finality is {options.FinalityInWords}");
        }

        Size.Answered(logs.Count);
        var mark = before ?? new BlockMark(from - 1, first.ParentHash, DateTime.UnixEpoch);
        return new LogRange(mark, new BlockMark(to, end.Hash, UnixTime.Of(end.Timestamp)), logs, headers.ToDictionary(header => header.Number, header => header.Timestamp));
    }

    private static async Task<IReadOnlyList<BlockHeader>> Headers(EthereumClient client, long from, long to, CancellationToken cancellationToken)
    {
        List<ulong> numbers = [];
        for (var number = from; number <= to; number++)
        {
            numbers.Add((ulong)number);
        }

        var headers = await client.Blocks(numbers, cancellationToken);
        var chain = new List<BlockHeader>(headers.Count);
        foreach (var header in headers)
        {
            // A node that has not got a block that another one called final lags behind.
            if (header is null)
            {
                throw new NodeBehindException((long)numbers[chain.Count] - 1, to);
            }

            if (chain is [.., var before] && header.ParentHash != before.Hash)
            {
                throw new NodeResponseException($"The node's block {header.Number} does not follow its block {before.Number}.");
            }

            chain.Add(header);
        }

        return chain;
    }

    private static void RequireOf(IReadOnlyList<BlockHeader> headers, IReadOnlyList<Log> logs)
    {
        foreach (var log in logs)
        {
            var header = headers[(int)(log.BlockNumber - headers[0].Number)];
            if (header.Hash != log.BlockHash)
            {
                throw new NodeResponseException($"The node's logs of block {log.BlockNumber} are of {log.BlockHash}, its header is {header.Hash}.");
            }
        }
    }

    // A node that lags or was pruned answers with an empty list as if nothing had happened. A header's filter never says no to what is there.
    private async Task RequireComplete(
        EthereumClient client, IReadOnlyList<BlockHeader> headers, IReadOnlyList<Log> logs, CancellationToken cancellationToken)
    {
        var told = logs.Select(log => log.BlockNumber).ToHashSet();
        foreach (var header in headers)
        {
            if (!told.Contains(header.Number) && header.LogsBloom?.MayHoldEventsOf(_ledger) == true
                && await client.Logs(_ledger, header, cancellationToken) is { Count: > 0 } missing)
            {
                throw new NodeResponseException($"The node left {missing.Count} logs of block {header.Number} out of its answer.");
            }
        }
    }
}
