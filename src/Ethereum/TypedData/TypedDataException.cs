namespace FinanceChain.Ethereum;

/// <summary>A JSON document is not typed data of EIP-712, or a value does not fit its type.</summary>
public sealed class TypedDataException(string message) : EthereumException(message);
