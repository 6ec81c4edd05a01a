using FinanceChain.LedgerContract;
using FinanceChain.LedgerIndexer.Projection;

namespace FinanceChain.LedgerIndexer.Chain;

/// <summary>One log of the contract: as the chain gave it, and decoded.</summary>
/// <param name="Topics">All topics one after the other, 32 bytes each.</param>
internal sealed record ChainEvent(
    EventPlace Place, byte[] TransactionHash, int TransactionIndex, byte[] Topics, byte[] Data, LedgerEvent Content);

/// <summary>The blocks after <paramref name="Before"/> up to <paramref name="End"/>, whole, in the chain's order.</summary>
/// <param name="Totals">What the contract answered at <paramref name="End"/>; null when the node no longer has the state of that block.</param>
/// <param name="ReachesHead">No final block stands behind this range yet.</param>
internal sealed record ChainRange(
    BlockMark Before, BlockMark End, IReadOnlyList<ChainEvent> Events, ControlTotals? Totals, bool ReachesHead);
