using System.Security.Cryptography;

namespace FinanceChain.Ethereum;

/// <summary>
/// Signatures whose first byte names the scheme, see <see cref="ISigner.Sign"/>; verified here as a ledger's contract does it, so that one can be checked
/// on its own before an agreement is complete.
/// </summary>
public static class TaggedSignature
{
    internal const byte Secp256k1Scheme = 1;
    internal const byte P256Scheme = 2;
    internal const byte PasskeyScheme = 3;

    private const int KeyEnd = 1 + (2 * Hash256.Length);
    private const int P256Length = KeyEnd + (2 * Hash256.Length);

    /// <summary>A passkey's signature: scheme, key, assertion.</summary>
    public static byte[] OfPasskey(Hash256 x, Hash256 y, WebAuthnAssertion assertion)
    {
        ArgumentNullException.ThrowIfNull(assertion);
        return [PasskeyScheme, .. x.ToArray(), .. y.ToArray(), .. assertion.Encode()];
    }

    /// <summary>The ERC-7913 bytes of whoever signed the digest.</summary>
    /// <param name="p256Verifier">What the bytes of a P-256 signer begin with.</param>
    /// <param name="passkeyVerifier">What those of a passkey begin with.</param>
    /// <exception cref="SignatureException">Malformed, or it does not verify. A contract refuses the same; where it reads an encoding of a passkey's
    /// assertion that is not canonical, this is the stricter one.</exception>
    public static byte[] SignerOf(ReadOnlySpan<byte> signature, Hash256 digest, Address p256Verifier, Address passkeyVerifier)
    {
        switch (signature)
        {
            case [Secp256k1Scheme, .. var rsv]:
                return Secp256k1Key.Recover(digest, RecoverableSignature.FromBytes(rsv)).ToArray();
            case [P256Scheme, ..] when signature.Length == P256Length:
                var (r, s) = (Hash256.FromBytes(signature[KeyEnd..(KeyEnd + Hash256.Length)]), Hash256.FromBytes(signature[(KeyEnd + Hash256.Length)..]));
                Require(P256.Verify(SHA256.HashData(digest.ToArray()), r, s, X(signature), Y(signature)));
                return [.. p256Verifier.ToArray(), .. signature[1..KeyEnd]];
            case [PasskeyScheme, ..] when signature.Length > KeyEnd:
                Require(Assertion(signature).Verify(digest, X(signature), Y(signature)));
                return [.. passkeyVerifier.ToArray(), .. signature[1..KeyEnd]];
            default:
                throw new SignatureException($"A signature of {signature.Length} bytes is of no scheme.");
        }
    }

    private static WebAuthnAssertion Assertion(ReadOnlySpan<byte> signature)
    {
        try
        {
            return WebAuthnAssertion.Decode(signature[KeyEnd..]);
        }
        catch (AbiFormatException fault)
        {
            throw new SignatureException($"The assertion of a passkey is malformed: {fault.Message}");
        }
    }

    private static Hash256 X(ReadOnlySpan<byte> signature) => Hash256.FromBytes(signature[1..(1 + Hash256.Length)]);

    private static Hash256 Y(ReadOnlySpan<byte> signature) => Hash256.FromBytes(signature[(1 + Hash256.Length)..KeyEnd]);

    private static void Require(bool verified)
    {
        if (!verified)
        {
            throw new SignatureException("The signature does not verify.");
        }
    }
}
