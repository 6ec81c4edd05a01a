using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>
/// Finds the ends that another gateway wrote, once a second and for all requests that wait here together: a look for each of them would cost the
/// database more than the operations themselves.
/// </summary>
internal sealed partial class EndsElsewhere(NpgsqlDataSource database, OperationWaiters waiters, ILogger<EndsElsewhere> logger) : BackgroundService
{
    private const int MaxAtOnce = 5_000;

    private const string EndedSql = "select operation_id from gateway.operation_outcome where operation_id = any($1)";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var ids in waiters.Awaited().Chunk(MaxAtOnce))
                {
                    await Wake(ids, stoppingToken);
                }
            }
            catch (NpgsqlException problem)
            {
                LogFailed(problem.Message);
            }
        }
    }

    private async Task Wake(Guid[] ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(EndedSql);
        command.Parameters.Add(new() { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            waiters.Ended(reader.GetGuid(0));
        }
    }

    [LoggerMessage(2204, LogLevel.Warning, "Looking for what other gateways ended failed and is tried again: {Problem}")]
    private partial void LogFailed(string problem);
}
