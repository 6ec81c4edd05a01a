namespace FinanceChain.Ethereum;

/// <summary>A key of one of the three schemes that the ledger accepts.</summary>
public interface ISigner
{
    /// <summary>The signer as ERC-7913 bytes. secp256k1: the 20-byte address. P-256 and passkey: the 20-byte address of the verifier contract, x(32), y(32).</summary>
    ReadOnlyMemory<byte> SignerBytes { get; }

    /// <summary>
    /// Signs an EIP-712 digest; the same digest always gives the same bytes. The first byte names the scheme: 1 (secp256k1) is followed by
    /// r(32) s(32) v(1), 66 bytes in all; 2 (P-256) by x(32) y(32) r(32) s(32), 129 bytes in all, over SHA-256 of the digest; 3 (passkey) by x(32)
    /// y(32) and a <see cref="WebAuthnAssertion"/> whose challenge is the digest. s is low in all.
    /// </summary>
    byte[] Sign(Hash256 digest);
}
