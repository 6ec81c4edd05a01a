using System.Numerics;
using FinanceChain.Ethereum;

namespace FinanceChain.FinanceGateway.Submission;

/// <summary>A transaction that is stored and may be sent any number of times.</summary>
internal sealed record StoredTransaction(long TransactionId, Address Sender, ulong Nonce, Hash256 Hash, byte[] Raw, int Operations);

/// <summary>Bytes that were signed for a nonce, and what they offer in wei per gas.</summary>
internal sealed record SignedVersion(VersionKind Kind, SignedTransaction Transaction, BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas);
