namespace FinanceChain.Ethereum;

/// <summary>Bytes are not a canonical RLP encoding.</summary>
public sealed class RlpFormatException(string message) : EthereumException(message);
