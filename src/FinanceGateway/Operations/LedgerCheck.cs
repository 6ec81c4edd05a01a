using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.Submission;
using FinanceChain.LedgerContract;
using Microsoft.Extensions.Options;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>
/// Asks the ledger what it would say to operations, on its latest state with those applied that wait before them. What waits may have happened
/// already: the ledger refuses it a second time, which changes nothing.
/// </summary>
internal sealed class LedgerCheck(
    EthereumClient client, ChainIdentity chain, ChainWatch watch, IOptions<GatewayOptions> options, IOptions<SubmissionOptions> submission)
{
    private sealed record Step(EarlierOperation Operation, long Gas);

    /// <summary>For each candidate, in order, the refusal it would get; null where it would be accepted.</summary>
    /// <param name="waiting">What was accepted before and has not ended.</param>
    /// <exception cref="EthereumException">The chain is away, or the node is one of another chain.</exception>
    public async Task<IReadOnlyList<Refusal?>> Check(
        IReadOnlyList<Candidate> candidates, IReadOnlyList<EarlierOperation> waiting, CancellationToken cancellationToken)
    {
        watch.RequireKnown();
        var refusals = new Refusal?[candidates.Count];
        var earlier = waiting.Select(w => new Step(w, GasOf(SignedOperation.Decode(w.Calldata), w.Calldata))).ToList();
        var limit = options.Value.TransactionMaxGas;
        for (var next = 0; next < candidates.Count;)
        {
            var slice = Cut(candidates, next, earlier, limit, refusals);
            try
            {
                var answers = await Simulate(slice, candidates, cancellationToken);
                for (var i = 0; i < slice.Members.Count; i++)
                {
                    var candidate = candidates[slice.Members[i]];
                    refusals[slice.Members[i]] = answers[i] is { } answer ? Refusal.Of(answer, candidate.Agreement, chain) : null;
                    if (answers[i] is null)
                    {
                        earlier.Add(new Step(EarlierOperations.AsEarlier(candidate), GasOf(candidate.Agreement, candidate.Calldata)));
                    }
                }

                next = slice.Next;
            }
            catch (JsonRpcException refused) when (slice.Members.Count > 1 && IsOutOfGas(refused))
            {
                // A ceiling was too low. Fewer at once.
                limit /= 2;
            }
        }

        return refusals;
    }

    /// <param name="Before">What is run before the members, in its order.</param>
    /// <param name="Next">The first candidate behind the slice.</param>
    private sealed record Slice(IReadOnlyList<byte[]> Before, IReadOnlyList<int> Members, int Next);

    // As many candidates as one call can run, with all that they build on before them.
    private Slice Cut(IReadOnlyList<Candidate> candidates, int start, List<Step> earlier, long limit, Refusal?[] refusals)
    {
        var before = new SortedSet<int>();
        var members = new List<int>();
        var gas = OperationGas.Transaction + OperationGas.Reserve;
        var next = start;
        for (; next < candidates.Count; next++)
        {
            var candidate = candidates[next];
            var builtOn = BuiltOn(candidate, earlier);
            var added = GasOf(candidate.Agreement, candidate.Calldata) + builtOn.Where(i => !before.Contains(i)).Sum(i => earlier[i].Gas);
            if (members.Count > 0 && gas + added > limit)
            {
                break;
            }

            if (builtOn.Count > submission.Value.MaxEarlierOperations || (builtOn.Count > 0 && gas + added > limit))
            {
                refusals[next] = new Refusal(ProblemKind.EarlierOperationsWaiting, null, new Dictionary<string, object?>
                {
                    ["waiting"] = builtOn.Count,
                    ["max"] = submission.Value.MaxEarlierOperations,
                });
                continue;
            }

            gas += added;
            before.UnionWith(builtOn);
            members.Add(next);
        }

        return new Slice([.. before.Select(i => earlier[i].Operation.Calldata)], members, next);
    }

    // From the latest to the first, so that what an earlier one builds on is found too.
    private static List<int> BuiltOn(Candidate candidate, List<Step> earlier)
    {
        var found = new List<int>();
        if (earlier.Count == 0)
        {
            return found;
        }

        var keys = candidate.OrderKeys.ToHashSet();
        for (var i = earlier.Count - 1; i >= 0; i--)
        {
            if (earlier[i].Operation.Precedes(candidate.ClientId, keys))
            {
                found.Add(i);
                keys.UnionWith(earlier[i].Operation.OrderKeys);
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<LedgerRefusal?>> Simulate(Slice slice, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        if (slice.Members.Count == 0)
        {
            return [];
        }

        ByteString[] calldata = [.. slice.Before.Select(ByteString.Wrap), .. slice.Members.Select(i => ByteString.Wrap(candidates[i].Calldata))];
        var answers = await new LedgerReader(client, chain.Ledger).Simulate(calldata, BlockTag.Latest, cancellationToken);
        return [.. answers.Skip(slice.Before.Count)];
    }

    private static long GasOf(SignedOperation operation, byte[] calldata) => OperationGas.Ceiling(operation, calldata.Length);

    private static bool IsOutOfGas(JsonRpcException refused) =>
        refused.RevertData is { } data && LedgerErrors.Decode(data).Code == RefusalCode.BatchGasTooLow;
}
