namespace FinanceChain.Ethereum;

/// <summary>Bytes are not a signature, or one that no key can have made.</summary>
public sealed class SignatureException(string message) : EthereumException(message);
