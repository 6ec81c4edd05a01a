using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>How the ledger names a signer: Keccak-256 of its ERC-7913 bytes.</summary>
public static class SignerId
{
    public static Hash256 Of(ReadOnlySpan<byte> signerBytes) => Keccak256.Hash(signerBytes);

    public static Hash256 Of(ByteString signer) => Of(signer.Span);

    public static Hash256 Of(ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return Of(signer.SignerBytes.Span);
    }

    /// <summary>The ERC-7913 bytes of a P-256 key or a passkey: the ledger's verifier of that kind, then the key.</summary>
    public static ByteString KeyBytes(Address verifier, Hash256 x, Hash256 y) =>
        ByteString.Wrap([.. verifier.ToArray(), .. x.ToArray(), .. y.ToArray()]);

    /// <summary>The grant of rights to a key.</summary>
    public static SignerGrant Grant(ISigner signer, Rights rights)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return new SignerGrant(new ByteString(signer.SignerBytes.Span), rights);
    }
}
