using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FinanceChain.FinanceGateway.Client;

/// <summary>How an API client proves to the gateway who it is.</summary>
public abstract class ClientProof
{
    private ClientProof(string clientId) => ClientId = clientId;

    public string ClientId { get; }

    /// <summary>What the token request carries beside its grant type; new for every request.</summary>
    internal abstract IReadOnlyList<KeyValuePair<string, string>> Parameters();

    /// <summary>By a shared secret.</summary>
    public sealed class Secret(string clientId, string secret) : ClientProof(clientId)
    {
        internal override IReadOnlyList<KeyValuePair<string, string>> Parameters() => [new("client_id", ClientId), new("client_secret", secret)];
    }

    /// <summary>
    /// By a JWT under the client's own P-256 key (RFC 7523, ES256), whose public half the gateway knows: nothing that the gateway keeps can sign in as this
    /// client.
    /// </summary>
    public sealed class PrivateKey : ClientProof
    {
        private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

        private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

        private readonly JsonWebTokenHandler _tokens = new() { SetDefaultTimesOnTokenCreation = false };
        private readonly SigningCredentials _signing;
        private readonly Uri _issuer;

        /// <param name="key">P-256; it stays the caller's to dispose.</param>
        /// <param name="kid">What the gateway answered when the public half was registered.</param>
        /// <param name="issuer">The gateway's issuer, as it stands in its configuration; not the address at which it is reached.</param>
        public PrivateKey(string clientId, ECDsa key, string kid, Uri issuer)
            : base(clientId)
        {
            _signing = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = kid }, SecurityAlgorithms.EcdsaSha256);
            _issuer = issuer;
        }

        /// <summary>The public half to register: a JSON Web Key.</summary>
        public static PublicKey PublicHalf(ECDsa key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(key));
            return new PublicKey(jwk.Kty, jwk.Crv, jwk.X, jwk.Y);
        }

        internal override IReadOnlyList<KeyValuePair<string, string>> Parameters()
        {
            var now = DateTime.UtcNow;
            var assertion = _tokens.CreateToken(new SecurityTokenDescriptor
            {
                TokenType = "client-authentication+jwt",
                Issuer = ClientId,
                Audience = _issuer.AbsoluteUri,
                Subject = new ClaimsIdentity([new Claim("sub", ClientId), new Claim("jti", Guid.NewGuid().ToString("n"))]),
                IssuedAt = now,
                Expires = now + Life,
                SigningCredentials = _signing,
            });
            return [new("client_id", ClientId), new("client_assertion_type", AssertionType), new("client_assertion", assertion)];
        }
    }
}

/// <summary>The public half of a client's key as a JSON Web Key: EC on P-256, coordinates in base64url.</summary>
public sealed record PublicKey(string Kty, string Crv, string X, string Y);
