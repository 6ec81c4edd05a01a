using System.Runtime.CompilerServices;
using FinanceChain.Ethereum;
using Microsoft.Extensions.Logging;
using Polly;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>
/// Follows the chain from a block on: backfill and live are the same. Several ranges are read at a time and told in order, each tied by its parent
/// hash to the one before. What is not final is watched but not told; a chain that leaves what was told as final ends the follower.
/// </summary>
internal sealed class Follower(
    NodeSet nodes, RangeReader reader, HeadBell bell, LedgerIndexerOptions options, TimeProvider clock, ILogger<Follower> logger)
{
    private static readonly TimeSpan SurveyPause = TimeSpan.FromSeconds(5);

    private readonly ResiliencePipeline _retries = TransientFaults.Pipeline(options, logger, clock);
    private readonly UnfinalBlocks _unfinal = new();
    private long _surveyed;

    /// <param name="after">The last block that is indexed.</param>
    /// <exception cref="IndexerStoppedException">The chain left what was final, or is another one.</exception>
    public async IAsyncEnumerable<ChainSignal> Follow(BlockMark after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = after;
        var inFlight = new Queue<PlannedRange>();
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                var sight = await _retries.ExecuteAsync(async token => await Look(position, token), cancellationToken);
                yield return new ChainSignal.Block((long)sight.Head.Number, sight.Final);
                if (sight.Reorg is { } reorg)
                {
                    yield return reorg;
                }

                if (sight.Final <= position.Number)
                {
                    await bell.Wait(cancellationToken);
                    continue;
                }

                var planned = position.Number;
                while (position.Number < sight.Final)
                {
                    while (inFlight.Count < options.RangesInFlight && planned < sight.Final)
                    {
                        var next = Plan(planned, position, sight, abandon.Token);
                        inFlight.Enqueue(next);
                        planned = next.To;
                    }

                    var due = inFlight.Peek();
                    var range = await Take(due, position, cancellationToken);
                    position = range.End;
                    if (position.Number == due.To)
                    {
                        inFlight.Dequeue();
                    }

                    yield return new ChainSignal.Finalize(range);
                }
            }
        }
        finally
        {
            await abandon.CancelAsync();
            foreach (var left in inFlight)
            {
                await ((Task)left.Reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private PlannedRange Plan(long planned, BlockMark position, Sight sight, CancellationToken cancellationToken)
    {
        var (from, to) = (planned + 1, Math.Min(sight.Final, planned + reader.Size.Blocks));
        var before = planned == position.Number ? position : null;
        var known = from == to && (ulong)to == sight.Head.Number ? sight.Head : null;
        var reading = _retries.ExecuteAsync(async token => await reader.Read(from, to, before, known, token), cancellationToken).AsTask();
        return new PlannedRange(to, reading);
    }

    // What was read ahead did not know yet what it has to follow. Where it does not, the question is put again, now with the block before: then a
    // node that is alone with its answer is set aside, and a chain that really left the final blocks ends the follower.
    private async Task<LogRange> Take(PlannedRange due, BlockMark position, CancellationToken cancellationToken)
    {
        var range = await due.Reading;
        if (range.Before.Number == position.Number && range.Before.Hash == position.Hash)
        {
            return range with { Before = position };
        }

        return await _retries.ExecuteAsync(
            async token => await reader.Read(position.Number + 1, due.To, position, known: null, token), cancellationToken);
    }

    private async Task<Sight> Look(BlockMark position, CancellationToken cancellationToken)
    {
        if (nodes.Count > 1 && (_surveyed == 0 || clock.GetElapsedTime(_surveyed) > SurveyPause))
        {
            await nodes.Survey(position, cancellationToken);
            _surveyed = clock.GetTimestamp();
        }

        var (head, final) = await nodes.Ask((client, token) => HeadAndFinal(client, position, token), cancellationToken);
        var reorg = final < (long)head.Number ? await _unfinal.Follow(nodes, head, final, cancellationToken) : null;
        if (final <= position.Number)
        {
            // Without a new block there is no parent hash to compare, so the indexed block itself is looked at.
            await reader.RequireStands(position, head, cancellationToken);
        }

        return new Sight(head, final, reorg);
    }

    private async Task<(BlockHeader Head, long Final)> HeadAndFinal(EthereumClient client, BlockMark position, CancellationToken cancellationToken)
    {
        var head = await client.Block(BlockTag.Latest, cancellationToken) ?? throw new NodeResponseException("The node has no latest block.");
        if (checked((long)head.Number) < position.Number)
        {
            throw new NodeBehindException(checked((long)head.Number), position.Number);
        }

        if (options.FinalityTag is not { } tag)
        {
            return (head, (long)head.Number - options.FinalityDepth);
        }

        var final = await client.Block(tag == FinalityTag.Safe ? BlockTag.Safe : BlockTag.Finalized, cancellationToken);
        return (head, final is null ? -1 : Math.Min((long)final.Number, (long)head.Number));
    }

    private sealed record PlannedRange(long To, Task<LogRange> Reading);

    private sealed record Sight(BlockHeader Head, long Final, ChainSignal.Reorg? Reorg);
}
