using System.Security.Claims;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Storage;
using Npgsql;

namespace FinanceChain.FinanceGateway.Webhooks;

/// <param name="Failures">Failed attempts in a row.</param>
/// <param name="Waiting">Deliveries to be made.</param>
/// <param name="Parked">Deliveries that were given up; ask for a replay.</param>
internal sealed record WebhookView(Guid WebhookId, string Url, DateTimeOffset CreatedAt, int Failures, DateTimeOffset NextAttemptAt, long Waiting, long Parked);

internal sealed record WebhookList(IReadOnlyList<WebhookView> Items);

/// <summary>What a client does with the webhooks that it has. Those of another client do not exist for it.</summary>
internal static class KeepWebhooks
{
    /// <summary>How long the secret before the new one signs too.</summary>
    private const string PreviousSignsFor = "1 day";

    private const string ListSql = """
        select w.webhook_id, w.url, w.created_at, w.failures, w.next_attempt_at,
               (select count(*) from gateway.webhook_delivery d where d.webhook_id = w.webhook_id and d.status = 1),
               (select count(*) from gateway.webhook_delivery d where d.webhook_id = w.webhook_id and d.status = 3)
        from gateway.webhook w where w.client_id = $1 and w.removed_at is null order by w.created_at
        """;

    private const string RotateSql = $"""
        update gateway.webhook set secret_version = secret_version + 1, previous_until = now() + interval '{PreviousSignsFor}'
        where webhook_id = $1 and client_id = $2 and removed_at is null returning secret_version, url
        """;

    private const string RemoveSql = """
        update gateway.webhook set removed_at = now() where webhook_id = $1 and client_id = $2 and removed_at is null returning webhook_id
        """;

    public static void MapKeepWebhooks(this IEndpointRouteBuilder api)
    {
        api.MapGet("/webhooks", List)
            .RequireAuthorization(Scopes.WebhooksManage)
            .WithName("ListWebhooks")
            .WithTags("Webhooks")
            .Produces<WebhookList>()
            .ProducesRefusals();
        api.MapPost("/webhooks/{webhookId:guid}/secrets", Rotate)
            .RequireAuthorization(Scopes.WebhooksManage)
            .WithName("RotateWebhookSecret")
            .WithSummary("Gives a webhook a new secret; the one before signs beside it for a day")
            .WithTags("Webhooks")
            .Produces<WebhookSecretShown>(StatusCodes.Status201Created)
            .ProducesRefusals();
        api.MapDelete("/webhooks/{webhookId:guid}", Remove)
            .RequireAuthorization(Scopes.WebhooksManage)
            .WithName("RemoveWebhook")
            .WithTags("Webhooks")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesRefusals();
    }

    private static async Task<IResult> List(ClaimsPrincipal client, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ListSql);
        command.Parameters.Add(new() { Value = client.ClientId() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<WebhookView>();
        while (await reader.ReadAsync(cancellationToken))
        {
            items.Add(new WebhookView(
                reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt32(3),
                reader.GetFieldValue<DateTimeOffset>(4), reader.GetInt64(5), reader.GetInt64(6)));
        }

        return Results.Ok(new WebhookList(items));
    }

    private static async Task<IResult> Rotate(
        Guid webhookId, HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database, WebhookSecrets secrets, CancellationToken cancellationToken)
    {
        await Audit.Write(
            database, client.ClientId(), context.TraceIdentifier, "rotate_webhook_secret", webhookId.ToString(), new { }, cancellationToken);
        await using var command = OfOwn(database, RotateSql, webhookId, client);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? Results.Json(
                new WebhookSecretShown(webhookId, reader.GetString(1), secrets.Of(webhookId, reader.GetInt32(0))), statusCode: StatusCodes.Status201Created)
            : new RefusalResult(new Refusal(ProblemKind.WebhookNotFound, "webhookId"));
    }

    private static async Task<IResult> Remove(
        Guid webhookId, HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await Audit.Write(database, client.ClientId(), context.TraceIdentifier, "remove_webhook", webhookId.ToString(), new { }, cancellationToken);
        await using var command = OfOwn(database, RemoveSql, webhookId, client);
        return await command.ExecuteScalarAsync(cancellationToken) is null
            ? new RefusalResult(new Refusal(ProblemKind.WebhookNotFound, "webhookId"))
            : Results.NoContent();
    }

    private static NpgsqlCommand OfOwn(NpgsqlDataSource database, string sql, Guid webhookId, ClaimsPrincipal client)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = webhookId });
        command.Parameters.Add(new() { Value = client.ClientId() });
        return command;
    }
}
