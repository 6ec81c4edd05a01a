namespace FinanceChain.Ethereum;

/// <summary>Where a contract comes to stand, known before it is deployed.</summary>
public static class ContractAddress
{
    /// <summary>The address of what <paramref name="sender"/> creates with the transaction of this nonce. Source: Yellow Paper, section 7.</summary>
    public static Address OfCreation(Address sender, ulong nonce)
    {
        var hash = Keccak256.Hash(Rlp.Encode(RlpItem.Of([RlpItem.Of(sender), RlpItem.Of(nonce)])));
        return Address.FromBytes(hash.ToArray().AsSpan(Hash256.Length - Address.Length));
    }
}
