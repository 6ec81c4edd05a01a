using System.Diagnostics;
using System.Runtime.ExceptionServices;
using FinanceChain.Ethereum;
using Microsoft.Extensions.Logging;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>
/// The endpoints of one chain. A question goes to the first in the order of the configuration; one that is away, lags, or says other than what is
/// indexed is set aside, reported, and asked again later. Thread-safe.
/// </summary>
internal sealed class NodeSet : IDisposable
{
    /// <summary>A node whose head is further behind the best one lags. Blocks that travel between nodes are no lag.</summary>
    private const ulong ToleratedLag = 5;

    private static readonly TimeSpan FirstAside = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestAside = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SurveyTimeout = TimeSpan.FromSeconds(2);

    private readonly ChainNode[] _nodes;
    private readonly TimeProvider _clock;
    private readonly IndexerMetrics _metrics;
    private readonly ILogger<NodeSet> _logger;
    private readonly Lock _sync = new();
    private LedgerIdentity? _identity;

    public NodeSet(LedgerIndexerOptions options, TimeProvider clock, IndexerMetrics metrics, ILogger<NodeSet> logger)
    {
        _nodes = [.. options.Endpoints.Select(endpoint => new ChainNode(endpoint))];
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
    }

    public int Count => _nodes.Length;

    /// <summary>From now on a node of another chain is refused.</summary>
    public void Expect(LedgerIdentity identity) => _identity = identity;

    /// <summary>Asks one node, the next one when it fails. All answers of one question come from one node.</summary>
    /// <exception cref="IndexerStoppedException">Every node contradicts what is indexed.</exception>
    /// <exception cref="EthereumException">No node answered. A refusal for size is thrown at once: every node has a limit.</exception>
    /// <exception cref="NodeBehindException">No node answered, and one has not got the blocks.</exception>
    public async Task<T> Ask<T>(Func<EthereumClient, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        // A node that contradicts proves nothing while another is only away: that one may well agree with what is indexed.
        ExceptionDispatchInfo? away = null;
        ExceptionDispatchInfo? contradiction = null;
        foreach (var node in ByPreference())
        {
            try
            {
                await RequireSameChain(node, cancellationToken);
                var answer = await question(node.Client, cancellationToken);
                InOrder(node);
                return answer;
            }
            catch (JsonRpcException refused) when (NodeLimits.RefusesSize(refused))
            {
                throw;
            }
            catch (Exception fault) when (IsOfNode(fault))
            {
                SetAside(node, fault);
                (away, contradiction) = fault is IndexerStoppedException
                    ? (away, contradiction ?? ExceptionDispatchInfo.Capture(fault))
                    : (away ?? ExceptionDispatchInfo.Capture(fault), contradiction);
            }
        }

        (away ?? contradiction)!.Throw();
        throw new UnreachableException();
    }

    /// <summary>Looks at all nodes at once and sets aside those that lag behind the best, or have another block where the index stands.</summary>
    public async Task Survey(BlockMark indexed, CancellationToken cancellationToken)
    {
        if (_nodes.Length == 1)
        {
            return;
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(SurveyTimeout);
        var due = _nodes.Where(node => node.AsideUntil <= _clock.GetUtcNow()).ToList();
        var seen = await Task.WhenAll(due.Select(async node => (Node: node, Sight: await Look(node, indexed, limited.Token))));
        cancellationToken.ThrowIfCancellationRequested();
        var best = seen.Max(item => item.Sight?.Head) ?? 0;
        foreach (var (node, sight) in seen)
        {
            if (sight is { } its && its.Head + ToleratedLag < best)
            {
                SetAside(node, new NodeBehindException(checked((long)its.Head), checked((long)best)));
            }
            else if (sight is { Indexed: { } hash } && hash != indexed.Hash)
            {
                SetAside(node, Contradiction.Reorganised(indexed.Number, $"its hash was {indexed.Hash} and is {hash} at {node.Name}"));
            }
        }
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
        }
    }

    private static bool IsOfNode(Exception fault) => fault is EthereumException or NodeBehindException
        or IndexerStoppedException { Exit: IndexerExit.ReorganisedPastFinality or IndexerExit.LedgerForeign };

    private async Task<NodeSight?> Look(ChainNode node, BlockMark indexed, CancellationToken cancellationToken)
    {
        try
        {
            await RequireSameChain(node, cancellationToken);
            var head = await node.Client.BlockNumber(cancellationToken);
            var block = indexed.Number < 0 ? null : await node.Client.Block((ulong)indexed.Number, cancellationToken);
            return new NodeSight(head, block?.Hash);
        }
        catch (Exception fault) when (IsOfNode(fault))
        {
            SetAside(node, fault);
        }
        catch (OperationCanceledException)
        {
            SetAside(node, new NodeUnreachableException($"It did not answer within {SurveyTimeout.TotalSeconds} s."));
        }

        return null;
    }

    private List<ChainNode> ByPreference()
    {
        if (_nodes.Length == 1)
        {
            return [_nodes[0]];
        }

        lock (_sync)
        {
            var now = _clock.GetUtcNow();
            return [.. _nodes.Where(node => node.AsideUntil <= now), .. _nodes.Where(node => node.AsideUntil > now).OrderBy(node => node.AsideUntil)];
        }
    }

    private async Task RequireSameChain(ChainNode node, CancellationToken cancellationToken)
    {
        if (node.IsKnown || _identity is not { } identity)
        {
            return;
        }

        var chainId = await node.Client.ChainId(cancellationToken);
        var genesis = await node.Client.Block(0, cancellationToken);
        if (chainId != identity.ChainId || genesis?.Hash != identity.GenesisHash)
        {
            throw new IndexerStoppedException(
                IndexerExit.LedgerForeign,
                $"The node at {node.Name} is of another chain: chain id {chainId} and genesis block {genesis?.Hash.ToString() ?? "unknown"}, "
                + $"not {identity.ChainId} and {identity.GenesisHash}. Nothing was changed.");
        }

        node.IsKnown = true;
    }

    private void InOrder(ChainNode node)
    {
        if (node.Failures == 0)
        {
            return;
        }

        lock (_sync)
        {
            node.Failures = 0;
            node.AsideUntil = DateTimeOffset.MinValue;
        }
    }

    private void SetAside(ChainNode node, Exception fault)
    {
        lock (_sync)
        {
            // After an absence a node can be another one.
            node.IsKnown = false;
            node.Failures++;
            var pause = FirstAside * Math.Pow(2, Math.Min(node.Failures - 1, 6));
            node.AsideUntil = _clock.GetUtcNow() + (pause < LongestAside ? pause : LongestAside);
        }

        if (_nodes.Length > 1)
        {
            _metrics.FailedOver(node.Name);
            IndexerLog.SetAside(_logger, node.Name, fault.Message);
        }
    }

    private sealed record NodeSight(ulong Head, Hash256? Indexed);
}
