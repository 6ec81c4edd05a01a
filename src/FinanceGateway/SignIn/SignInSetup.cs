using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Validation.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace FinanceChain.FinanceGateway.SignIn;

/// <summary>OAuth 2 for machines: OpenIddict as the authorization server and as the guard of the API, without tables of its own.</summary>
internal static class SignInSetup
{
    private const int EncryptionKeyBytes = 32;

    public static void AddSignIn(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
        builder.Services.AddOpenIddict()
            .AddServer(server => ConfigureServer(server, settings, PlainHttpIsLocal(builder, settings)))
            .AddValidation(validation =>
            {
                validation.UseLocalServer();
                validation.UseAspNetCore();
            });
        builder.Services.AddAuthentication(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
        builder.Services.AddAuthorizationBuilder().AddScopePolicies(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
        builder.Services.AddSingleton<ClientKeyStore>();
    }

    private static void ConfigureServer(OpenIddictServerBuilder server, GatewayOptions settings, bool plainHttp)
    {
        server.EnableDegradedMode();
        server.SetIssuer(settings.Issuer);
        server.SetTokenEndpointUris($"/{ClientAssertions.TokenPath}");
        server.AllowClientCredentialsFlow();
        server.RegisterScopes([.. Scopes.All]);
        server.SetAccessTokenLifetime(TimeSpan.FromMinutes(settings.AccessTokenMinutes));
        if (settings.KeysDirectory.Length > 0)
        {
            server.AddSigningKey(new ECDsaSecurityKey(SigningKeyFile.LoadOrCreate(settings.KeysDirectory)));
        }

        // Nothing is encrypted with it: access tokens are signed JWTs. The framework asks for one all the same.
        server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(EncryptionKeyBytes)));
        server.DisableAccessTokenEncryption();
        ClientAssertions.Register(server);
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseScopedHandler<TokenEndpoint>());
        server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseScopedHandler<TokenEndpoint>());
        var host = server.UseAspNetCore();
        if (plainHttp)
        {
            host.DisableTransportSecurityRequirement();
        }
    }

    // A secret must not cross a network in the clear: without TLS only loopback addresses get tokens.
    private static bool PlainHttpIsLocal(WebApplicationBuilder builder, GatewayOptions settings) =>
        settings.BehindTlsProxy || ListenAddresses.Of(builder.Configuration).All(address => address.IsLoopback);
}
