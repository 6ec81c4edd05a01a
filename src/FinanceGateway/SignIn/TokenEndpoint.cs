using System.Collections.Immutable;
using System.Security.Claims;
using Npgsql;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace FinanceChain.FinanceGateway.SignIn;

/// <summary>
/// POST /oauth/token (RFC 6749 §4.4, client credentials). OpenIddict speaks the protocol; who a client is and what it may ask for comes from
/// <c>gateway.client</c>. A client proves itself by its secret or by <see cref="ClientAssertions"/>, never by both. An unknown client, a revoked one and a
/// wrong proof are one answer.
/// </summary>
internal sealed class TokenEndpoint(NpgsqlDataSource database)
    : IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<HandleTokenRequestContext>
{
    private const string NotProven = "The client is unknown or its proof is wrong.";

    private const string ClientSql = "select secret_hash, scopes from gateway.client where client_id = $1 and revoked_at is null";

    // Compared when there is no such client, so that the answer takes as long.
    private static readonly byte[] NoSecret = new byte[32];

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Request.IsClientCredentialsGrantType())
        {
            context.Reject(Errors.UnsupportedGrantType, "Only client_credentials is offered.");
            return;
        }

        var client = await Find(context.ClientId ?? "", context.CancellationToken);
        if (!IsProven(context, client) || client is null)
        {
            context.Reject(Errors.InvalidClient, NotProven);
            return;
        }

        var foreign = context.Request.GetScopes().Except(client.Scopes).FirstOrDefault();
        if (foreign is not null)
        {
            context.Reject(Errors.InvalidScope, "The client does not hold a scope that it asks for.");
        }
    }

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var client = await Find(context.ClientId ?? "", context.CancellationToken);
        if (client is null)
        {
            context.Reject(Errors.InvalidClient, NotProven);
            return;
        }

        var asked = context.Request.GetScopes();
        var identity = new ClaimsIdentity("client_credentials", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, context.ClientId);
        identity.SetScopes(asked.IsEmpty ? [.. client.Scopes] : asked);
        identity.SetDestinations(_ => [Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
    }

    private static bool IsProven(ValidateTokenRequestContext context, Client? client)
    {
        if (context.Request.ClientAssertion is not null)
        {
            return ClientAssertions.ClientOf(context.Transaction) is { } proven && proven == context.ClientId;
        }

        return ClientSecret.Matches(context.ClientSecret ?? "", client?.SecretHash ?? NoSecret) && client?.SecretHash is not null;
    }

    private sealed record Client(byte[]? SecretHash, ImmutableArray<string> Scopes);

    private async Task<Client?> Find(string clientId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ClientSql);
        command.Parameters.Add(new() { Value = clientId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Client(reader.IsDBNull(0) ? null : reader.GetFieldValue<byte[]>(0), [.. reader.GetFieldValue<string[]>(1)])
            : null;
    }
}
