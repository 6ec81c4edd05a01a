using System.Numerics;

namespace FinanceChain.Ethereum;

/// <summary>What a transaction should offer now, in wei per gas.</summary>
/// <param name="BaseFeePerGas">Of the latest block; zero on a chain without one.</param>
/// <param name="MaxFeePerGas">Twice the base fee and the priority fee: enough through five full blocks in a row.</param>
public sealed record FeeSuggestion(BigInteger BaseFeePerGas, BigInteger MaxPriorityFeePerGas, BigInteger MaxFeePerGas);
