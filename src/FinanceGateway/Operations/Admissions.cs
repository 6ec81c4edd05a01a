using FinanceChain.FinanceGateway.Problems;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>
/// Decides about a batch of candidates. In this order: keys that were used (replayed or refused), operations that wait already, a full queue,
/// a registered USCC, and then what the ledger itself says to each, run in order on its latest state and behind what waits before it. What the
/// ledger refuses is looked up once more, since it may be refused only because it was stored meanwhile.
/// </summary>
internal sealed class Admissions(OperationStore store, EarlierOperations earlier, LedgerCheck ledger, QueueDepth depth)
{
    public async Task<IReadOnlyList<Admission>> Admit(IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var admissions = new Admission?[candidates.Count];
        var known = await store.Look(candidates, cancellationToken);
        await depth.Count(cancellationToken);
        AnswerKnown(candidates, known, admissions);

        var first = FirstOfEach(candidates, admissions);
        List<Candidate> asked = [.. first.Select(i => candidates[i])];
        var refusals = await ledger.Check(asked, await earlier.Find(asked, cancellationToken), cancellationToken);
        List<int> refused = [.. Enumerable.Range(0, first.Count).Where(i => refusals[i] is not null).Select(i => first[i])];
        await AnswerRivals(candidates, admissions, refused, cancellationToken);
        for (var i = 0; i < first.Count; i++)
        {
            if (refusals[i] is { } refusal)
            {
                admissions[first[i]] ??= Admission.Refuse(refusal);
            }
        }

        await Store(candidates, admissions, [.. first.Where(i => admissions[i] is null)], cancellationToken);
        AnswerRepeated(candidates, admissions);
        return admissions!;
    }

    private static void AnswerKnown(IReadOnlyList<Candidate> candidates, KnownOperations known, Admission?[] admissions)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            var candidate = candidates[i];
            if (known.ByKey.TryGetValue(i, out var earlier))
            {
                admissions[i] = Again(candidate, earlier);
            }
            else if (known.Waiting.Contains(i))
            {
                admissions[i] = Admission.Refuse(ProblemKind.OperationDuplicate);
            }
            else if (known.UsccTaken.Contains(i))
            {
                admissions[i] = Admission.Refuse(ProblemKind.UsccRegistered, "uscc");
            }
        }
    }

    private static Admission Again(Candidate candidate, KnownOperation earlier) => earlier.OperationHash == candidate.OperationHash
        ? Admission.Replay(earlier.OperationId, earlier.Status)
        : Admission.Refuse(ProblemKind.IdempotencyKeyReused, "Idempotency-Key");

    // Within one batch the first of equal keys, operations or companies stands for the others.
    private List<int> FirstOfEach(IReadOnlyList<Candidate> candidates, Admission?[] admissions)
    {
        var keys = new HashSet<(string, string)>();
        var hashes = new HashSet<Ethereum.Hash256>();
        var companies = new HashSet<LedgerContract.Uscc>();
        var first = new List<int>();
        for (var i = 0; i < candidates.Count; i++)
        {
            var candidate = candidates[i];
            if (admissions[i] is not null || !keys.Add((candidate.ClientId, candidate.IdempotencyKey)))
            {
                continue;
            }

            if (!depth.HasRoom(candidate.ClientId, first.Count))
            {
                admissions[i] = Admission.Refuse(ProblemKind.QueueFull);
            }
            else if (!hashes.Add(candidate.OperationHash))
            {
                admissions[i] = Admission.Refuse(ProblemKind.OperationDuplicate);
            }
            else if (candidate.Profile is { } profile && !companies.Add(profile.Uscc))
            {
                admissions[i] = Admission.Refuse(ProblemKind.UsccRegistered, "uscc");
            }
            else
            {
                first.Add(i);
            }
        }

        return first;
    }

    private async Task Store(IReadOnlyList<Candidate> candidates, Admission?[] admissions, List<int> accepted, CancellationToken cancellationToken)
    {
        if (accepted.Count == 0)
        {
            return;
        }

        var wanted = accepted.ConvertAll(i => candidates[i]);
        var stored = await store.Insert(wanted, cancellationToken);
        var lost = accepted.Where(i => !stored.Contains(candidates[i].OperationId)).ToList();
        foreach (var i in accepted.Except(lost))
        {
            admissions[i] = Admission.Stored(candidates[i]);
            depth.Entered(candidates[i].ClientId);
        }

        await AnswerRivals(candidates, admissions, lost, cancellationToken);
        foreach (var i in lost)
        {
            admissions[i] ??= candidates[i].Profile is null
                ? Admission.Refuse(ProblemKind.OperationDuplicate)
                : Admission.Refuse(ProblemKind.ProfileRegistered, "profileSalt");
        }
    }

    // Another gateway or batch may have stored the same key, operation or company after the look. The ledger then refuses it a second time,
    // and so does the table; the answer is what was stored.
    private async Task AnswerRivals(
        IReadOnlyList<Candidate> candidates, Admission?[] admissions, List<int> places, CancellationToken cancellationToken)
    {
        if (places.Count == 0)
        {
            return;
        }

        var rivals = places.ConvertAll(i => candidates[i]);
        var answers = new Admission?[rivals.Count];
        AnswerKnown(rivals, await store.Look(rivals, cancellationToken), answers);
        for (var i = 0; i < places.Count; i++)
        {
            admissions[places[i]] = answers[i];
        }
    }

    private static void AnswerRepeated(IReadOnlyList<Candidate> candidates, Admission?[] admissions)
    {
        if (Array.IndexOf(admissions, null) < 0)
        {
            return;
        }

        var byKey = new Dictionary<(string, string), int>();
        for (var i = 0; i < candidates.Count; i++)
        {
            byKey.TryAdd((candidates[i].ClientId, candidates[i].IdempotencyKey), i);
        }

        for (var i = 0; i < candidates.Count; i++)
        {
            if (admissions[i] is null)
            {
                var original = byKey[(candidates[i].ClientId, candidates[i].IdempotencyKey)];
                admissions[i] = Repeated(candidates[i], candidates[original], admissions[original]!);
            }
        }
    }

    private static Admission Repeated(Candidate candidate, Candidate original, Admission answer)
    {
        if (candidate.OperationHash != original.OperationHash)
        {
            return Admission.Refuse(ProblemKind.IdempotencyKeyReused, "Idempotency-Key");
        }

        return answer.Refusal is null ? Admission.Replay(answer.OperationId!.Value, answer.Status!.Value) : answer;
    }
}
