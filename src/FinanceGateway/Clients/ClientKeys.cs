using System.Security.Claims;
using FinanceChain.FinanceGateway.Problems;
using FinanceChain.FinanceGateway.SignIn;
using FinanceChain.FinanceGateway.Storage;
using Npgsql;

namespace FinanceChain.FinanceGateway.Clients;

internal sealed record AddKeyRequest(PublicJwk Key);

/// <param name="Kid">What the client names in the header of its assertions.</param>
internal sealed record KeyAdded(string ClientId, string Kid);

/// <summary>
/// Changes the keys of a client without a stop: add the next one, let the client change over, retire the old one. Only who manages clients may: a stolen
/// access token must not be able to make itself at home with a key of its own.
/// </summary>
internal static class ClientKeys
{
    private const int MaxKeys = 2;

    private const string LockSql = "select 1 from gateway.client where client_id = $1 and revoked_at is null for update";

    private const string CountSql = """
        select count(*) filter (where retired_at is null), bool_or(kid = $2) from gateway.client_key where client_id = $1
        """;

    private const string InsertSql = "insert into gateway.client_key (client_id, kid, x, y) values ($1, $2, $3, $4)";

    private const string RetireSql = """
        update gateway.client_key set retired_at = now() where client_id = $1 and kid = $2 and retired_at is null returning kid
        """;

    private const string RevokeSql = "update gateway.client set revoked_at = now() where client_id = $1 and revoked_at is null returning client_id";

    public static void MapClientKeys(this IEndpointRouteBuilder api)
    {
        api.MapPost("/clients/{clientId}/keys", Add)
            .RequireAuthorization(Scopes.ClientsManage)
            .WithName("AddClientKey")
            .WithSummary("Adds the next key of a client; two are good at a time")
            .WithTags("Clients")
            .Produces<KeyAdded>(StatusCodes.Status201Created)
            .ProducesRefusals();
        api.MapDelete("/clients/{clientId}/keys/{kid}", (
                string clientId, string kid, HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database, CancellationToken cancellationToken) =>
                End("retire_client_key", clientId, kid, RetireSql, context, client, database, cancellationToken))
            .RequireAuthorization(Scopes.ClientsManage)
            .WithName("RetireClientKey")
            .WithSummary("Retires a key: nothing that it signed is accepted any more")
            .WithTags("Clients")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesRefusals();
        api.MapDelete("/clients/{clientId}", (
                string clientId, HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database, CancellationToken cancellationToken) =>
                End("revoke_client", clientId, null, RevokeSql, context, client, database, cancellationToken))
            .RequireAuthorization(Scopes.ClientsManage)
            .WithName("RevokeClient")
            .WithSummary("Revokes a client: it gets no more tokens; those that it has end within their minutes")
            .WithTags("Clients")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesRefusals();
    }

    public static NpgsqlBatchCommand Insertion(string clientId, ClientKey key) => new(InsertSql)
    {
        Parameters = { new() { Value = clientId }, new() { Value = key.Kid }, new() { Value = key.X }, new() { Value = key.Y } },
    };

    private static async Task<IResult> Add(
        string clientId, AddKeyRequest body, HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (body.Key.Read("key", out var refusal) is not { } key)
        {
            return new RefusalResult(refusal!);
        }

        await Audit.Write(
            database, client.ClientId(), context.TraceIdentifier, "add_client_key", clientId, new { kid = key.Kid }, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var work = await connection.BeginTransactionAsync(cancellationToken);
        refusal = await Check(connection, clientId, key, cancellationToken);
        if (refusal is not null)
        {
            return new RefusalResult(refusal);
        }

        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { Insertion(clientId, key) } })
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        return Results.Json(new KeyAdded(clientId, key.Kid), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<Refusal?> Check(NpgsqlConnection connection, string clientId, ClientKey key, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new(LockSql) { Parameters = { new() { Value = clientId } } });
        batch.BatchCommands.Add(new(CountSql) { Parameters = { new() { Value = clientId }, new() { Value = key.Kid } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return new Refusal(ProblemKind.ClientNotFound, "clientId");
        }

        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (!await reader.IsDBNullAsync(1, cancellationToken) && reader.GetBoolean(1))
        {
            return new Refusal(ProblemKind.ClientKeyUsed, "key");
        }

        return reader.GetInt64(0) < MaxKeys
            ? null
            : new Refusal(ProblemKind.ClientKeysExhausted, "key", new Dictionary<string, object?> { ["max"] = MaxKeys });
    }

    private static async Task<IResult> End(
        string action, string clientId, string? kid, string sql, HttpContext context, ClaimsPrincipal client, NpgsqlDataSource database,
        CancellationToken cancellationToken)
    {
        await Audit.Write(database, client.ClientId(), context.TraceIdentifier, action, clientId, new { kid }, cancellationToken);
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = clientId });
        if (kid is not null)
        {
            command.Parameters.Add(new() { Value = kid });
        }

        return await command.ExecuteScalarAsync(cancellationToken) is null
            ? new RefusalResult(new Refusal(ProblemKind.ClientNotFound, kid is null ? "clientId" : "kid"))
            : Results.NoContent();
    }
}
