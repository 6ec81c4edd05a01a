using System.Buffers.Text;
using System.Security.Cryptography;
using FinanceChain.FinanceGateway.Problems;
using Microsoft.IdentityModel.Tokens;

namespace FinanceChain.FinanceGateway.Clients;

/// <summary>The public half of a client's key as a JSON Web Key (RFC 7517, RFC 7518 §6.2): EC on P-256. A private half is an unknown member and refused.</summary>
/// <param name="Kty">EC.</param>
/// <param name="Crv">P-256.</param>
/// <param name="X">32 bytes, base64url without padding.</param>
/// <param name="Y">32 bytes, base64url without padding.</param>
/// <param name="Kid">Its RFC 7638 thumbprint, where given.</param>
/// <param name="Use">sig, where given.</param>
/// <param name="Alg">ES256, where given.</param>
internal sealed record PublicJwk(string Kty, string Crv, string X, string Y, string? Kid = null, string? Use = null, string? Alg = null)
{
    private const int CoordinateLength = 32;

    /// <summary>The key with its thumbprint; null with a refusal of the member at fault.</summary>
    public ClientKey? Read(string field, out Refusal? refusal)
    {
        var key = Point();
        var fault = Kty != "EC" ? "kty" : Crv != "P-256" ? "crv" : key is null ? "x"
            : Kid is not null && Kid != key.Kid ? "kid"
            : Use is not (null or "sig") ? "use"
            : Alg is not (null or SecurityAlgorithms.EcdsaSha256) ? "alg" : null;
        refusal = fault is null ? null : new Refusal(ProblemKind.ClientKeyInvalid, $"{field}.{fault}");
        return fault is null ? key : null;
    }

    private ClientKey? Point()
    {
        if (Coordinate(X) is not { } x || Coordinate(Y) is not { } y)
        {
            return null;
        }

        try
        {
            // The import checks that the point is on the curve.
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
        }
        catch (CryptographicException)
        {
            return null;
        }

        var jwk = new JsonWebKey { Kty = "EC", Crv = "P-256", X = X, Y = Y };
        return new ClientKey(Base64Url.EncodeToString(jwk.ComputeJwkThumbprint()), x, y);
    }

    // One text for one number: what does not encode back to itself has stray bits, padding or white space.
    private static byte[]? Coordinate(string text)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            return bytes.Length == CoordinateLength && Base64Url.EncodeToString(bytes) == text ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>A P-256 point and its RFC 7638 thumbprint.</summary>
internal sealed record ClientKey(string Kid, byte[] X, byte[] Y);
