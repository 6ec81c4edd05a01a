using System.Globalization;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace FinanceChain.FinanceGateway.SignIn;

/// <summary>
/// Clients that prove themselves with a JWT signed by their own key (RFC 7523 §2.2, <c>private_key_jwt</c>). OpenIddict reads and verifies it, and
/// holds to the revision of the RFC (draft-ietf-oauth-rfc7523bis): the type is <c>client-authentication+jwt</c>, the only audience the issuer. Here it learns the
/// keys of <c>gateway.client_key</c>, and is held to one algorithm, a short life and a single use.
/// </summary>
internal sealed class ClientAssertions(ClientKeyStore keys, TimeProvider clock)
    : IOpenIddictServerHandler<ValidateTokenContext>, IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public const string TokenPath = "oauth/token";

    private const string ProvenClient = "financechain:proven-client";
    private const int MaxJtiLength = 64;

    private static readonly TimeSpan MaxLife = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(15);

    public static void Register(OpenIddictServerBuilder server)
    {
        // Right after the framework chose its parameters, and right after its own checks of the assertion.
        server.AddEventHandler<ValidateTokenContext>(handler => handler.UseScopedHandler<ClientAssertions>()
            .SetOrder(OpenIddictServerHandlers.Protection.ResolveTokenValidationParameters.Descriptor.Order + 500));
        server.AddEventHandler<ProcessAuthenticationContext>(handler => handler.UseScopedHandler<ClientAssertions>()
            .SetOrder(OpenIddictServerHandlers.ValidateClientId.Descriptor.Order - 500));
    }

    /// <summary>Who sent an assertion that passed every check; null where none did.</summary>
    public static string? ClientOf(OpenIddictServerTransaction transaction) => transaction.GetProperty<string>(ProvenClient);

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion))
        {
            return;
        }

        var parameters = context.TokenValidationParameters.Clone();
        parameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256];
        parameters.RequireSignedTokens = true;
        parameters.TryAllIssuerSigningKeys = false;
        var key = await KeyOf(context.Token, context.CancellationToken);
        parameters.IssuerSigningKeyResolver = (_, _, _, _) => key is null ? [] : [key];
        context.TokenValidationParameters = parameters;
    }

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.ClientAssertionPrincipal is not { } principal)
        {
            return;
        }

        var clientId = principal.GetClaim(Claims.Issuer)!;
        var jti = principal.GetClaim(Claims.JwtId);
        if (FaultOf(principal, jti) is { } fault)
        {
            context.Reject(Errors.InvalidClient, fault);
        }
        else if (!await keys.Use(clientId, jti!, Time(principal, Claims.ExpiresAt)!.Value, context.CancellationToken))
        {
            context.Reject(Errors.InvalidClient, "The client assertion was used before.");
        }
        else
        {
            context.Transaction.SetProperty(ProvenClient, clientId);
        }
    }

    // The key is named by the token itself: what it says is believed only once the signature holds under that client's own key.
    private async Task<SecurityKey?> KeyOf(string token, CancellationToken cancellationToken)
    {
        try
        {
            var unverified = new JsonWebToken(token);
            return unverified is { Issuer.Length: > 0, Kid.Length: > 0 }
                ? await keys.Find(unverified.Issuer, unverified.Kid, cancellationToken)
                : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private string? FaultOf(ClaimsPrincipal principal, string? jti)
    {
        var now = clock.GetUtcNow();
        if (Time(principal, Claims.ExpiresAt) is not { } expiresAt || expiresAt <= now || expiresAt > now + MaxLife + Skew)
        {
            return $"The client assertion is over, or lives longer than {MaxLife.TotalMinutes} minutes.";
        }

        if (Time(principal, Claims.NotBefore) > now + Skew || Time(principal, Claims.IssuedAt) > now + Skew)
        {
            return "The client assertion is not valid yet.";
        }

        return jti is { Length: > 0 and <= MaxJtiLength } && jti.All(character => character is > ' ' and <= '~')
            ? null
            : $"The client assertion needs a jti of 1 to {MaxJtiLength} visible ASCII characters.";
    }

    private static DateTimeOffset? Time(ClaimsPrincipal principal, string claim) =>
        long.TryParse(principal.GetClaim(claim), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
