using System.Numerics;

namespace FinanceChain.Ethereum;

/// <summary>A transaction of type 2 (EIP-1559) with an empty access list. Fees are wei per gas, <paramref name="Value"/> is wei.</summary>
/// <param name="To">Null creates a contract from <paramref name="Data"/>.</param>
public sealed record Eip1559Transaction(
    ulong ChainId,
    ulong Nonce,
    BigInteger MaxPriorityFeePerGas,
    BigInteger MaxFeePerGas,
    ulong GasLimit,
    Address? To,
    BigInteger Value,
    byte[] Data)
{
    private const byte Type = 2;

    /// <summary>What is signed: Keccak-256 of the type and the unsigned fields.</summary>
    public Hash256 SigningHash => Keccak256.Hash(Rlp.Encode(RlpItem.Of(Fields()), [Type]));

    public SignedTransaction Sign(ITransactionSigner key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var signature = key.SignDigest(SigningHash);
        var signed = RlpItem.Of(
        [
            .. Fields(), RlpItem.Of((ulong)signature.YParity), SignatureNumbers.Of(signature.R), SignatureNumbers.Of(signature.S),
        ]);
        return SignedTransaction.Of(Rlp.Encode(signed, [Type]));
    }

    private RlpItem[] Fields() =>
    [
        RlpItem.Of(ChainId), RlpItem.Of(Nonce), RlpItem.Of(MaxPriorityFeePerGas), RlpItem.Of(MaxFeePerGas), RlpItem.Of(GasLimit),
        RlpItem.Of(To), RlpItem.Of(Value), RlpItem.Of(Data.AsSpan()), RlpItem.Of(Array.Empty<RlpItem>()),
    ];
}
