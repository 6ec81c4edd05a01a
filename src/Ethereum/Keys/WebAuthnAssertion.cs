using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math;

namespace FinanceChain.Ethereum;

/// <summary>
/// What an authenticator answers when its user agrees to a challenge (W3C Web Authentication, section 6.3.3), with the places at which a contract
/// finds type and challenge in the client data.
/// </summary>
/// <param name="R">32 bytes.</param>
/// <param name="S">32 bytes, low.</param>
/// <param name="ChallengeIndex">Where <c>"challenge":"</c> begins in <paramref name="ClientDataJson"/>.</param>
/// <param name="TypeIndex">Where <c>"type":"webauthn.get"</c> begins in it.</param>
/// <param name="AuthenticatorData">Hash of the relying party's id (32 bytes), flags (1), counter (4), extensions.</param>
/// <param name="ClientDataJson">UTF-8, as the browser wrote it.</param>
public sealed record WebAuthnAssertion(
    Hash256 R, Hash256 S, int ChallengeIndex, int TypeIndex, ReadOnlyMemory<byte> AuthenticatorData, ReadOnlyMemory<byte> ClientDataJson)
{
    private const int FlagsAt = 32;
    private const int MinAuthenticatorDataLength = 37;

    private static ReadOnlySpan<byte> Type => "\"type\":\"webauthn.get\""u8;

    private static ReadOnlySpan<byte> ChallengeStart => "\"challenge\":\""u8;

    /// <summary>What a browser gives as <c>AuthenticatorAssertionResponse</c>.</summary>
    /// <param name="derSignature">ECDSA over P-256 in DER; its s may be high.</param>
    /// <exception cref="SignatureException">The signature is not DER, or the client data has no type or challenge of an assertion.</exception>
    public static WebAuthnAssertion FromBrowser(
        ReadOnlyMemory<byte> authenticatorData, ReadOnlyMemory<byte> clientDataJson, ReadOnlyMemory<byte> derSignature)
    {
        var challengeIndex = clientDataJson.Span.IndexOf(ChallengeStart);
        var typeIndex = clientDataJson.Span.IndexOf(Type);
        if (challengeIndex < 0 || typeIndex < 0)
        {
            throw new SignatureException("The client data is not that of an assertion.");
        }

        try
        {
            var sequence = new AsnReader(derSignature, AsnEncodingRules.DER).ReadSequence();
            var r = new BigInteger(1, sequence.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true));
            var s = new BigInteger(1, sequence.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true));
            sequence.ThrowIfNotEmpty();
            return r.CompareTo(P256.Order) < 0 && s.CompareTo(P256.Order) < 0
                ? new WebAuthnAssertion(CurveScalar.ToHash(r), CurveScalar.ToHash(P256.LowS(s)), challengeIndex, typeIndex, authenticatorData, clientDataJson)
                : throw new SignatureException("A number of the signature is not below the order of the curve.");
        }
        catch (Exception fault) when (fault is AsnContentException or OverflowException)
        {
            throw new SignatureException("The signature is not two positive numbers in DER.");
        }
    }

    /// <summary>Reads what <see cref="Encode"/> writes.</summary>
    /// <exception cref="AbiFormatException">Anything else.</exception>
    public static WebAuthnAssertion Decode(ReadOnlySpan<byte> encoded)
    {
        var reader = new AbiReader(encoded);
        var (r, s) = (reader.Bytes32(), reader.Bytes32());
        var (challengeIndex, typeIndex) = (reader.UInt(32), reader.UInt(32));
        var (authenticatorData, clientDataJson) = (reader.Bytes(), reader.Bytes());
        if (challengeIndex > (ulong)clientDataJson.Length || typeIndex > (ulong)clientDataJson.Length)
        {
            throw new AbiFormatException("An index points outside the client data.");
        }

        // Offsets, padding and what stands behind the end could vary: one assertion has one encoding.
        var assertion = new WebAuthnAssertion(r, s, (int)challengeIndex, (int)typeIndex, authenticatorData, clientDataJson);
        return encoded.SequenceEqual(assertion.Encode()) ? assertion : throw new AbiFormatException("The encoding is not the canonical one.");
    }

    /// <summary>The ABI encoding that OpenZeppelin's <c>WebAuthn.tryDecodeAuth</c> reads.</summary>
    public byte[] Encode() => new AbiWriter()
        .Bytes32(R)
        .Bytes32(S)
        .UInt((ulong)ChallengeIndex)
        .UInt((ulong)TypeIndex)
        .Bytes(AuthenticatorData.Span)
        .Bytes(ClientDataJson.Span)
        .ToArray();

    /// <summary>
    /// Whether the key x, y agreed to the challenge, checked as OpenZeppelin's <c>WebAuthn.verify</c> does: type, challenge, a user who was present and
    /// verified, and the signature. As there, neither the site nor the counter is looked at.
    /// </summary>
    public bool Verify(Hash256 challenge, Hash256 x, Hash256 y)
    {
        if (AuthenticatorData.Length < MinAuthenticatorDataLength)
        {
            return false;
        }

        var states = (AuthenticatorStatements)AuthenticatorData.Span[FlagsAt];
        var expected = $"\"challenge\":\"{Base64Url.EncodeToString(challenge.ToArray())}\"";
        return ClientDataJson.Span[TypeIndex..].StartsWith(Type)
            && ClientDataJson.Span[ChallengeIndex..].StartsWith(Encoding.ASCII.GetBytes(expected))
            && states.HasFlag(AuthenticatorStatements.UserPresent | AuthenticatorStatements.UserVerified)
            && (states.HasFlag(AuthenticatorStatements.BackupEligible) || !states.HasFlag(AuthenticatorStatements.BackedUp))
            && P256.Verify(SignedHash(AuthenticatorData.Span, ClientDataJson.Span), R, S, x, y);
    }

    internal static byte[] SignedHash(ReadOnlySpan<byte> authenticatorData, ReadOnlySpan<byte> clientDataJson) =>
        SHA256.HashData([.. authenticatorData, .. SHA256.HashData(clientDataJson)]);
}
