namespace FinanceChain.Ethereum;

/// <summary>An account that can sign transactions, wherever its secp256k1 key is: in this process or in a device that does not give it out.</summary>
public interface ITransactionSigner
{
    Address Address { get; }

    /// <returns>With low s (EIP-2) and the recovery id.</returns>
    RecoverableSignature SignDigest(Hash256 digest);
}
