using FinanceChain.Ethereum;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>What tells one deployed ledger from any other.</summary>
/// <param name="BeforeDeployment">Where indexing begins.</param>
internal sealed record LedgerIdentity(ulong ChainId, Address Address, long DeployBlock, Hash256 GenesisHash, BlockMark BeforeDeployment);
