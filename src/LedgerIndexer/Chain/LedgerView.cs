using FinanceChain.Ethereum;
using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Projection;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>What the contract itself says: which ledger it is, what its logs mean, and its control totals.</summary>
internal sealed class LedgerView(NodeSet nodes, RangeReader reader, LedgerIndexerOptions options)
{
    private readonly Address _ledger = Address.Parse(options.LedgerAddress);

    /// <summary>Chain id, genesis, and the block before the deployment; refuses an address without code.</summary>
    public Task<LedgerIdentity> Identify(CancellationToken cancellationToken) => nodes.Ask(Identify, cancellationToken);

    /// <summary>Decodes the logs of a range and asks for the control totals at its end.</summary>
    /// <param name="uncheckedBanks">Banks whose totals are asked for in any case.</param>
    public async Task<ChainRange> Complete(LogRange range, IReadOnlySet<int> uncheckedBanks, CancellationToken cancellationToken)
    {
        var events = Decode(range);
        var banks = ChainRange.BanksToCheck(events, uncheckedBanks);
        var totals = await nodes.Ask((client, token) => TotalsAt(client, range.End.Number, banks, token), cancellationToken);
        return new ChainRange(range.Before, range.End, events, uncheckedBanks, totals);
    }

    /// <summary>The same blocks once more.</summary>
    /// <exception cref="IndexerStoppedException">They were replaced.</exception>
    public async Task<ChainRange> ReadAgain(ChainRange range, CancellationToken cancellationToken)
    {
        var (position, logs) = (range.Before, new List<Log>());
        var times = new Dictionary<ulong, ulong>();
        while (position.Number < range.End.Number)
        {
            var part = await reader.Read(position.Number + 1, range.End.Number, position, known: null, cancellationToken);
            logs.AddRange(part.Logs);
            foreach (var (block, time) in part.Times)
            {
                times[block] = time;
            }

            position = part.End;
        }

        return position.Hash == range.End.Hash
            ? await Complete(new LogRange(range.Before, position, logs, times), range.UncheckedBanks, cancellationToken)
            : throw Contradiction.Reorganised(range.End.Number, "its hash changed while it was committed");
    }

    /// <summary>What the contract answers at a block; null when the chain no longer contains it, or the node no longer has its state.</summary>
    public Task<LedgerTotals?> TotalsAt(BlockMark mark, IReadOnlySet<int> banks, CancellationToken cancellationToken) => nodes.Ask(
        async (client, token) =>
        {
            var stands = await client.Block((ulong)mark.Number, token);
            return stands?.Hash == mark.Hash ? await TotalsAt(client, mark.Number, banks, token) : null;
        },
        cancellationToken);

    private async Task<LedgerIdentity> Identify(EthereumClient client, CancellationToken cancellationToken)
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

        var before = new BlockMark(options.DeployBlock - 1, deployment.ParentHash, UnixTime.Of(deployment.Timestamp));
        return new LedgerIdentity(chainId, _ledger, options.DeployBlock, genesis.Hash, before);
    }

    private static List<ChainEvent> Decode(LogRange range)
    {
        var events = new List<ChainEvent>(range.Logs.Count);
        foreach (var log in range.Logs)
        {
            var content = LedgerEvent.Decode(log) ?? throw new IndexerStoppedException(
                IndexerExit.LedgerForeign,
                $"The contract emitted an event that a FinanceLedger does not have, at block {log.BlockNumber}, log {log.LogIndex}: LedgerAddress names another contract.");
            var topics = new byte[log.Topics.Count * Hash256.Length];
            for (var i = 0; i < log.Topics.Count; i++)
            {
                log.Topics[i].CopyTo(topics.AsSpan(i * Hash256.Length));
            }

            var place = new EventPlace(checked((long)log.BlockNumber), checked((int)log.LogIndex), range.TimeOf(log));
            events.Add(new ChainEvent(place, log.TransactionHash.ToArray(), checked((int)log.TransactionIndex), topics, log.Data, content));
        }

        return events;
    }

    private async Task<LedgerTotals?> TotalsAt(EthereumClient client, long block, IReadOnlySet<int> banks, CancellationToken cancellationToken)
    {
        var contract = new LedgerReader(client, _ledger);
        var at = BlockTag.At((ulong)block);
        try
        {
            var whole = contract.Totals(at, cancellationToken);
            var each = Task.WhenAll(banks.Select(async bank =>
                BankControlTotals.From(bank, await contract.BankTotals(new PartyId((uint)bank), at, cancellationToken))));
            await Task.WhenAll(whole, each);
            return new LedgerTotals(ControlTotals.From(await whole), await each);
        }
        catch (JsonRpcException refused) when (NodeLimits.LacksState(refused))
        {
            return null;
        }
    }
}
