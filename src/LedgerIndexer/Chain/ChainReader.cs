using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Projection;
using Microsoft.Extensions.Logging;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>Reads one ledger's events in ranges of final blocks, each with proof that it follows the one before.</summary>
internal sealed class ChainReader(EthereumClient client, LedgerIndexerOptions options, IndexerProgress progress, ILogger<ChainReader> logger)
{
    private readonly Address _ledger = Address.Parse(options.LedgerAddress);
    private readonly LedgerReader _contract = new(client, Address.Parse(options.LedgerAddress));
    private readonly RangeSize _size = new(options.MaxBlocksPerRange);

    /// <summary>Chain id, genesis, and the block before the deployment; refuses an address without code.</summary>
    public async Task<LedgerIdentity> Identify(CancellationToken cancellationToken)
    {
        var chainId = await client.ChainId(cancellationToken);
        var deployBlock = (ulong)options.DeployBlock;
        var blocks = await client.Blocks([0, deployBlock], cancellationToken);
        if (blocks is not [{ } genesis, { } deployment])
        {
            throw new IndexerStoppedException(
                IndexerExit.LedgerForeign,
                $"The chain at {options.ChainUrl} has no block {deployBlock}, which DeployBlock names as the deployment of the ledger.");
        }

        var code = await client.Code(_ledger, BlockTag.Latest, cancellationToken);
        if (code.Length == 0)
        {
            throw new IndexerStoppedException(
                IndexerExit.LedgerForeign, $"There is no contract at {_ledger} on chain {chainId}: LedgerAddress or ChainUrl is wrong.");
        }

        var before = new BlockMark(options.DeployBlock - 1, deployment.ParentHash, TimeOf(deployment.Timestamp));
        return new LedgerIdentity(chainId, _ledger, options.DeployBlock, genesis.Hash, before);
    }

    /// <summary>The next range after <paramref name="before"/>; null when no further block is final.</summary>
    /// <param name="uncheckedBanks">Banks whose totals are asked for in any case.</param>
    /// <exception cref="IndexerStoppedException">The chain no longer contains <paramref name="before"/>.</exception>
    public async Task<ChainRange?> Next(BlockMark before, IReadOnlySet<int> uncheckedBanks, CancellationToken cancellationToken)
    {
        var head = await client.Block(BlockTag.Latest, cancellationToken)
            ?? throw new NodeResponseException("The node has no latest block.");
        var final = checked((long)head.Number) - options.FinalityDepth;
        progress.Saw(checked((long)head.Number));
        if (final <= before.Number)
        {
            await RequireUnchanged(before, head, cancellationToken);
            return null;
        }

        while (true)
        {
            var to = Math.Min(final, before.Number + _size.Blocks);
            try
            {
                return await Read(before, to, uncheckedBanks, to == final, cancellationToken);
            }
            catch (EthereumException refused) when (NodeLimits.RefusesSize(refused) && _size.TryShrink())
            {
                IndexerLog.RangeHalved(logger, checked((int)(to - before.Number)), refused.Message);
            }
        }
    }

    /// <summary>The same blocks once more.</summary>
    /// <exception cref="IndexerStoppedException">They were replaced.</exception>
    public async Task<ChainRange> ReadAgain(ChainRange range, CancellationToken cancellationToken)
    {
        var again = await Read(range.Before, range.End.Number, range.UncheckedBanks, range.ReachesHead, cancellationToken);
        return again.End.Hash == range.End.Hash ? again : throw Reorganised(range.End.Number, "its hash changed while it was committed");
    }

    /// <summary>What the contract answers at a block; null when the chain no longer contains it, or the node no longer has its state.</summary>
    public async Task<LedgerTotals?> TotalsAt(BlockMark mark, IReadOnlySet<int> banks, CancellationToken cancellationToken)
    {
        var stands = (await client.Blocks([(ulong)mark.Number], cancellationToken))[0];
        return stands?.Hash == mark.Hash ? await TotalsAt(mark.Number, banks, cancellationToken) : null;
    }

    private async Task<ChainRange> Read(
        BlockMark before, long to, IReadOnlySet<int> uncheckedBanks, bool reachesHead, CancellationToken cancellationToken)
    {
        var from = (ulong)(before.Number + 1);
        var edges = await client.Blocks(from == (ulong)to ? [from] : [from, (ulong)to], cancellationToken);
        RequireFollows(before, edges[0]);
        var logs = await client.Logs(_ledger, from, (ulong)to, topics0: null, cancellationToken);
        var times = await TimesOf(logs, cancellationToken);
        var end = edges[^1] ?? throw Replaced(to);
        var mark = new BlockMark(to, end.Hash, TimeOf(end.Timestamp));
        var events = Decode(logs, times, mark);

        // The end is read once more after the logs: the same hash on both sides says that the logs are of that chain.
        var again = client.Blocks([(ulong)to], cancellationToken);
        var totals = TotalsAt(to, ChainRange.BanksToCheck(events, uncheckedBanks), cancellationToken);
        await Task.WhenAll(again, totals);
        if ((await again)[0]?.Hash != end.Hash)
        {
            throw Replaced(to);
        }

        _size.Answered(logs.Count);
        return new ChainRange(before, mark, events, uncheckedBanks, await totals, reachesHead);
    }

    private static List<ChainEvent> Decode(IReadOnlyList<Log> logs, IReadOnlyDictionary<ulong, ulong> times, BlockMark end)
    {
        var events = new List<ChainEvent>(logs.Count);
        foreach (var log in logs)
        {
            if (log.BlockNumber == (ulong)end.Number && log.BlockHash != end.Hash)
            {
                throw Reorganised(end.Number, "its logs belong to another block of that number");
            }

            var content = LedgerEvent.Decode(log) ?? throw new IndexerStoppedException(
                IndexerExit.LedgerForeign,
                $"The contract emitted an event that a FinanceLedger does not have, at block {log.BlockNumber}, log {log.LogIndex}: LedgerAddress names another contract.");
            var topics = new byte[log.Topics.Count * 32];
            for (var i = 0; i < log.Topics.Count; i++)
            {
                log.Topics[i].CopyTo(topics.AsSpan(i * 32));
            }

            var time = TimeOf(log.BlockTimestamp ?? times[log.BlockNumber]);
            var place = new EventPlace(checked((long)log.BlockNumber), checked((int)log.LogIndex), time);
            events.Add(new ChainEvent(place, log.TransactionHash.ToArray(), checked((int)log.TransactionIndex), topics, log.Data, content));
        }

        // Nodes answer in order, but nothing obliges them to, and the projection depends on it.
        events.Sort((left, right) => (left.Place.BlockNumber, left.Place.LogIndex).CompareTo((right.Place.BlockNumber, right.Place.LogIndex)));
        return events;
    }

    private async Task<IReadOnlyDictionary<ulong, ulong>> TimesOf(IReadOnlyList<Log> logs, CancellationToken cancellationToken)
    {
        var missing = logs.Where(log => log.BlockTimestamp is null).Select(log => log.BlockNumber).Distinct().ToList();
        if (missing.Count == 0)
        {
            return new Dictionary<ulong, ulong>();
        }

        var headers = await client.Blocks(missing, cancellationToken);
        return headers.ToDictionary(
            header => header?.Number ?? throw new NodeResponseException("The node gave logs of a block whose header it does not have."),
            header => header!.Timestamp);
    }

    private async Task<LedgerTotals?> TotalsAt(long block, IReadOnlySet<int> banks, CancellationToken cancellationToken)
    {
        var at = BlockTag.At((ulong)block);
        try
        {
            var whole = _contract.Totals(at, cancellationToken);
            var each = Task.WhenAll(banks.Select(async bank =>
                BankControlTotals.From(bank, await _contract.BankTotals(new PartyId((uint)bank), at, cancellationToken))));
            await Task.WhenAll(whole, each);
            return new LedgerTotals(ControlTotals.From(await whole), await each);
        }
        catch (JsonRpcException refused) when (NodeLimits.LacksState(refused))
        {
            return null;
        }
    }

    // Without a new block there is no parent hash to compare, so the indexed block itself is looked at.
    private async Task RequireUnchanged(BlockMark before, BlockHeader head, CancellationToken cancellationToken)
    {
        if (checked((long)head.Number) < before.Number)
        {
            IndexerLog.NodeBehind(logger, checked((long)head.Number), before.Number);
            throw new NodeBehindException(checked((long)head.Number), before.Number);
        }

        if (before.Number < options.DeployBlock)
        {
            return;
        }

        var stands = checked((long)head.Number) == before.Number
            ? head
            : (await client.Blocks([(ulong)before.Number], cancellationToken))[0];
        if (stands?.Hash != before.Hash)
        {
            throw Reorganised(before.Number, $"its hash was {before.Hash} and is now {stands?.Hash.ToString() ?? "unknown"}");
        }
    }

    private static void RequireFollows(BlockMark before, BlockHeader? first)
    {
        if (first is null)
        {
            throw new NodeResponseException($"The node has no block {before.Number + 1} although its head is not below it.");
        }

        if (first.ParentHash != before.Hash)
        {
            throw Reorganised(before.Number, $"its hash was {before.Hash}, but block {first.Number} follows {first.ParentHash}");
        }
    }

    private IndexerStoppedException Replaced(long block) =>
        Reorganised(block, $"it was replaced while its logs were read; FinalityDepth is {options.FinalityDepth}");

    private static IndexerStoppedException Reorganised(long block, string reason) => new(
        IndexerExit.ReorganisedPastFinality,
        $"Block {block} was indexed as final and the chain replaced it: {reason}. "
        + "Find out why before anything else; then start once with LedgerIndexer:Rebuild=true.");

    private static DateTime TimeOf(ulong unixSeconds) => DateTime.UnixEpoch.AddSeconds(unixSeconds);
}
