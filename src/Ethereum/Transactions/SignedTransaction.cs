namespace FinanceChain.Ethereum;

/// <summary>A transaction as it is sent.</summary>
/// <param name="Raw">The bytes for <c>eth_sendRawTransaction</c>.</param>
/// <param name="Hash">Keccak-256 of them: the transaction's name on the chain.</param>
public sealed record SignedTransaction(byte[] Raw, Hash256 Hash)
{
    internal static SignedTransaction Of(byte[] raw) => new(raw, Keccak256.Hash(raw));
}
