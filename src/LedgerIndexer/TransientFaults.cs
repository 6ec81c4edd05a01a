using FinanceChain.Ethereum;
using FinanceChain.LedgerIndexer.Chain;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FinanceChain.LedgerIndexer;

/// <summary>Retries one step while the node or the database is away. Every step is safe to repeat: reads, and commits that check the checkpoint.</summary>
internal static class TransientFaults
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public static ResiliencePipeline Pipeline(LedgerIndexerOptions options, ILogger logger, TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
        // Polly takes at least one attempt.
        return options.TransientRetries == 0 ? builder.Build() : builder.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder()
                .Handle<NodeUnreachableException>()
                .Handle<NodeResponseException>()
                .Handle<JsonRpcException>()
                .Handle<NodeBehindException>()
                // What the server did not say itself is about reaching it; while no replica has been promoted yet, say, no host takes writes.
                .Handle<NpgsqlException>(fault => fault.IsTransient || fault is not PostgresException),
            MaxRetryAttempts = options.TransientRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            OnRetry = retry =>
            {
                IndexerLog.Retrying(logger, retry.AttemptNumber + 1, (long)retry.RetryDelay.TotalMilliseconds, retry.Outcome.Exception?.Message ?? "");
                return default;
            },
        }).Build();
    }
}
