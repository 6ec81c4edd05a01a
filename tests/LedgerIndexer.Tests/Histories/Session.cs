using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FinanceChain.LedgerIndexer.Tests.Histories;

/// <summary>One life of an indexer, as the host runs it.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ServiceProvider _services;
    private readonly IndexerProgress _progress;
    private readonly Task _running;

    /// <param name="database">The caller's, who may share it with other lives.</param>
    public Session(IReadOnlyList<Uri> nodes, short ledgerId, NpgsqlDataSource database, Recording recording)
    {
        var options = new LedgerIndexerOptions
        {
            ChainUrl = nodes[0],
            LedgerAddress = recording.Ledger.ToString(),
            DeployBlock = ScriptedChain.DeployBlock,
            FinalityDepth = ScriptedChain.FinalityDepth,
            LedgerId = ledgerId,
            Postgres = database.ConnectionString,
            PollIntervalMilliseconds = 8,
            ListenForHeads = false,
            MaxBlocksPerRange = 1 + (ledgerId % 7),
            TransientRetries = 1_000,
            EventsPerMark = 9,
        };
        foreach (var further in nodes.Skip(1))
        {
            options.FallbackUrls.Add(further);
        }

        _services = new ServiceCollection().AddSingleton(options).AddSingleton<TimeProvider>(new HastyClock())
            .AddSingleton<ILoggerFactory, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory>()
            .AddSingleton(typeof(ILogger<>), typeof(Microsoft.Extensions.Logging.Abstractions.NullLogger<>))
            .AddFollowing().AddSingleton(database).BuildServiceProvider();
        _progress = _services.GetRequiredService<IndexerProgress>();
        _running = _services.GetRequiredService<LedgerFollowing>().Run(_end.Token);
    }

    public IndexerProgress Progress => _progress;

    /// <summary>Ends when the indexer does, with what ended it.</summary>
    public Task Running => _running;

    public async Task Reach(long block, TimeSpan patience)
    {
        using var limited = new CancellationTokenSource(patience);
        while (_progress.Block < block)
        {
            if (_running.IsCompleted)
            {
                await _running;
            }

            if (limited.IsCancellationRequested)
            {
                throw new TimeoutException($"Block {block} was not reached; the index is at {_progress.Block}, the head at {_progress.Head}.");
            }

            await Task.Delay(2, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        await _services.DisposeAsync();
        _end.Dispose();
    }
}
