using System.Diagnostics;
using FinanceChain.FinanceGateway.Client;
using FinanceChain.FinanceGateway.Tests.Support;

namespace FinanceChain.FinanceGateway.Tests;

/// <summary>
/// From POST to indexed row, with chain, database, indexer, gateway and client on one machine. Signing comes before the clock starts.
/// Explicit: a number measured on a busy machine says nothing.
/// </summary>
[TestFixture]
[Explicit("Measures; run it alone.")]
internal sealed class ThroughputTests : TownFixture
{
    private const int Operations = 4_000;

    private Trade _trade = null!;

    [Test]
    public async Task Bulk_OfAHundred_ByFourClients()
    {
        var items = await Items();
        await Measure("bulk", items.Chunk(100), 4, async chunk =>
        {
            var results = await _trade.Core.Api!.Submit(chunk, Stop);
            Assert.That(results.Select(result => result.Problem), Is.All.Null);
            return [.. results.Select(result => result.OperationId!.Value)];
        });
    }

    [Test]
    public async Task Single_BySixtyFourClients()
    {
        var items = await Items();
        await Measure("single", items.Chunk(1), 64, async chunk =>
            [(await _trade.Core.Api!.Submit(chunk[0].Agreement, chunk[0].IdempotencyKey, Stop)).OperationId]);
    }

    protected override async Task Settle(CancellationToken cancellationToken) => _trade = await Trade.Open(Town, Gateway, cancellationToken);

    protected override Task Leave()
    {
        _trade?.Dispose();
        return Task.CompletedTask;
    }

    private async Task<BulkItem[]> Items()
    {
        var terms = await _trade.IssueTerms(1_000, Stop);
        var items = new BulkItem[Operations];
        Parallel.For(0, Operations, i => items[i] = new BulkItem(
            Trade.Key(), Town.Ledger.SignAll(terms with { InvoiceFingerprint = Trade.Reference() }, _trade.Core.Trader, _trade.Supplier.Trader)));
        return items;
    }

    private async Task Measure(string name, IEnumerable<BulkItem[]> chunks, int clients, Func<BulkItem[], Task<Guid[]>> submit)
    {
        var watch = Stopwatch.StartNew();
        var ids = new System.Collections.Concurrent.ConcurrentBag<Guid>();
        await Parallel.ForEachAsync(chunks, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (chunk, _) =>
        {
            foreach (var id in await submit(chunk))
            {
                ids.Add(id);
            }
        });
        var accepted = watch.Elapsed;
        var states = await _trade.Core.Api!.Wait([.. ids], Stop);
        var ended = watch.Elapsed;
        Assert.That(states.Select(state => state.Status), Is.All.EqualTo(OperationStatus.Final));
        await TestContext.Progress.WriteLineAsync(
            $"{name}: {Operations} operations, accepted {Operations / accepted.TotalSeconds:F0}/s, final {Operations / ended.TotalSeconds:F0}/s");
    }
}
