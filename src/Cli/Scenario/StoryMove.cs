using FinanceChain.FinanceGateway.Client;
using FinanceChain.LedgerContract;

namespace FinanceChain.Cli.Scenario;

/// <summary>One signed operation of the story.</summary>
/// <param name="Member">Whose system submits it.</param>
/// <param name="Key">Idempotency key: the same on every attempt, so that an interrupted story can be played again from the start.</param>
/// <param name="Write">Signs it with the numbers known by then.</param>
/// <param name="Note">Takes in the numbers that the ledger gave out.</param>
internal sealed record StoryMove(int Member, string Key, Func<SignedOperation> Write, Action<OperationState> Note);
