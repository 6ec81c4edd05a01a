using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FinanceChain.LedgerIndexer.Tests.Support;

/// <summary>The indexer's own host, run inside the test.</summary>
internal sealed class RunningIndexer : IAsyncDisposable
{
    /// <summary>So few that the small ledgers of tests have many marks.</summary>
    public const int EventsPerMark = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IHost _host;

    private RunningIndexer(IHost host)
    {
        _host = host;
        Progress = host.Services.GetRequiredService<IndexerProgress>();
    }

    public IndexerProgress Progress { get; }

    public static Dictionary<string, string?> Settings(TestLedger ledger, string database) => new()
    {
        ["LedgerIndexer:Postgres"] = database,
        ["LedgerIndexer:ChainUrl"] = ledger.Chain.Endpoint.ToString(),
        ["LedgerIndexer:LedgerAddress"] = ledger.Address.ToString(),
        ["LedgerIndexer:DeployBlock"] = ledger.DeployBlock.ToString(CultureInfo.InvariantCulture),
        ["LedgerIndexer:PollIntervalMilliseconds"] = "20",
        ["LedgerIndexer:TransientRetries"] = "3",
        ["LedgerIndexer:EventsPerMark"] = EventsPerMark.ToString(CultureInfo.InvariantCulture),
        ["Logging:LogLevel:Default"] = "Warning",
    };

    public static async Task<RunningIndexer> Start(
        TestLedger ledger, string database, params (string Name, string Value)[] settings)
    {
        var all = Settings(ledger, database);
        foreach (var (name, value) in settings)
        {
            all[$"LedgerIndexer:{name}"] = value;
        }

        var host = IndexerHost.Create([], all);
        await host.StartAsync();
        return new RunningIndexer(host);
    }

    /// <summary>Runs until everything up to the chain's head is indexed, and ends.</summary>
    public static async Task CatchUp(TestLedger ledger, string database, params (string Name, string Value)[] settings)
    {
        await using var indexer = await Start(ledger, database, settings);
        await indexer.WaitFor(await ledger.Head());
    }

    /// <exception cref="TimeoutException">Not indexed in time.</exception>
    public async Task WaitFor(long block)
    {
        var until = DateTime.UtcNow + Patience;
        while (Progress.Block < block)
        {
            Assert.That(Progress.StopReason, Is.Null, "the indexer still runs");
            if (DateTime.UtcNow > until)
            {
                throw new TimeoutException($"Block {block} was not indexed; the index is at {Progress.Block}.");
            }

            await Task.Delay(5);
        }
    }

    /// <summary>Waits until the indexer ends by itself and says why.</summary>
    public async Task<(IndexerExit Exit, string Reason)> WaitForStop()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _host.WaitForShutdownAsync(patience.Token);
        Assert.That(Progress.StopReason, Is.Not.Null, "the indexer ended by itself");
        return (Progress.Exit, Progress.StopReason!);
    }

    /// <summary>Waits until the indexer ends of itself with nothing to complain of.</summary>
    public async Task WaitForEnd()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _host.WaitForShutdownAsync(patience.Token);
        Assert.That((Progress.Exit, Progress.StopReason), Is.EqualTo((IndexerExit.Stopped, (string?)null)));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
