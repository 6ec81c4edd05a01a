namespace FinanceChain.Ethereum;

/// <summary>Bytes are not what the contract ABI prescribes for the type that was read: too short, dirty padding, an offset or length out of bounds.</summary>
public sealed class AbiFormatException(string message) : EthereumException(message);
