using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FinanceChain.FinanceGateway.Operations;

/// <summary>
/// How much is queued, by client. Counted now and then (at most a fiftieth of the time is spent on it, however long the queue), and in between
/// carried on by what enters here: an estimate that is never too low for long.
/// </summary>
internal sealed class QueueDepth(NpgsqlDataSource database, TimeProvider clock, IOptions<GatewayOptions> options)
{
    internal const string CountSql = "select client_id, count(*) from gateway.operation_queued group by client_id";
    private const int Idleness = 50;
    private const int IdlenessWhenFull = 10;

    /// <summary>The last fifth of the queue is for clients that have less than a tenth of it.</summary>
    private const int ReservedFraction = 5;

    private const int SmallFraction = 10;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private int _counting;
    private ConcurrentDictionary<string, long> _byClient = new();
    private long _total;
    private long _countedAt;
    private TimeSpan? _took;

    public long Total => Interlocked.Read(ref _total);

    /// <param name="more">What was let in before it and is not stored yet.</param>
    public bool HasRoom(string clientId, int more)
    {
        var max = options.Value.QueueMaxOperations;
        var total = Total + more;
        return total < max && (total < max - (max / ReservedFraction) || _byClient.GetValueOrDefault(clientId) < max / SmallFraction);
    }

    public void Entered(string clientId)
    {
        _byClient.AddOrUpdate(clientId, 1, (_, count) => count + 1);
        Interlocked.Increment(ref _total);
    }

    /// <summary>Counts anew when the last count has aged.</summary>
    public async ValueTask Count(CancellationToken cancellationToken)
    {
        if (!IsStale() || Interlocked.Exchange(ref _counting, 1) == 1)
        {
            return;
        }

        try
        {
            var started = clock.GetTimestamp();
            var counts = new ConcurrentDictionary<string, long>();
            await using var command = database.CreateCommand(CountSql);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                counts[reader.GetString(0)] = reader.GetInt64(1);
            }

            _byClient = counts;
            Interlocked.Exchange(ref _total, counts.Values.Sum());
            _countedAt = clock.GetTimestamp();
            _took = clock.GetElapsedTime(started);
        }
        finally
        {
            Volatile.Write(ref _counting, 0);
        }
    }

    private bool IsStale()
    {
        if (_took is not { } took)
        {
            return true;
        }

        var age = clock.GetElapsedTime(_countedAt);
        return Total >= options.Value.QueueMaxOperations ? age > took * IdlenessWhenFull : age > Freshness && age > took * Idleness;
    }
}
