using System.Numerics;

namespace FinanceChain.Ethereum;

/// <summary>A transaction without a type, bound to its chain by EIP-155. The price is wei per gas, <paramref name="Value"/> is wei.</summary>
/// <param name="To">Null creates a contract from <paramref name="Data"/>.</param>
public sealed record LegacyTransaction(
    ulong ChainId,
    ulong Nonce,
    BigInteger GasPrice,
    ulong GasLimit,
    Address? To,
    BigInteger Value,
    byte[] Data)
{
    private const int Eip155Offset = 35;

    /// <summary>What is signed: Keccak-256 of the fields, the chain id and two zeros.</summary>
    public Hash256 SigningHash => Keccak256.Hash(Rlp.Encode(RlpItem.Of([.. Fields(), RlpItem.Of(ChainId), RlpItem.Of(0UL), RlpItem.Of(0UL)])));

    public SignedTransaction Sign(ITransactionSigner key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var signature = key.SignDigest(SigningHash);
        var v = (new BigInteger(ChainId) * 2) + Eip155Offset + signature.YParity;
        var signed = RlpItem.Of([.. Fields(), RlpItem.Of(v), SignatureNumbers.Of(signature.R), SignatureNumbers.Of(signature.S)]);
        return SignedTransaction.Of(Rlp.Encode(signed));
    }

    private RlpItem[] Fields() =>
    [
        RlpItem.Of(Nonce), RlpItem.Of(GasPrice), RlpItem.Of(GasLimit), RlpItem.Of(To), RlpItem.Of(Value), RlpItem.Of(Data.AsSpan()),
    ];
}
