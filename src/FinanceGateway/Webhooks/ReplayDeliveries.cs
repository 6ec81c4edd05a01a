using System.Security.Claims;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using Npgsql;
using NpgsqlTypes;

namespace FinanceChain.FinanceGateway.Webhooks;

/// <param name="Status">waiting, delivered or parked.</param>
/// <param name="LastAnswer">The receiver's status, or what went wrong.</param>
internal sealed record DeliveryView(
    long Sequence, Guid OperationId, string Status, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? LastAttemptAt, string? LastAnswer);

/// <param name="Next">The <c>after</c> of the following page; null at the end.</param>
internal sealed record DeliveryPage(IReadOnlyList<DeliveryView> Items, long? Next);

/// <param name="Deliveries">How many will be sent again, under their old numbers.</param>
internal sealed record ReplayAnswer(long Deliveries);

/// <summary>The deliveries of a webhook, and their replay from any point: for a receiver that was away, or lost what it had.</summary>
internal static class ReplayDeliveries
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    private const string OwnSql = "select 1 from gateway.webhook where webhook_id = $1 and client_id = $2 and removed_at is null";

    private const string PageSql = """
        select sequence, operation_id, (array['waiting', 'delivered', 'parked'])[status], attempts, created_at, last_attempt_at, last_answer
        from gateway.webhook_delivery where webhook_id = $1 and sequence > $2 order by sequence limit $3
        """;

    // What waits already is left as it is. The pause of the receiver ends: whoever asks for a replay is back.
    private const string ReplaySql = """
        with again as (
            update gateway.webhook_delivery set status = 1, attempts = 0
            where webhook_id = $1 and sequence >= $2 and status in (2, 3) returning 1),
        back as (
            update gateway.webhook set failures = 0, next_attempt_at = now() where webhook_id = $1)
        select count(*) from again
        """;

    public static void MapReplayDeliveries(this IEndpointRouteBuilder api)
    {
        api.MapGet("/webhooks/{webhookId:guid}/deliveries", List)
            .RequireAuthorization(Scopes.WebhooksManage)
            .WithName("ListDeliveries")
            .WithTags("Webhooks")
            .Produces<DeliveryPage>()
            .ProducesRefusals();
        api.MapPost("/webhooks/{webhookId:guid}/replay", Replay)
            .RequireAuthorization(Scopes.WebhooksManage)
            .WithName("ReplayDeliveries")
            .WithSummary("Sends again what was delivered or parked, from a sequence number on, under the same numbers")
            .WithTags("Webhooks")
            .Produces<ReplayAnswer>(StatusCodes.Status202Accepted)
            .ProducesRefusals();
    }

    private static async Task<IResult> List(
        Guid webhookId, long? after, int? limit, ClaimsPrincipal client, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxLimit)
        {
            return new RefusalResult(new Refusal(ProblemKind.ValueInvalid, "limit", new Dictionary<string, object?> { ["limit"] = limit, ["max"] = MaxLimit }));
        }

        if (!await IsOwn(webhookId, client, database, cancellationToken))
        {
            return new RefusalResult(new Refusal(ProblemKind.WebhookNotFound, "webhookId"));
        }

        await using var command = database.CreateCommand(PageSql);
        command.Parameters.Add(new() { Value = webhookId });
        command.Parameters.Add(new() { Value = after ?? 0 });
        command.Parameters.Add(new() { Value = limit ?? DefaultLimit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<DeliveryView>();
        while (await reader.ReadAsync(cancellationToken))
        {
            items.Add(new DeliveryView(
                reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt32(3), reader.GetFieldValue<DateTimeOffset>(4),
                reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5), reader.IsDBNull(6) ? null : reader.GetString(6)));
        }

        return Results.Ok(new DeliveryPage(items, items.Count == (limit ?? DefaultLimit) ? items[^1].Sequence : null));
    }

    private static async Task<IResult> Replay(
        Guid webhookId, long? from, ClaimsPrincipal client, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (from is null or < 0)
        {
            return new RefusalResult(new Refusal(ProblemKind.ValueInvalid, "from"));
        }

        if (!await IsOwn(webhookId, client, database, cancellationToken))
        {
            return new RefusalResult(new Refusal(ProblemKind.WebhookNotFound, "webhookId"));
        }

        await using var command = database.CreateCommand(ReplaySql);
        command.Parameters.Add(new() { Value = webhookId });
        command.Parameters.Add(new() { Value = from.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        return Results.Json(new ReplayAnswer((long)(await command.ExecuteScalarAsync(cancellationToken))!), statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<bool> IsOwn(Guid webhookId, ClaimsPrincipal client, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(OwnSql);
        command.Parameters.Add(new() { Value = webhookId });
        command.Parameters.Add(new() { Value = client.ClientId() });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }
}
