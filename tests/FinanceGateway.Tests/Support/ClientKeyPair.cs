using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FinanceChain.FinanceGateway.Tests.Support;

/// <summary>A client's own P-256 key, and assertions made by hand, so that each part can be wrong.</summary>
internal sealed class ClientKeyPair : IDisposable
{
    public const string Audience = "https://gateway.financechain.example/";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa Key => _key;

    public JsonObject Jwk
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
        }
    }

    /// <summary>RFC 7638.</summary>
    public string Kid => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(
        $$"""{"crv":"P-256","kty":"EC","x":"{{Jwk["x"]}}","y":"{{Jwk["y"]}}"}""")));

    public JsonObject Header => new() { ["alg"] = "ES256", ["kid"] = Kid, ["typ"] = "client-authentication+jwt" };

    public static JsonObject Claims(string clientId) => new()
    {
        ["iss"] = clientId,
        ["sub"] = clientId,
        ["aud"] = Audience,
        ["jti"] = Guid.NewGuid().ToString(),
        ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        ["exp"] = DateTimeOffset.UtcNow.AddMinutes(2).ToUnixTimeSeconds(),
    };

    public string Assertion(string clientId, Action<JsonObject>? alterHeader = null, Action<JsonObject>? alterClaims = null)
    {
        var (header, claims) = (Header, Claims(clientId));
        alterHeader?.Invoke(header);
        alterClaims?.Invoke(claims);
        return Sign(header, claims, content => _key.SignData(content, HashAlgorithmName.SHA256));
    }

    public static string Sign(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var content = $"{Encode(header)}.{Encode(claims)}";
        return $"{content}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(content)))}";
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
