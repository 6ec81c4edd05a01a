using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FinanceChain.Ethereum;

/// <summary>
/// An authenticator in software: signs as a passkey does in a browser, with the digest as the challenge. For tests and for clients without
/// a browser; what it states of its user is only as true as whoever runs it. Deterministic and thread-safe, as the key that it is given.
/// </summary>
public sealed class PasskeySigner : ISigner
{
    private const string ClientDataStart = "{\"type\":\"webauthn.get\",";

    private readonly P256Key _key;
    private readonly string _origin;
    private readonly byte[] _authenticatorData;

    /// <param name="key">Its verifier is the contract that checks passkeys.</param>
    /// <param name="origin">The site that asks; its host is the relying party's id.</param>
    public PasskeySigner(P256Key key, Uri origin, AuthenticatorStatements states = AuthenticatorStatements.UserPresent | AuthenticatorStatements.UserVerified)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(origin);
        _key = key;
        _origin = origin.GetLeftPart(UriPartial.Authority);
        // The counter stays 0: passkeys that live on several devices do not count.
        _authenticatorData = [.. SHA256.HashData(Encoding.UTF8.GetBytes(origin.Host)), (byte)states, 0, 0, 0, 0];
    }

    /// <summary>The 20-byte address of the verifier contract, x(32), y(32).</summary>
    public ReadOnlyMemory<byte> SignerBytes => _key.SignerBytes;

    public Hash256 X => _key.X;

    public Hash256 Y => _key.Y;

    public static PasskeySigner Create(Address verifier, Uri origin) => new(P256Key.Create(verifier), origin);

    public WebAuthnAssertion Assert(Hash256 challenge)
    {
        var challengeText = Base64Url.EncodeToString(challenge.ToArray());
        var clientData = Encoding.UTF8.GetBytes(
            $"{ClientDataStart}\"challenge\":\"{challengeText}\",\"origin\":\"{_origin}\",\"crossOrigin\":false}}");
        var (r, s) = _key.SignHash(WebAuthnAssertion.SignedHash(_authenticatorData, clientData), lowS: true);
        return new WebAuthnAssertion(r, s, ClientDataStart.Length, TypeIndex: 1, _authenticatorData, clientData);
    }

    public byte[] Sign(Hash256 digest) => TaggedSignature.OfPasskey(X, Y, Assert(digest));

    public override string ToString() => _key.ToString();
}
