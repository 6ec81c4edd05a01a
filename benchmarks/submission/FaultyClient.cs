using FinanceChain.Ethereum;
using FinanceChain.FinanceGateway.Client;
using OperationStatus = FinanceChain.FinanceGateway.Client.OperationStatus;

namespace FinanceChain.SubmissionBenchmark;

/// <summary>
/// A client's system that does not trust the network: it repeats what was not answered, at the other gateway as well, sometimes for no reason and
/// twice at once, submits rivals for one invoice, and builds on what it knows to be final with two operations that need their order.
/// </summary>
internal sealed class FaultyClient(Stage stage, Town town, int number, Random chance, Book book, int operations)
{
    private const ulong FaceFen = 100_000;
    private const int MaxBatch = 40;

    private readonly List<(Guid Operation, Enterprise Holder)> _issued = [];

    private sealed record Wanted(BulkItem Item, Enterprise? Holder);

    public async Task Run(CancellationToken cancellationToken)
    {
        var credentials = town.Clients[number];
        var gateways = Enumerable.Range(0, stage.Gateways.Length)
            .Select(i => new GatewayClient(stage.Address(i), town.Ledger, credentials.ClientId, credentials.ClientSecret)).ToList();
        for (var made = 0; made < operations;)
        {
            var wanted = Draft(Math.Min(chance.Next(1, MaxBatch + 1), operations - made));
            wanted.AddRange(await BuildOn(gateways[chance.Next(gateways.Count)], cancellationToken));
            made += wanted.Count;
            await Submit(gateways, wanted, cancellationToken);
            while (!book.HasRoom)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        gateways.ForEach(gateway => gateway.Dispose());
    }

    private List<Wanted> Draft(int count)
    {
        var wanted = new List<Wanted>();
        while (wanted.Count < count)
        {
            var fingerprint = Town.Unique();
            var holder = town.Suppliers[chance.Next(town.Suppliers.Count)];
            Add(holder, fingerprint);
            if (chance.Next(20) == 0)
            {
                // Another claim on the same invoice: one of the two at most.
                Add(town.Suppliers[chance.Next(town.Suppliers.Count)], fingerprint, fen: FaceFen + 1);
            }
        }

        return wanted;

        void Add(Enterprise holder, Hash256 fingerprint, ulong fen = FaceFen)
        {
            var key = Guid.NewGuid().ToString("n");
            book.Fingerprints[key] = fingerprint;
            wanted.Add(new Wanted(new BulkItem(key, town.Issue(holder, fen, fingerprint)), holder));
        }
    }

    // A part is passed on and the rest redeemed, in this order or not at all: the second names the revision that the first makes.
    private async Task<List<Wanted>> BuildOn(GatewayClient gateway, CancellationToken cancellationToken)
    {
        if (_issued.Count == 0 || chance.Next(4) > 0)
        {
            return [];
        }

        try
        {
            var (operation, holder) = _issued[chance.Next(_issued.Count)];
            var state = (await gateway.States([operation], 0, cancellationToken))[0];
            _issued.RemoveAll(i => state.HasEnded && i.Operation == operation);
            if (state.Status != OperationStatus.Final)
            {
                return [];
            }

            var receivable = state.Number("receivable");
            var other = town.Suppliers.First(supplier => supplier != holder);
            return
            [
                new Wanted(new BulkItem(Guid.NewGuid().ToString("n"), town.Assign(holder, other, receivable, 1_000, 1)), null),
                new Wanted(new BulkItem(Guid.NewGuid().ToString("n"), town.Redeem(holder, receivable, 1_000, 2, Town.Unique())), null),
            ];
        }
        catch (Exception away) when (IsAway(away, cancellationToken))
        {
            return [];
        }
    }

    private async Task Submit(List<GatewayClient> gateways, List<Wanted> wanted, CancellationToken cancellationToken)
    {
        var open = wanted;
        while (open.Count > 0)
        {
            try
            {
                BulkItem[] items = [.. open.Select(w => w.Item)];
                var twice = chance.Next(10) == 0;
                var answers = await Task.WhenAll(Enumerable.Range(0, twice ? 2 : 1).Select(i =>
                    Ask(gateways[(chance.Next(gateways.Count) + i) % gateways.Count], items, cancellationToken)));
                open = Enter(open, answers);
            }
            catch (Exception away) when (IsAway(away, cancellationToken))
            {
                book.Repeat();
                await Task.Delay(chance.Next(20, 200), cancellationToken);
            }
        }

        if (chance.Next(10) == 0)
        {
            await Repeat(gateways[chance.Next(gateways.Count)], wanted, cancellationToken);
        }
    }

    private List<Wanted> Enter(List<Wanted> asked, IReadOnlyList<BulkItemResult>[] answers)
    {
        var again = new List<Wanted>();
        for (var i = 0; i < asked.Count; i++)
        {
            var stored = answers.Select(answer => answer[i].OperationId).OfType<Guid>().Distinct().ToList();
            stored.ForEach(id => book.Promise(asked[i].Item.IdempotencyKey, id));
            if (stored.Count > 0)
            {
                if (asked[i].Holder is { } holder)
                {
                    _issued.Add((stored[0], holder));
                }
            }
            else if (answers.Any(answer => answer[i].Problem is { Status: 429 or 503 }))
            {
                again.Add(asked[i]);
            }
            else if (book.Fingerprints.TryGetValue(asked[i].Item.IdempotencyKey, out var fingerprint))
            {
                book.RefusedAtTheDoor[asked[i].Item.IdempotencyKey] = fingerprint;
            }
        }

        return again;
    }

    // The same keys once more, for no reason: the same operations have to come back.
    private async Task Repeat(GatewayClient gateway, List<Wanted> wanted, CancellationToken cancellationToken)
    {
        try
        {
            book.Repeat();
            var answers = await Ask(gateway, [.. wanted.Select(w => w.Item)], cancellationToken);
            for (var i = 0; i < wanted.Count; i++)
            {
                if (answers[i].OperationId is { } id)
                {
                    book.Promise(wanted[i].Item.IdempotencyKey, id);
                    book.RefusedAtTheDoor.TryRemove(wanted[i].Item.IdempotencyKey, out _);
                }
                else if (answers[i].Problem is { Status: not (429 or 503) } && book.Promised.ContainsKey(wanted[i].Item.IdempotencyKey))
                {
                    book.Findings.Add($"Key {wanted[i].Item.IdempotencyKey} was promised and then refused: {answers[i].Problem!.Code}.");
                }
            }
        }
        catch (Exception away) when (IsAway(away, cancellationToken))
        {
            // It was answered before.
        }
    }

    private static async Task<IReadOnlyList<BulkItemResult>> Ask(GatewayClient gateway, BulkItem[] items, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        return await gateway.Submit(items, patience.Token);
    }

    private static bool IsAway(Exception problem, CancellationToken cancellationToken) => problem is HttpRequestException or GatewayProblemException
        || (problem is OperationCanceledException or IOException && !cancellationToken.IsCancellationRequested);
}
