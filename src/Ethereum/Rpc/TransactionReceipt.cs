namespace FinanceChain.Ethereum;

/// <summary>What became of a mined transaction.</summary>
/// <param name="Hash">The transaction's hash.</param>
/// <param name="Succeeded">False when its execution reverted.</param>
/// <param name="ContractAddress">The contract that it created, if it was one to create.</param>
public sealed record TransactionReceipt(
    Hash256 Hash,
    ulong BlockNumber,
    Hash256 BlockHash,
    bool Succeeded,
    ulong GasUsed,
    Address? ContractAddress,
    IReadOnlyList<Log> Logs);
