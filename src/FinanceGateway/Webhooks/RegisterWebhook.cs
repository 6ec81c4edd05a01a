using System.Security.Claims;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Storage;
using Npgsql;

namespace FinanceChain.FinanceGateway.Webhooks;

/// <param name="Url">https, on the public internet.</param>
internal sealed record RegisterWebhookRequest(string Url);

/// <param name="Secret">Shown this once. As ASCII it is the key of the HMAC-SHA256 over <c>timestamp.body</c> in the header Webhook-Signature.</param>
internal sealed record WebhookSecretShown(Guid WebhookId, string Url, string Secret);

/// <summary>A client asks to be told when its operations end.</summary>
internal static class RegisterWebhook
{
    private const int MaxWebhooks = 5;

    // Two requests at once must not both find room: the second statement counts only when the first has the client to itself.
    private const string LockSql = "select 1 from gateway.client where client_id = $1 for update";

    private const string InsertSql = """
        insert into gateway.webhook (webhook_id, client_id, url)
        select $1, $2, $3
        where (select count(*) from gateway.webhook w where w.client_id = $2 and w.removed_at is null) < $4
        """;

    public static void MapRegisterWebhook(this IEndpointRouteBuilder api) =>
        api.MapPost("/webhooks", Handle)
            .RequireAuthorization(Scopes.WebhooksManage)
            .WithName("RegisterWebhook")
            .WithSummary("Tells this client at an address of its own when its operations end")
            .WithTags("Webhooks")
            .Produces<WebhookSecretShown>(StatusCodes.Status201Created)
            .ProducesRefusals();

    private static async Task<IResult> Handle(
        RegisterWebhookRequest body, HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database, WebhookTarget target, WebhookSecrets secrets,
        CancellationToken cancellationToken)
    {
        Uri url;
        try
        {
            url = await target.Read(body.Url, cancellationToken);
        }
        catch (WebhookTargetException refused)
        {
            return new RefusalResult(new Refusal(
                ProblemKind.WebhookTargetRefused, "url", new Dictionary<string, object?> { ["rule"] = refused.Rule }));
        }

        var id = Guid.CreateVersion7();
        var clientId = client.ClientId();
        await Audit.Write(
            database, clientId, context.TraceIdentifier, "register_webhook", id.ToString(), new { host = url.IdnHost, url.Port }, cancellationToken);
        return !await Insert(database, id, clientId, url, cancellationToken)
            ? new RefusalResult(new Refusal(ProblemKind.WebhooksExhausted, Values: new Dictionary<string, object?> { ["max"] = MaxWebhooks }))
            : Results.Json(new WebhookSecretShown(id, url.AbsoluteUri, secrets.Of(id, 1)), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<bool> Insert(NpgsqlDataSource database, Guid id, string clientId, Uri url, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(LockSql) { Parameters = { new() { Value = clientId } } });
        var insertion = new NpgsqlBatchCommand(InsertSql)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = clientId }, new() { Value = url.AbsoluteUri }, new() { Value = MaxWebhooks },
            },
        };
        batch.BatchCommands.Add(insertion);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return insertion.RecordsAffected == 1;
    }
}
