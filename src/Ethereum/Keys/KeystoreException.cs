namespace FinanceChain.Ethereum;

/// <summary>A keystore cannot be opened: wrong password, malformed, of an unknown form, or too costly to try.</summary>
public sealed class KeystoreException(string message) : EthereumException(message);
